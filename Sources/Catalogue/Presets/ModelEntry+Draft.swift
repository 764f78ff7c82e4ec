// SPDX-License-Identifier: MIT

import Platform
package import Wire

extension ModelEntry {
    /// The draft model of the hub that options name.
    /// - Throws: `OptionError` for what is no name of a repository, or of a file in one.
    package static func draft(_ options: OptionValues) throws(OptionError) -> HubDraft? {
        guard let name = options.specDraftHF else { return nil }
        let file = options.specDraftModel
        if let file, !HubCache.isInside(file) || GGUFFileName(path: file) == nil {
            throw options.error(
                \.specDraftModel,
                "'spec-draft-model' must be the path of a GGUF file in the repository of 'spec-draft-hf', not '\(file)'"
            )
        }
        do {
            return HubDraft(try HubReference(name), file: file)
        } catch {
            throw options.error(\.specDraftHF, "'spec-draft-hf': \(error.message)")
        }
    }

    /// Finds the draft model of the hub that the options name; one that isn't there has to be downloaded first.
    /// - Parameter cached: finds a model of the hub in the cache.
    mutating func findDraft(cached: (HubSelection) -> ModelEntry?) throws(OptionError) {
        guard let draft = try Self.draft(options) else { return }
        // One that is malformed was refused where it stands.
        let token = options.hfToken.flatMap { try? HubToken($0) }
        if let found = cached(draft.selection()) {
            options[\.specDraftModel] = .string(found.path)
            sizeBytes = sizeBytes.addingSaturating(found.sizeBytes)
            if problem == nil, let reason = found.problem {
                problem = "the draft model \(found.id) cannot be used: \(reason)"
            }
            return
        }
        switch files {
        case .unusable: break
        case .present where options.offline:
            problem = "\(draft.selection().text) is not in the cache, and --offline is set; download it once without"
        case .present: files = .remote(draft.selection(token: token))
        case .remote(var selection):
            selection.draft = draft
            files = .remote(selection)
        }
    }
}
