// SPDX-License-Identifier: MIT

package import Catalogue

extension ModelEntry {
    /// A model whose file doesn't exist, for tests that start no worker.
    package static func example(
        _ id: String,
        aliases: [String] = [],
        problem: String? = nil,
        sizeBytes: UInt64 = 0
    ) -> ModelEntry {
        ModelEntry(
            id: id,
            aliases: aliases,
            source: .modelsDirectory,
            path: "/models/\(id).gguf",
            problem: problem,
            sizeBytes: sizeBytes
        )
    }
}
