// SPDX-License-Identifier: MIT

/// Which of the cached models of a repository a name stands for, by the rules that hold on the hub.
package enum CachedChoice {
    /// - Parameters:
    ///   - path: the file in the repository, if it is known.
    ///   - entries: the repository's cached models.
    package static func entry(
        for reference: HubReference,
        path: String?,
        among entries: [ModelEntry]
    ) -> ModelEntry? {
        if let path { return entries.first { $0.path.hasSuffix("/" + path) } }
        let files = entries.map { HubFile(path: $0.path, sizeBytes: $0.sizeBytes, oid: "") }
        // The choice knows of shards that the entries don't list, so only its first file counts.
        guard let primary = HubFileChoice.primary(of: files, for: reference) else { return nil }
        return entries.first { $0.path == primary.path }
    }
}
