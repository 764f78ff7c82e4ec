// SPDX-License-Identifier: MIT

package import Catalogue
import Essentials
package import Logging
import Platform

/// The preset file in the root of a repository on the hub: `-hf` of such a repository serves its models.
///
/// It comes from others, so it may say less than one of this machine.
package struct RepositoryPreset: Sendable {
    package static let fileName = "preset.ini"
    /// More than that is no preset file.
    private static let limit: UInt64 = 1 << 20

    /// `user/repository`.
    package let repository: String
    /// Where the file is in the cache.
    package let path: String
    package let file: PresetFile

    /// The preset file of a repository; nil if it has none. What was fetched before does when the hub can't be reached.
    /// - Throws: `HubError`; `OptionError` for a file that says what it may not say.
    package static func fetch(_ name: String, from hub: ModelHub, logger: Logger) async throws -> RepositoryPreset? {
        let repository = try HubReference(name).repository
        let path: String
        do {
            let snapshot = try await hub.snapshot(of: repository)
            guard let file = snapshot.files.first(where: { $0.path == fileName }) else { return nil }
            guard file.sizeBytes <= limit else {
                throw HubError(
                    .wrongContent,
                    "the \(fileName) of '\(repository)' is too long (\(file.sizeBytes) bytes)"
                )
            }
            let reference = HubReference(repository: repository, tag: nil)
            try await hub.download(snapshot.plan(HubFileChoice(only: file), for: reference)) { _, _, _ in }
            path = "\(hub.cache.snapshot(snapshot.commit, of: repository))/\(fileName)"
        } catch let error as HubError where error.isUnreachable {
            let scan = HubCacheScan(cache: hub.cache, headers: HeaderIndex())
            guard let commit = scan.commit(of: repository) else { return nil }
            path = "\(hub.cache.snapshot(commit, of: repository))/\(fileName)"
            guard CacheFiles.size(of: path) != nil else { return nil }
            logger.notice("Using the preset file of the cache", metadata: ["reason": "\(error)"])
        }
        let text: String
        do {
            text = try String(contentsOfFile: path, encoding: .utf8)
        } catch {
            throw HubError(.wrongContent, "'\(path)' cannot be read as UTF-8 text")
        }
        return RepositoryPreset(
            repository: repository,
            path: path,
            file: try PresetFile(text, path: path, repository: repository)
        )
    }
}
