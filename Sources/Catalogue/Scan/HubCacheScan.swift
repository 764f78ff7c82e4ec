// SPDX-License-Identifier: MIT

import Essentials
import GGUF

/// Finds the models in a Hugging Face cache: the part that touches the disk. The rules are ``HubRepository``'s.
///
/// What is listed is the snapshot that `refs/main` names, or else another branch. Blobs and unfinished downloads are
/// never looked at, so that only what a download has finished can become a model.
package struct HubCacheScan {
    let cache: HubCache
    let headers: HeaderIndex

    /// How many levels of folders of a snapshot are looked into.
    private static let depth = 8

    /// One GGUF file of a snapshot.
    private struct Found {
        let path: String
        let file: DirectoryListing.File
    }

    package init(cache: HubCache, headers: HeaderIndex) {
        self.cache = cache
        self.headers = headers
    }

    /// All models of the cache. A cache that isn't there is empty; one that can't be read is a note.
    func scan() -> (entries: [ModelEntry], notes: [CatalogueNote]) {
        var notes: [CatalogueNote] = []
        let listing = CatalogueNote.listing(of: cache.root, notes: &notes)
        let found = scan((listing?.directories ?? []).compactMap { HubCache.repository(ofFolder: $0) })
        return (found.entries, notes + found.notes)
    }

    /// The models of some repositories.
    func scan(_ repositories: [String]) -> (entries: [ModelEntry], notes: [CatalogueNote]) {
        var notes: [CatalogueNote] = []
        var entries: [ModelEntry] = []
        for repository in self.repositories(repositories, notes: &notes) {
            let result = repository.entries()
            entries += result.entries
            notes += result.notes
        }
        return (entries, notes)
    }

    /// The model of one repository that a name stands for; nil if it isn't there.
    func entry(for selection: HubSelection) -> ModelEntry? {
        // The notes are those of the scan of all repositories.
        var notes: [CatalogueNote] = []
        let repository = repositories([spelled(selection.reference.repository)], notes: &notes).first
        return repository?.entry(for: selection.reference, file: selection.file)
    }

    /// A repository's name as the cache has it: the hub takes any case of its letters.
    private func spelled(_ repository: String) -> String {
        guard commit(of: repository) == nil else { return repository }
        let folders = (try? DirectoryListing(path: cache.root))?.directories ?? []
        let wanted = repository.lowercased()
        return folders.lazy.compactMap { HubCache.repository(ofFolder: $0) }.first { $0.lowercased() == wanted }
            ?? repository
    }

    /// What the snapshots of some repositories hold.
    private func repositories(_ names: [String], notes: inout [CatalogueNote]) -> [HubRepository] {
        var snapshots: [(repository: String, folder: String, found: [Found])] = []
        for repository in names {
            let whole = cache.folder(of: repository)
            guard CatalogueNote.listing(of: whole + "/refs", hiding: whole, notes: &notes) != nil,
                let commit = commit(of: repository)
            else { continue }
            let folder = cache.snapshot(commit, of: repository)
            var found: [Found] = []
            list(folder, below: "", depth: Self.depth, into: &found, notes: &notes)
            found = found.filter { item in
                guard item.file.stamp == nil else { return true }
                notes.append(CatalogueNote(path: "\(folder)/\(item.path)", message: "a link that leads to no file"))
                return false
            }
            snapshots.append((repository, folder, found))
        }
        headers.prefetch(
            snapshots.flatMap { snapshot in
                snapshot.found.compactMap { item in item.file.stamp.map { ("\(snapshot.folder)/\(item.path)", $0) } }
            }
        )
        return snapshots.map { snapshot in
            let files = snapshot.found.map { item in
                let path = "\(snapshot.folder)/\(item.path)"
                let content = headers.content(of: path, stamp: item.file.stamp)
                let file = ModelFile(name: item.file.name, path: path, sizeBytes: item.file.sizeBytes, content: content)
                return HubRepository.File(path: item.path, file: file)
            }
            return HubRepository(name: snapshot.repository, files: files)
        }
    }

    /// The commit whose snapshot is looked at.
    package func commit(of repository: String) -> String? {
        if let main = commit(named: cache.reference("main", of: repository)) { return main }
        let folder = cache.folder(of: repository) + "/refs"
        let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
        return names.lazy.compactMap { commit(named: "\(folder)/\($0)") }.first
    }

    private func commit(named path: String) -> String? {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return nil }
        let commit = String(text.prefix { !$0.isWhitespace })
        return HubCache.isCommit(commit) ? commit : nil
    }

    private func list(
        _ folder: String,
        below parent: String,
        depth: Int,
        into found: inout [Found],
        notes: inout [CatalogueNote]
    ) {
        guard let listing = CatalogueNote.listing(of: folder, notes: &notes) else { return }
        found += listing.files.map { Found(path: parent + $0.name, file: $0) }
        guard depth > 0 else { return }
        for name in listing.directories {
            list("\(folder)/\(name)", below: "\(parent)\(name)/", depth: depth - 1, into: &found, notes: &notes)
        }
    }
}
