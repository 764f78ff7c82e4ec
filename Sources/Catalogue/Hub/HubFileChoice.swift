// SPDX-License-Identifier: MIT

import Platform

/// Which files of a repository make up the model that was asked for.
///
/// A tag has to be a file's own, or else to occur in a path in front of `.` or `-`. Without a tag it is `Q4_K_M`, then
/// `Q8_0`, then the first model. llama.cpp takes the first path in which the tag occurs, and so `BF16` for `F16`.
package struct HubFileChoice: Sendable, Equatable {
    /// The model's file, or its first shard.
    package let primary: HubFile
    /// All files of the model in their order.
    package let shards: [HubFile]
    /// The picture or sound encoder.
    package let projector: HubFile?

    /// What has to be there for the model to be whole; the model's first file comes last.
    package var files: [HubFile] { [projector].compactMap { $0 } + shards.reversed() }

    /// The tag of the model's name in the catalogue; empty if the file has none.
    package let tag: String

    /// One file that is no model.
    package init(only file: HubFile) {
        primary = file
        shards = [file]
        projector = nil
        tag = ""
    }

    /// - Parameters:
    ///   - file: the path of the one file that is wanted, if the user named it.
    /// - Throws: `notFound`, with what there is.
    package init(
        _ files: [HubFile],
        for reference: HubReference,
        file wanted: String? = nil,
        withProjector: Bool = true
    ) throws(HubError) {
        let files = files.sorted { $0.path < $1.path }
        let models = files.filter { file in
            guard let name = GGUFFileName(path: file.path) else { return false }
            return name.shard == 1 && !GGUFFileName.isNamedCompanion(file.path)
        }
        let primary: HubFile
        if let wanted {
            guard let named = files.first(where: { $0.path == wanted }) else {
                throw HubError(.notFound, "'\(reference.repository)' has no file '\(wanted)'\(Self.hint(models))")
            }
            primary = named
        } else if let found = Self.primary(of: models, for: reference) {
            primary = found
        } else if let tag = reference.tag {
            throw HubError(
                .notFound,
                "'\(reference.repository)' has no model with the tag '\(tag)'\(Self.hint(models))"
            )
        } else {
            throw HubError(.notFound, "'\(reference.repository)' has no GGUF model")
        }
        self.primary = primary
        tag = GGUFFileName(path: primary.path)?.tag ?? ""
        shards = try Self.shards(of: primary, in: files)
        let projectors = files.filter { file in
            GGUFFileName(path: file.path) != nil && (file.path.split(separator: "/").last ?? "").contains("mmproj")
        }
        projector =
            withProjector
            ? CompanionChoice.best(among: projectors.map(\.path), for: primary.path).map { projectors[$0] } : nil
    }

    /// The one that a name stands for, among the first files of models.
    static func primary(of models: [HubFile], for reference: HubReference) -> HubFile? {
        if let tag = reference.tag { return match(tag, in: models) }
        return match("Q4_K_M", in: models) ?? match("Q8_0", in: models) ?? models.first
    }

    private static func match(_ tag: String, in models: [HubFile]) -> HubFile? {
        let wanted = tag.uppercased()
        if let own = models.first(where: { GGUFFileName(path: $0.path)?.tag == wanted }) { return own }
        return models.first { file in
            let path = file.path.uppercased()
            return path.contains("\(wanted).") || path.contains("\(wanted)-")
        }
    }

    private static func shards(of primary: HubFile, in files: [HubFile]) throws(HubError) -> [HubFile] {
        guard let name = ShardName(fileName: primary.path) else { return [primary] }
        var shards: [HubFile] = []
        for number in 1...name.count {
            let path = name.sibling(number).fileName
            guard let shard = files.first(where: { $0.path == path }) else {
                throw HubError(.notFound, "shard \(number) of \(name.count) is missing in the repository: \(path)")
            }
            shards.append(shard)
        }
        return shards
    }

    private static func hint(_ models: [HubFile]) -> String {
        guard !models.isEmpty else { return "; it has no GGUF models at all" }
        return "; it has " + models.prefix(12).map(\.path).joined(separator: ", ")
            + (models.count > 12 ? " and more" : "")
    }
}
