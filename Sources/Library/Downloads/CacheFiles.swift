// SPDX-License-Identifier: MIT

package import Catalogue
import Essentials
import Platform
import Wire

/// What is done to the files of a cache. Blocks its caller.
package enum CacheFiles {
    /// Makes a folder and those above it.
    /// - Throws: `disk`.
    static func makeFolder(_ path: String) throws(HubError) {
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw HubError.disk("'\(path)' cannot be made")
        }
    }

    /// The size of a regular file, following links; nil for anything else.
    static func size(of path: String) -> UInt64? {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        return UInt64(max(0, status.st_size))
    }

    static func removeFile(_ path: String) { unlink(path) }

    /// Checks that what is missing of a model fits on the disk.
    /// - Throws: `disk`, with how much room it takes.
    static func checkRoom(for plan: HubPlan, in cache: HubCache) throws(HubError) {
        let repository = plan.reference.repository
        var missing: UInt64 = 0
        for file in plan.choice.files {
            let blob = cache.blob(file.oid, of: repository)
            guard size(of: blob) != file.sizeBytes else { continue }
            let part = size(of: blob + PartFile.suffix) ?? 0
            missing = missing.addingSaturating(file.sizeBytes > part ? file.sizeBytes - part : 0)
        }
        guard let free = freeBytes(at: cache.folder(of: repository)) else { return }
        guard missing <= free else {
            throw HubError(
                .disk,
                "there is not enough room: '\(plan.modelID)' needs \(mebibytes(missing)) MiB more, and "
                    + "\(mebibytes(free, roundedUp: false)) MiB are free in '\(cache.root)'; make room and ask again, "
                    + "what is there already is kept"
            )
        }
    }

    /// What is free where a folder is, or will be; nil if the system doesn't tell.
    static func freeBytes(at folder: String) -> UInt64? {
        var folder = folder
        while true {
            var system = statvfs()
            if statvfs(folder, &system) == 0 {
                // A file system in user space may say anything.
                let (bytes, overflow) = UInt64(system.f_bavail).multipliedReportingOverflow(by: UInt64(system.f_frsize))
                return overflow ? .max : bytes
            }
            guard errno == ENOENT, folder.contains("/"), parent(of: folder) != folder, !parent(of: folder).isEmpty
            else { return nil }
            folder = parent(of: folder)
        }
    }

    private static func mebibytes(_ bytes: UInt64, roundedUp: Bool = true) -> UInt64 {
        (bytes >> 20) + (roundedUp && bytes & 0xFFFFF > 0 ? 1 : 0)
    }

    /// Makes a downloaded model visible: links in the snapshot, the model's first file last, then the branch.
    ///
    /// What an earlier snapshot had, and the new one has unchanged, stays visible too.
    /// - Throws: `disk`.
    package static func link(_ plan: HubPlan, in cache: HubCache) throws(HubError) {
        let repository = plan.reference.repository
        let snapshot = cache.snapshot(plan.commit, of: repository)
        let chosen = Set(plan.choice.files.map(\.path))
        let kept = plan.listing.filter { file in
            !chosen.contains(file.path) && size(of: cache.blob(file.oid, of: repository)) == file.sizeBytes
        }
        for file in kept + plan.choice.files {
            let path = "\(snapshot)/\(file.path)"
            let blob = cache.blob(file.oid, of: repository)
            guard size(of: path) != file.sizeBytes || !leads(path, to: blob) else { continue }
            let depth = file.path.split(separator: "/").count
            try makeFolder(parent(of: path))
            try replace(path, byLinkTo: String(repeating: "../", count: depth + 1) + "blobs/\(file.oid)", blob: blob)
        }
        let reference = cache.reference(plan.branch, of: repository)
        try makeFolder(parent(of: reference))
        let temporary = reference + ".incomplete"
        do {
            try plan.commit.write(toFile: temporary, atomically: false, encoding: .utf8)
            guard rename(temporary, reference) == 0 else { throw HubError.disk("'\(reference)' cannot be written") }
        } catch {
            let failure = errno
            unlink(temporary)
            throw HubError.disk("'\(reference)' cannot be written", failure)
        }
    }

    /// Whether a link leads to that blob; a file that isn't a link counts as the blob itself.
    private static func leads(_ path: String, to blob: String) -> Bool {
        guard let target = target(of: path) else { return size(of: path) != nil }
        return target == blob
    }

    /// Where a symbolic link leads, without looking further; nil for what isn't one.
    static func target(of path: String) -> String? {
        guard let text = try? FileManager.default.destinationOfSymbolicLink(atPath: path) else { return nil }
        guard !text.hasPrefix("/") else { return text }
        var parts = parent(of: path).split(separator: "/").map(String.init)
        for part in text.split(separator: "/").map(String.init) {
            switch part {
            case ".": break
            case "..": _ = parts.popLast()
            default: parts.append(part)
            }
        }
        return (path.hasPrefix("/") ? "/" : "") + parts.joined(separator: "/")
    }

    private static func replace(_ path: String, byLinkTo target: String, blob: String) throws(HubError) {
        let temporary = path + ".incomplete"
        unlink(temporary)
        if symlink(target, temporary) == 0 {
            guard rename(temporary, path) == 0 else { throw HubError.disk("'\(path)' cannot be linked") }
            return
        }
        // A file system without links: the file itself goes to where the link would be, as the hub's own tools do it.
        guard rename(blob, path) == 0 else { throw HubError.disk("'\(path)' cannot be linked") }
    }

    static func parent(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    }

    /// Removes a repository's folder if no snapshot holds a file and no download has left a part.
    static func removeIfUnused(_ folder: String) {
        let files = FileManager.default
        let names = (files.enumerator(below: folder + "/snapshots") + files.enumerator(below: folder + "/blobs"))
        guard names.isEmpty else { return }
        // What can't be removed holds nothing that anybody misses.
        try? files.removeItem(atPath: folder)
    }
}

extension FileManager {
    /// The paths of all files and links below a folder, relative to it.
    func enumerator(below folder: String) -> [String] {
        var found: [String] = []
        for name in ((try? contentsOfDirectory(atPath: folder)) ?? []).sorted() {
            let path = "\(folder)/\(name)"
            var status = stat()
            guard lstat(path, &status) == 0 else { continue }
            if status.st_mode & S_IFMT == S_IFDIR {
                found += enumerator(below: path).map { "\(name)/\($0)" }
            } else {
                found.append(name)
            }
        }
        return found
    }
}
