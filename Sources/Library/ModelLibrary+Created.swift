// SPDX-License-Identifier: MIT

package import Catalogue
import Essentials
import Fleet
import GGUF
import Logging
package import NIOCore
import NIOPosix
import Platform
import Wire

/// The models that clients make.
extension ModelLibrary {
    /// What a model is made of.
    package enum CreatedBase: Sendable {
        /// The files and the options of another model.
        case model(ModelEntry)
        /// Files that were sent: the model's, and its projector's.
        case files([BlobDigest])
    }

    /// What a model has beside its base.
    package struct CreatedParts: Sendable {
        /// Options in the place of the base's; each takes the place of all of its name.
        package var values: [WrittenPresets.Value] = []
        /// LoRA adapters that were sent.
        package var adapters: [BlobDigest] = []
        /// A chat template, Jinja.
        package var template: String?

        package init() {}
    }

    /// Makes a model, or makes it anew, and returns when it can be used.
    ///
    /// It is a section of this server's own preset file: it survives a restart, and holds no other model's files.
    /// - Throws: `HubError`.
    package func create(_ id: String, from base: CreatedBase, with parts: CreatedParts) async throws {
        let created = try createdFolder()
        try await onDisk {
            if self.fleet.catalogue.entry(named: id)?.id == id, try !created.contains(id) {
                throw HubError(
                    .invalidName,
                    "'\(id)' is a model that was not made by a client; choose another name for the new one"
                )
            }
            let folder = FileManager.default.currentDirectoryPath
            var values =
                switch base {
                case .model(let entry): entry.copied(from: folder)
                case .files(let digests): try Self.values(of: digests, in: created)
                }
            var replaced = Set(parts.values.map(\.name))
            if case .model(let entry) = base, !entry.options.escape, replaced.contains(OptionName(\.escape)) {
                throw HubError(
                    .invalidName,
                    "'\(entry.id)' is served with --no-escape, with which texts can't be kept as they are; leave 'system' and 'stop' out"
                )
            }
            if parts.template != nil { replaced.formUnion(OptionName.list(\.chatTemplate, \.chatTemplateFile)) }
            values.removeAll { replaced.contains($0.name) }
            values += parts.values
            for digest in parts.adapters {
                values.append(.init(OptionName(\.lora), try Self.path(of: digest, .adapter, in: created)))
            }
            if let template = parts.template {
                values.append(.init(OptionName(\.chatTemplateFile), try created.keep(template: template)))
            }
            try created.put(id, values)
        }
        await reload()
        if let problem { throw HubError(.disk, "'\(id)' was made, but the models could not be read again: \(problem)") }
        logger.info("Model made", metadata: ["model": "\(id)"])
        guard let entry = fleet.catalogue.entry(named: id), entry.id == id else {
            throw HubError(.disk, "'\(id)' was made, and is gone again; ask again")
        }
        if let reason = entry.problem {
            throw HubError(.invalidName, "'\(id)' was made, but cannot be used: \(reason)")
        }
    }

    /// Removes a model that a client has made; the files of other models stay.
    func removeCreated(_ id: String) async throws(HubError) {
        let created = try createdFolder()
        do {
            guard try await onDisk({ try created.remove(id) }) else {
                throw HubError(.notFound, "model name=\(id) is not found")
            }
        } catch let error as HubError {
            throw error
        } catch {
            throw HubError(.disk, "\(error)")
        }
        await reload()
        logger.info("Model removed", metadata: ["model": "\(id)"])
        publish(.modelRemoved(model: id))
    }

    /// Whether a file is there that was sent.
    package func hasBlob(_ digest: BlobDigest) async throws -> Bool {
        guard let created = self.created else { return false }
        return try await onDisk { created.blob(digest) != nil }
    }

    /// Takes a file that a client sends.
    /// - Parameters:
    ///   - size: its bytes, where the client says so.
    ///   - bytes: throws where the client leaves.
    /// - Throws: `HubError`, and what `bytes` throws; then nothing of it stays.
    package func receive(
        _ digest: BlobDigest,
        size: UInt64?,
        _ bytes: some AsyncSequence<ByteBuffer, any Error>
    ) async throws {
        let path = try createdFolder().path(of: digest)
        let upload = try await onDisk { try BlobUpload(digest, as: path, size: size) }
        do {
            for try await part in bytes { try await onDisk { try upload.append(part) } }
            try await onDisk { try upload.finish() }
        } catch {
            // Before the client hears of it.
            try await onDisk { upload.abandon() }
            throw error
        }
    }

    private func createdFolder() throws(HubError) -> CreatedModels {
        guard let created else {
            throw HubError(.unavailable, "there is no folder for models that clients make: give one by --created-dir")
        }
        return created
    }

    /// Files that were sent, each in its place.
    private static func values(
        of digests: [BlobDigest],
        in created: CreatedModels
    ) throws(HubError) -> [WrittenPresets.Value] {
        var values: [WrittenPresets.Value] = []
        for digest in digests {
            let kind = try kind(of: digest, in: created)
            guard kind == .model || kind == .projector else {
                throw HubError(
                    .invalidName,
                    "'files' must be a model, and its projector if it has one; \(digest) is neither"
                )
            }
            let name = kind == .model ? OptionName(\.model) : OptionName(\.mmproj)
            guard !values.contains(where: { $0.name == name }) else {
                throw HubError(
                    .invalidName,
                    "'files' has more than one \(kind.rawValue); merge the parts of a split file first"
                )
            }
            values.append(.init(name, created.path(of: digest)))
        }
        guard values.contains(where: { $0.name == OptionName(\.model) }) else {
            throw HubError(.invalidName, "'files' has no model; send its GGUF file to /api/blobs and name its digest")
        }
        return values
    }

    private static func path(
        of digest: BlobDigest,
        _ wanted: GGUFKind,
        in created: CreatedModels
    ) throws(HubError) -> String {
        guard try kind(of: digest, in: created) == wanted else {
            throw HubError(.invalidName, "\(digest) is no \(wanted.rawValue)")
        }
        let path = created.path(of: digest)
        guard !path.contains(",") else {
            throw HubError(.invalidName, "'\(path)' has a comma, which the list of adapters can't; see --created-dir")
        }
        return path
    }

    private static func kind(of digest: BlobDigest, in created: CreatedModels) throws(HubError) -> GGUFKind {
        guard let path = created.blob(digest) else {
            throw HubError(.invalidName, "\(digest) was not sent; send the file to /api/blobs/\(digest) first")
        }
        do {
            return try GGUFModelInfo(path: path).kind
        } catch {
            throw HubError(.invalidName, "\(digest) is no GGUF file that can be used: \(error.message)")
        }
    }

    /// Does something with files on a thread for that.
    private func onDisk<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
        do {
            return try await NIOThreadPool.singleton.runIfActive(body)
        } catch let error as OptionError {
            throw HubError(.invalidName, error.description)
        }
    }
}
