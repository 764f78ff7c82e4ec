// SPDX-License-Identifier: MIT

/// Stands in until the catalogue is merged.
package struct ModelEntry: Sendable {
    package var id: String
    package var aliases: [String]
    package var path: String
    package var projectorPath: String?
    package var problem: String?
    package var bytes: Int64

    package init(
        id: String, aliases: [String] = [], path: String, projectorPath: String? = nil, problem: String? = nil,
        bytes: Int64 = 0
    ) {
        self.id = id
        self.aliases = aliases
        self.path = path
        self.projectorPath = projectorPath
        self.problem = problem
        self.bytes = bytes
    }
}

/// Stands in until the catalogue is merged.
package struct Catalogue: Sendable {
    package let entries: [ModelEntry]
    private let byName: [String: Int]

    package init(entries: [ModelEntry]) {
        self.entries = entries
        var byName: [String: Int] = [:]
        for (index, entry) in entries.enumerated() {
            for name in [entry.id] + entry.aliases { byName[name] = index }
        }
        self.byName = byName
    }

    package func entry(named name: String) -> ModelEntry? { byName[name].map { entries[$0] } }
}
