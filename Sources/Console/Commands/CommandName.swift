// SPDX-License-Identifier: MIT

/// The commands beside serving.
package enum CommandName: String, Sendable, CaseIterable {
    case models, ps, show, load, unload, pull, rm, chat, logs, version, help
}
