// SPDX-License-Identifier: MIT

import GGUF
import Platform
import Wire

/// Models that are named by their file.
extension ModelScan {
    /// The model in a file, or in the shards of which it is one. One that cannot be read is listed with its reason.
    package func entry(id: String, path: String) -> ModelEntry {
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
        let name = String(path.dropFirst(folder.count))
        var files = [file(name, in: folder)]
        if let shard = ShardName(fileName: name) {
            files = (1...shard.count).map { file(shard.sibling($0).fileName, in: folder) }
                .filter { $0.name == name || access($0.path, F_OK) == 0 }
        }
        // Files of one name make one set.
        let set = ModelFileSet.grouping(files)[0]
        var problem = set.problem
        if access(path, F_OK) != 0 { problem = "'\(path)' does not exist" }
        if problem == nil, set.role == .projector { problem = "'\(path)' is a projector, not a model" }
        if problem == nil, case .other(let word) = set.role { problem = "'\(path)' is not a model (\(word))" }
        return ModelEntry(
            id: id,
            source: .preset,
            path: set.first.path,
            shardPaths: set.files.map(\.path),
            info: set.info,
            problem: problem,
            sizeBytes: set.sizeBytes
        )
    }

    /// Gives a model the projector in a file.
    func attach(projector path: String, to entry: inout ModelEntry) {
        let projector = file(path, in: "")
        entry.projectorPath = path
        entry.sizeBytes = entry.sizeBytes.addingSaturating(projector.sizeBytes)
        entry.inputModalities = [.text]
        switch projector.content {
        case .success(let info):
            if info.hasVisionEncoder { entry.inputModalities.append(.image) }
            if info.hasAudioEncoder { entry.inputModalities.append(.audio) }
        case .failure(let error):
            entry.problem = entry.problem ?? "the projector '\(path)' cannot be used: \(error.message)"
        }
    }

    private func file(_ name: String, in folder: String) -> ModelFile {
        let path = folder + name
        var status = stat()
        let size = stat(path, &status) == 0 ? UInt64(max(0, status.st_size)) : 0
        let content = Result { () throws(GGUFError) in try GGUFModelInfo(path: path, limits: limits) }
        return ModelFile(name: name, path: path, sizeBytes: size, content: content)
    }
}
