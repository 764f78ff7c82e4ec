// SPDX-License-Identifier: MIT

/// The commands beside serving.
package enum CommandName: String, Sendable, CaseIterable {
    case models, ps, show, load, unload, pull, rm, demo, chat, launch, bench, top, logs, cache, doctor, completions,
        man, version, help
}
