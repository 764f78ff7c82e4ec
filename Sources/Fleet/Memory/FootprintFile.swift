// SPDX-License-Identifier: MIT

import Catalogue
import Dispatch
import Essentials
package import Logging
import Synchronization
import Wire

/// What models take of each device, kept across restarts: a JSON file of `{"version": 1, "models": [{"key", "basis", "fitted",
/// "devices"}]}`, those first that were written last.
///
/// A footprint counts for the same files (by size and time), options and worker program. A file that can't be read is as good as none.
package final class FootprintFile: Sendable {
    private static let version: Int64 = 1
    /// The most models that are remembered.
    private static let most = 1_000

    private struct Entry {
        let key: String
        let footprint: Footprint
    }

    private let path: String
    /// What the worker program is, by size and time: another one may take more.
    private let program: String
    private let logger: Logger
    private let entries: Mutex<[Entry]>
    /// Where the file is written: a slow disk must hold up no order to a worker.
    private let queue = DispatchQueue(label: "enginehouse.footprints", qos: .utility)

    /// Our folder for what can be found out again; nil where the environment names none.
    package static func folder(_ environment: [String: String]) -> String? {
        if let cache = environment["XDG_CACHE_HOME"], cache.hasPrefix("/") { return cache + "/enginehouse" }
        return environment["HOME"].flatMap { $0.hasPrefix("/") ? $0 + "/.cache/enginehouse" : nil }
    }

    /// - Parameter program: the path of the worker's program.
    package init(path: String, program: String, logger: Logger) {
        self.path = path
        self.program = Self.stamp(program)
        self.logger = logger
        entries = Mutex(Self.read(path))
    }

    /// What is known of a model.
    func footprint(of entry: ModelEntry) -> Footprint? {
        let known = entries.withLock(\.self)
        guard !known.isEmpty, !entry.path.isEmpty else { return nil }
        let key = key(of: entry)
        return known.first { $0.key == key }?.footprint
    }

    /// Remembers what a model takes.
    func keep(_ footprint: Footprint, of entry: ModelEntry) {
        guard !entry.path.isEmpty else { return }
        let key = key(of: entry)
        let isNews = entries.withLock { entries in
            if let known = entries.first(where: { $0.key == key }), Self.isAlike(known.footprint, footprint) {
                return false
            }
            entries.removeAll { $0.key == key }
            entries.insert(Entry(key: key, footprint: footprint), at: 0)
            if entries.count > Self.most { entries.removeLast(entries.count - Self.most) }
            return true
        }
        if isNews { queue.async { [self] in write() } }
    }

    private func write() {
        let text = Self.text(entries.withLock(\.self))
        do {
            let folder = URL(filePath: path).deletingLastPathComponent()
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            try Data(text.utf8).write(to: URL(filePath: path), options: .atomic)
        } catch {
            logger.debug("Footprints not kept", metadata: ["path": "\(path)", "reason": "\(error)"])
        }
    }

    /// Whether a footprint says the same, but for what is free and for what a process happens to take.
    private static func isAlike(_ left: Footprint, _ right: Footprint) -> Bool {
        guard left.basis == right.basis, left.isFitted == right.isFitted, left.bytes.count == right.bytes.count else {
            return false
        }
        return left.bytes.allSatisfy { device, bytes in
            abs(bytes - (right.bytes[device] ?? 0)) <= max(bytes / 50, 1 << 20)
        }
    }

    private func key(of entry: ModelEntry) -> String {
        let files = entry.shardPaths + [entry.projectorPath, entry.draftPath].compactMap(\.self)
        return ([program] + files.map { "\($0) \(Self.stamp($0))" } + entry.workerArguments).joined(separator: "\u{1F}")
    }

    /// A file's size and time.
    private static func stamp(_ path: String) -> String {
        guard let stamp = DirectoryListing.stamp(ofFile: path) else { return "?" }
        return "\(stamp.sizeBytes) \(stamp.modified)"
    }

    private static func text(_ entries: [Entry]) -> String {
        let models = entries.map { entry -> JSONValue in
            [
                "key": .string(entry.key), "basis": .string(entry.footprint.basis.rawValue),
                "fitted": .bool(entry.footprint.isFitted), "devices": .array(entry.footprint.memory.map(\.json)),
            ]
        }
        return (["version": .integer(version), "models": .array(models)] as JSONValue).text
    }

    private static func read(_ path: String) -> [Entry] {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8),
            let json = try? JSONValue(parsing: text), json["version"]?.integer == version
        else { return [] }
        return (json["models"]?.array ?? []).prefix(most).compactMap { model in
            guard let key = model["key"]?.string, let basis = model["basis"]?.string.flatMap(Footprint.Basis.init),
                let memory = try? (model["devices"]?.array ?? []).map({ try MemoryUse($0) }), !memory.isEmpty
            else { return nil }
            return Entry(key: key, footprint: Footprint(basis, memory, isFitted: model["fitted"]?.bool ?? false))
        }
    }
}
