// SPDX-License-Identifier: MIT

import GGUF
import Wire

/// The GGUF files of one repository in a cache, and the rules by which they become models.
///
/// A model's id is `user/repo:TAG` with the tag of its file's name. Pure: names and headers are all that counts.
package struct HubRepository {
    /// A GGUF file and its path in the repository.
    package struct File: Equatable {
        package let path: String
        package let file: ModelFile

        package init(path: String, file: ModelFile) {
            self.path = path
            self.file = file
        }
    }

    package let name: String
    package let files: [File]

    package init(name: String, files: [File]) {
        self.name = name
        self.files = files
    }

    /// A set of files with the path of its first one.
    private struct Member {
        let path: String
        let set: ModelFileSet
    }

    /// The models; of several with one tag the first that can be loaded.
    package func entries() -> (entries: [ModelEntry], notes: [CatalogueNote]) {
        let members = members()
        var notes: [CatalogueNote] = []
        var entries: [String: ModelEntry] = [:]
        for member in members where member.set.role == .model {
            let entry = entry(of: member, among: members)
            guard let other = entries[entry.id] else {
                entries[entry.id] = entry
                continue
            }
            let isBetter = other.problem != nil && entry.problem == nil
            if isBetter { entries[entry.id] = entry }
            let message = "not listed: '\(entry.id)' is \(isBetter ? entry.path : other.path)"
            notes.append(CatalogueNote(path: isBetter ? other.path : entry.path, message: message))
        }
        // The name without a tag is that of the model which a download without one takes.
        if let usual = entry(for: HubReference(repository: name, tag: nil), file: nil), usual.id != name {
            entries[usual.id]?.aliases.insert(name, at: 0)
        }
        return (entries.values.sorted { $0.id < $1.id }, notes)
    }

    /// The model that a name stands for by the hub's rules, also where another file with its tag is listed.
    ///
    /// One of which shards are missing isn't there.
    /// - Parameter file: the path of the one file that is wanted, if the user named it.
    package func entry(for reference: HubReference, file: String?) -> ModelEntry? {
        let members = members()
        if let file {
            return members.first { $0.path == file && $0.set.isComplete }.map { entry(of: $0, among: members) }
        }
        let models = members.filter { member in
            member.set.role == .model && member.set.isComplete && !GGUFFileName.isNamedCompanion(member.path)
        }.sorted { $0.path < $1.path }
        let files = models.map { HubFile(path: $0.path, sizeBytes: $0.set.sizeBytes, oid: "") }
        guard let primary = HubFileChoice.primary(of: files, for: reference) else { return nil }
        return models.first { $0.path == primary.path }.map { entry(of: $0, among: members) }
    }

    /// A model with its companions.
    private func entry(of member: Member, among members: [Member]) -> ModelEntry {
        let tag = GGUFFileName(path: member.path)?.tag ?? ""
        var entry = ModelEntry(
            id: HubReference(repository: name, tag: tag.isEmpty ? nil : tag).text,
            source: .cache,
            path: member.set.first.path,
            shardPaths: member.set.files.map(\.path),
            info: member.set.info,
            problem: member.set.problem,
            sizeBytes: member.set.sizeBytes
        )
        if tag.hasPrefix(GGUFFileName.dynamicPrefix) {
            // As llama-server calls it; where a plain one has that name, it keeps it.
            let plain = String(tag.dropFirst(GGUFFileName.dynamicPrefix.count))
            entry.aliases = [HubReference(repository: name, tag: plain).text]
        }
        let projectors = members.filter { $0.set.role == .projector }
        if let place = CompanionChoice.best(among: projectors.map(\.path), for: member.path) {
            entry.attachProjector(projectors[place].set)
        }
        let drafts = members.filter { $0.set.role == .draft && $0.set.problem == nil }
        if let place = CompanionChoice.best(among: drafts.map(\.path), for: member.path) {
            entry.draftPath = drafts[place].set.first.path
        }
        return entry
    }

    private func members() -> [Member] {
        let byFolder = Dictionary(grouping: files) { file in
            file.path.split(separator: "/").dropLast().joined(separator: "/")
        }
        return byFolder.sorted { $0.key < $1.key }.flatMap { folder, files in
            ModelFileSet.grouping(files.map(\.file).sorted { $0.name < $1.name }).map { set in
                Member(path: folder.isEmpty ? set.first.name : "\(folder)/\(set.first.name)", set: set)
            }
        }
    }
}

extension ModelEntry {
    /// Gives the model a projector. A broken one makes the model unusable: it would lose its sight unnoticed.
    mutating func attachProjector(_ projector: ModelFileSet) {
        projectorPath = projector.first.path
        sizeBytes = sizeBytes.addingSaturating(projector.sizeBytes)
        if projector.info?.hasVisionEncoder ?? false { inputModalities.append(.image) }
        if projector.info?.hasAudioEncoder ?? false { inputModalities.append(.audio) }
        if problem == nil, let reason = projector.problem {
            problem = "the projector \(projector.first.name) cannot be used: \(reason)"
        }
    }

    /// Whether `DELETE /models` may remove it.
    package var canRemove: Bool { source == .cache || source == .created }
}
