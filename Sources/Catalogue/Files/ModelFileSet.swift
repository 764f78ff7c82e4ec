// SPDX-License-Identifier: MIT

import GGUF
import Platform
import Wire

/// The files of one model, projector or draft: a single one, or the shards that there are.
struct ModelFileSet: Equatable {
    /// The name without numbers and suffix.
    let name: String
    /// The files in their order, at least one.
    let files: [ModelFile]
    /// The first file: the one that the engine is given.
    let first: ModelFile
    /// What the headers together say; of a set with a ``problem``, what the first says, if it can be read.
    let info: GGUFModelInfo?
    /// Why the set cannot be loaded.
    let problem: String?

    /// Whether the files are named as shards.
    var isSharded: Bool { ShardName(fileName: first.name) != nil }
    /// Whether no shard is missing.
    var isComplete: Bool { ShardName(fileName: first.name).map { $0.count == files.count } ?? true }
    /// What the set is for.
    var role: ModelFile.Role { first.role }
    /// The size of all files in bytes.
    var sizeBytes: UInt64 { files.reduce(0) { $0.addingSaturating($1.sizeBytes) } }

    /// Groups `files`, sorted by name, into sets in the same order.
    static func grouping(_ files: [ModelFile]) -> [ModelFileSet] {
        var shards: [String: [ModelFile]] = [:]
        for file in files {
            guard let shard = ShardName(fileName: file.name) else { continue }
            shards[shard.sibling(1).fileName, default: []].append(file)
        }
        return files.compactMap { file in
            guard let shard = ShardName(fileName: file.name) else { return ModelFileSet(single: file) }
            // The whole set stands where the first of its files does.
            let members = shards[shard.sibling(1).fileName] ?? []
            return members.first == file ? ModelFileSet(shards: members, first: file, shard: shard) : nil
        }
    }

    private init(single file: ModelFile) {
        name = String(file.name.dropLast(ModelFile.suffix.count))
        files = [file]
        first = file
        info = file.info
        problem = Self.problem(of: file)
    }

    private init(shards: [ModelFile], first: ModelFile, shard: ShardName) {
        name = shard.prefix
        files = shards
        self.first = first
        let present = Set(shards.map(\.name))
        if let missing = (1...shard.count).first(where: { !present.contains(shard.sibling($0).fileName) }) {
            info = shard.number == 1 ? first.info : nil
            problem = "shard \(missing) of \(shard.count) is missing: \(shard.sibling(missing).fileName)"
            return
        }
        for (index, file) in shards.enumerated() {
            guard case .failure(let error) = file.content else { continue }
            info = first.info
            problem = "shard \(index + 1) of \(shard.count) (\(file.name)): \(error.message)"
            return
        }
        do {
            let joined = try GGUFModelInfo(shards: shards.compactMap(\.info))
            info = joined
            problem = Self.problem(of: joined)
        } catch {
            info = first.info
            problem = error.message
        }
    }

    private static func problem(of file: ModelFile) -> String? {
        switch file.content {
        case .failure(let error): return error.message
        case .success(let info):
            guard let split = info.split else { return problem(of: info) }
            return "the file says that it is shard \(split.index &+ 1) of \(split.count), but is not named like one"
        }
    }

    private static func problem(of info: GGUFModelInfo) -> String? {
        if info.architecture == nil { return "the file does not name its architecture" }
        if info.tensorCount == 0 { return "the file holds no tensors" }
        return nil
    }
}
