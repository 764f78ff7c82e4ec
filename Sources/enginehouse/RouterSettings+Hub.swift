// SPDX-License-Identifier: MIT

import Catalogue
import Library
import Logging
import Wire

extension RouterSettings {
    /// Brings the draft model of the hub that the options name, for a server of one model.
    /// - Throws: `HubError`, `OptionError`.
    mutating func fetchDraft(logger: Logger) async throws {
        guard let draft = try ModelEntry.draft(options) else { return }
        let hub = HubModel(
            name: draft.reference.text,
            file: draft.file,
            withProjector: false,
            sources: sources,
            logger: logger
        )
        options[\.specDraftModel] = .string(try await hub.entry().path)
        options[\.specDraftHF] = nil
    }

    /// Takes over the preset file of the repository that `-hf` names, if it has one: then this is a router.
    /// - Returns: whether there is one; else `-hf` names a model.
    /// - Throws: `HubError`, `OptionError`.
    mutating func takePresets(of repository: String, logger: Logger) async throws -> Bool {
        // A file that is named is what is wanted, and no preset.
        guard options[\.hfFile] == nil, let hub = try sources.makeHub(logger: logger),
            let preset = try await RepositoryPreset.fetch(repository, from: hub, logger: logger)
        else { return false }
        if let place = options.place(of: \.modelsPreset) {
            throw OptionError(place, "and the preset file of '\(preset.repository)' don't go together; leave one out")
        }
        logger.warning(
            "Serving what the preset file of a repository says; do so only if you trust its owners",
            metadata: ["repository": "\(preset.repository)", "path": "\(preset.path)"]
        )
        presets = .repository(preset)
        return true
    }
}
