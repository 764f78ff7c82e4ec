// SPDX-License-Identifier: MIT

import GGUF

/// The GGUF files of one folder, and the rules by which they become models.
///
/// Pure: what the files are called and what their headers say is all that counts.
package struct ModelFolder {
    /// Where the folder is.
    let path: String
    /// The folder's files in sets, sorted by name.
    let sets: [ModelFileSet]

    package init(path: String, files: [ModelFile]) {
        self.path = path
        sets = ModelFileSet.grouping(files.sorted { $0.name < $1.name })
    }

    /// Takes the folder as a models directory itself: every set is a model of its own.
    package func looseEntries() -> (entries: [ModelEntry], notes: [CatalogueNote]) {
        var entries: [ModelEntry] = []
        var notes: [CatalogueNote] = []
        for set in sets {
            switch set.role {
            case .model:
                var entry = Self.entry(id: set.name, for: set)
                // llama-server lists a first shard under its file's name.
                if set.isSharded { entry.aliases = [String(set.first.name.dropLast(ModelFile.suffix.count))] }
                entries.append(entry)
            case .projector:
                notes.append(Self.note(set, "a projector; it is used when it shares a folder with its model"))
            case .draft:
                notes.append(Self.note(set, "a draft model; it is used when it shares a folder with its model"))
            case .other(let word):
                notes.append(Self.note(set, "not a model (\(word))"))
            }
        }
        return (entries, notes)
    }

    /// Takes the folder as one model with its companions.
    ///
    /// - Returns: no entry where there is no model among the files.
    package func entry(id: String) -> (entry: ModelEntry?, notes: [CatalogueNote]) {
        var notes: [CatalogueNote] = []
        for set in sets {
            if case .other(let word) = set.role { notes.append(Self.note(set, "not a model (\(word))")) }
        }
        let models = sets.filter { $0.role == .model }
        guard let main = Self.preferred(models.filter(\.isSharded) + models.filter { !$0.isSharded }) else {
            if sets.contains(where: { $0.role == .projector || $0.role == .draft }) {
                notes.append(CatalogueNote(path: path, message: "the folder holds companions of a model, but no model"))
            }
            return (nil, notes)
        }
        for other in models where other != main {
            notes.append(Self.note(other, "not listed: the model of this folder is \(main.first.name)"))
        }
        var entry = Self.entry(id: id, for: main)
        attachProjector(to: &entry, notes: &notes)
        attachDraft(to: &entry, notes: &notes)
        return (entry, notes)
    }

    /// The first set that can be loaded, or else the first.
    private static func preferred(_ sets: [ModelFileSet]) -> ModelFileSet? {
        sets.first { $0.problem == nil } ?? sets.first
    }

    private static func entry(id: String, for set: ModelFileSet) -> ModelEntry {
        ModelEntry(
            id: id,
            source: .modelsDirectory,
            path: set.first.path,
            shardPaths: set.files.map(\.path),
            info: set.info,
            problem: set.problem,
            sizeBytes: set.sizeBytes
        )
    }

    private static func note(_ set: ModelFileSet, _ message: String) -> CatalogueNote {
        CatalogueNote(path: set.first.path, message: message)
    }

    /// Gives the entry the folder's projector. A broken one makes the model unusable: it would lose its sight unnoticed.
    private func attachProjector(to entry: inout ModelEntry, notes: inout [CatalogueNote]) {
        let projectors = sets.filter { $0.role == .projector }
        guard let projector = Self.preferred(projectors) else { return }
        for other in projectors where other != projector {
            notes.append(Self.note(other, "not used: the projector of this folder is \(projector.first.name)"))
        }
        entry.attachProjector(projector)
    }

    /// Gives the entry the folder's draft model. The model runs without a broken one, only slower.
    private func attachDraft(to entry: inout ModelEntry, notes: inout [CatalogueNote]) {
        let drafts = sets.filter { $0.role == .draft }
        let usable = drafts.first { $0.problem == nil }
        entry.draftPath = usable?.first.path
        for other in drafts where other != usable {
            let reason = other.problem ?? "the draft model of this folder is \(usable?.first.name ?? "another")"
            notes.append(Self.note(other, "not used as draft model: \(reason)"))
        }
    }
}
