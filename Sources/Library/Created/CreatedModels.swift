// SPDX-License-Identifier: MIT

package import Catalogue
import Crypto
import Essentials
import Platform
package import Wire

/// The models that clients make: `models.ini` has their sections, `blobs` the files that were sent for them, and `templates` their
/// chat templates.
///
/// Several routers may have one folder. Blocks its caller: it belongs on a thread for files.
package struct CreatedModels: Sendable {
    /// An absolute path.
    package let folder: String

    /// How often, and how long in microseconds each time, the folder's lock is waited for.
    private static let patience = (tries: 100, pause: UInt32(50_000))

    package init(folder: String) {
        self.folder = folder
    }

    /// The folder that the environment names; nil for none.
    package static func folder(_ environment: [String: String]) -> String? {
        if let data = environment["XDG_DATA_HOME"], data.hasPrefix("/") { return data + "/enginehouse" }
        return environment["HOME"].flatMap { $0.hasPrefix("/") ? $0 + "/.local/share/enginehouse" : nil }
    }

    /// Where the sections are.
    package var presets: String { folder + "/models.ini" }

    /// The sections; none where there is no file.
    /// - Throws: `OptionError`.
    package func read() throws(OptionError) -> PresetFile {
        guard let text = try text() else { return PresetFile() }
        var file = try PresetFile(text, path: presets)
        for index in file.models.indices { file.models[index].source = .created }
        return file
    }

    /// Whether a section of this id is there.
    /// - Throws: `OptionError`.
    package func contains(_ id: String) throws(OptionError) -> Bool { try written()[id] != nil }

    /// Where a file that was sent is, or would be.
    func path(of digest: BlobDigest) -> String { "\(folder)/blobs/sha256-\(digest.digits)" }

    /// The path of a file that was sent; nil where it wasn't.
    package func blob(_ digest: BlobDigest) -> String? {
        let path = path(of: digest)
        return CacheFiles.size(of: path) == nil ? nil : path
    }

    /// Keeps a chat template.
    /// - Returns: its file.
    /// - Throws: `disk`.
    func keep(template: String) throws(HubError) -> String {
        var hash = BlobHash.sha256(SHA256())
        Array(template.utf8).withUnsafeBytes { hash.update($0) }
        let path = "\(folder)/templates/\(hash.oid).jinja"
        try CacheFiles.makeFolder(CacheFiles.parent(of: path))
        try write(template, to: path)
        return path
    }

    /// Writes a model's section, in place of the one of its name. Files that only the earlier one had are removed.
    /// - Throws: `OptionError` for values that can't be; `disk`, `busy`.
    func put(_ id: String, _ values: [WrittenPresets.Value]) throws {
        try WrittenPresets.check(id, values)
        try change { presets in
            let earlier = presets[id] ?? []
            presets.set(id, values)
            return earlier
        }
    }

    /// Removes a model's section, and the files that only it had.
    /// - Returns: false where there is none.
    /// - Throws: `OptionError`, `disk`, `busy`.
    func remove(_ id: String) throws -> Bool {
        var isThere = false
        try change { presets in
            let values = presets.remove(id)
            isThere = values != nil
            return values ?? []
        }
        return isThere
    }

    /// - Parameter body: changes the sections; returns the values that are gone.
    private func change(_ body: (inout WrittenPresets) -> [WrittenPresets.Value]) throws {
        try CacheFiles.makeFolder(folder)
        let lock = open(folder + "/lock", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard lock >= 0 else { throw HubError.disk("'\(folder)/lock' cannot be written") }
        defer { close(lock) }
        var tries = 0
        while flock(lock, LOCK_EX | LOCK_NB) != 0 {
            tries += 1
            guard tries < Self.patience.tries else {
                throw HubError(.busy, "another program changes '\(presets)' at this moment; ask again")
            }
            // Another router writes a small file: that takes no longer than a look or two. This thread is one for files.
            usleep(Self.patience.pause)
        }
        var sections = try written()
        let gone = body(&sections)
        try write(sections.text, to: presets)
        let own = [folder + "/blobs/", folder + "/templates/"]
        for value in gone where own.contains(where: value.value.hasPrefix) && !sections.mentions(value.value) {
            CacheFiles.removeFile(value.value)
        }
    }

    private func written() throws(OptionError) -> WrittenPresets {
        guard let text = try text() else { return WrittenPresets() }
        return try WrittenPresets(text, path: presets)
    }

    private func text() throws(OptionError) -> String? {
        guard FileManager.default.fileExists(atPath: presets) else { return nil }
        do {
            return try String(contentsOfFile: presets, encoding: .utf8)
        } catch {
            throw OptionError(place: presets, message: "cannot be read as UTF-8 text")
        }
    }

    /// Writes a file so that a reader finds the old one or the new one.
    private func write(_ text: String, to path: String) throws(HubError) {
        let temporary = path + PartFile.suffix
        do {
            try text.write(toFile: temporary, atomically: false, encoding: .utf8)
        } catch {
            throw HubError.disk("'\(path)' cannot be written")
        }
        guard rename(temporary, path) == 0 else { throw HubError.disk("'\(path)' cannot be written") }
    }
}
