// SPDX-License-Identifier: MIT

package import Catalogue
import Essentials
import Platform

/// Removes a model from the cache: its files in all snapshots, and the blobs that no snapshot needs any more.
///
/// Companions go with the last model that uses them. Blocks its caller.
package struct CacheRemoval {
    private let cache: HubCache

    package init(cache: HubCache) {
        self.cache = cache
    }

    /// - Parameters:
    ///   - entry: the model.
    ///   - remaining: the cached models that stay.
    /// - Throws: `disk` if something of it is left.
    package func remove(_ entry: ModelEntry, remaining: [ModelEntry]) throws(HubError) {
        let needed = Set(remaining.flatMap { $0.shardPaths + [$0.projectorPath, $0.draftPath].compactMap { $0 } })
        let companions = [entry.projectorPath, entry.draftPath].compactMap { $0 }
        let own = (entry.shardPaths + companions).filter { !needed.contains($0) }
        guard let place = place(of: entry.path) else {
            for path in own {
                for name in [path, path + ".json", path + ".etag"] { CacheFiles.removeFile(name) }
            }
            return try check(own)
        }
        let folder = cache.folder(of: place.repository)
        let prefix = "\(folder)/snapshots/\(place.commit)/"
        var paths = Set(own.filter { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) })
        // Others that have the same tag would come up under the removed name.
        let tag = GGUFFileName(path: place.path)?.tag ?? ""
        for path in FileManager.default.enumerator(below: prefix) where !needed.contains(prefix + path) {
            guard !GGUFFileName.isNamedCompanion(path), GGUFFileName(path: path)?.tag == tag else { continue }
            paths.insert(path)
        }
        try remove(paths, folder)
        try check(paths.map { prefix + $0 })
    }

    private func remove(_ paths: Set<String>, _ folder: String) throws(HubError) {
        let files = FileManager.default
        let snapshots = folder + "/snapshots"
        var blobs: Set<String> = []
        for commit in (try? files.contentsOfDirectory(atPath: snapshots)) ?? [] {
            for path in paths {
                let link = "\(snapshots)/\(commit)/\(path)"
                if let target = CacheFiles.target(of: link) { blobs.insert(target) }
                CacheFiles.removeFile(link)
                removeEmptyFolders(above: link, upTo: snapshots)
            }
        }
        for path in files.enumerator(below: snapshots) {
            if let target = CacheFiles.target(of: "\(snapshots)/\(path)") { blobs.remove(target) }
        }
        // A link may lead anywhere; only blobs are ours.
        for blob in blobs where blob.hasPrefix(folder + "/blobs/") { CacheFiles.removeFile(blob) }
        CacheFiles.removeIfUnused(folder)
    }

    private func removeEmptyFolders(above path: String, upTo root: String) {
        var folder = CacheFiles.parent(of: path)
        while folder.count > root.count, folder.hasPrefix(root + "/") {
            guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder), names.isEmpty,
                (try? FileManager.default.removeItem(atPath: folder)) != nil
            else { return }
            folder = CacheFiles.parent(of: folder)
        }
    }

    private func check(_ paths: [String]) throws(HubError) {
        for path in paths where CacheFiles.size(of: path) != nil {
            throw HubError(.disk, "'\(path)' cannot be removed; its folder's permissions may not allow it")
        }
    }

    /// What a path in the cache is made of; nil for one that isn't a snapshot's.
    private func place(of path: String) -> (repository: String, commit: String, path: String)? {
        guard path.hasPrefix(cache.root + "/") else { return nil }
        let parts = path.dropFirst(cache.root.count + 1).split(separator: "/").map(String.init)
        guard parts.count >= 4, let repository = HubCache.repository(ofFolder: parts[0]), parts[1] == "snapshots" else {
            return nil
        }
        return (repository, parts[2], parts[3...].joined(separator: "/"))
    }
}
