// SPDX-License-Identifier: MIT

/// The models that the router knows, by name.
package struct Catalogue: Sendable, Equatable {
    /// The models, sorted by id.
    package let entries: [ModelEntry]
    /// What was found and did not become a model.
    package let notes: [CatalogueNote]

    /// Places in ``entries`` by id and alias.
    private let places: [String: Int]

    /// Makes a catalogue of `entries`: of several with one id the first is kept, the others become notes.
    ///
    /// An alias counts where no id and no earlier alias is the same.
    package init(entries: [ModelEntry] = [], notes: [CatalogueNote] = []) {
        var kept: [String: ModelEntry] = [:]
        var notes = notes
        for entry in entries {
            if let first = kept[entry.id] {
                let message = "another model has the id '\(entry.id)' already and is kept: \(first.path)"
                notes.append(CatalogueNote(path: entry.path, message: message))
            } else {
                kept[entry.id] = entry
            }
        }
        let sorted = kept.values.sorted { $0.id < $1.id }
        var places: [String: Int] = [:]
        for (place, entry) in sorted.enumerated() { places[entry.id] = place }
        for (place, entry) in sorted.enumerated() {
            for alias in entry.aliases where places[alias] == nil { places[alias] = place }
        }
        self.entries = sorted
        self.notes = notes
        self.places = places
    }

    /// The model with this id or alias.
    package func entry(named name: String) -> ModelEntry? {
        places[name].map { entries[$0] }
    }
}
