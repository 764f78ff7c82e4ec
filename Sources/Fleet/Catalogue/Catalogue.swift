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
        var kept: [ModelEntry] = []
        kept.reserveCapacity(entries.count)
        var places = [String: Int](minimumCapacity: entries.count)
        var notes = notes
        for entry in entries {
            if let first = places[entry.id] {
                let message = "another model has the id '\(entry.id)' already and is kept: \(kept[first].path)"
                notes.append(CatalogueNote(path: entry.path, message: message))
            } else {
                places[entry.id] = kept.count
                kept.append(entry)
            }
        }
        // A directory's models come sorted; entries are large, so only their places are sorted where they don't.
        if zip(kept, kept.dropFirst()).contains(where: { $0.id > $1.id }) {
            kept = kept.indices.sorted { kept[$0].id < kept[$1].id }.map { kept[$0] }
            for (place, entry) in kept.enumerated() { places[entry.id] = place }
        }
        for (place, entry) in kept.enumerated() {
            for alias in entry.aliases where places[alias] == nil { places[alias] = place }
        }
        self.entries = kept
        self.notes = notes
        self.places = places
    }

    /// This catalogue with those models of an earlier one whose folder can't be read any more: they may be there still.
    package func keeping(_ earlier: Catalogue) -> Catalogue {
        let hidden = notes.filter(\.hidesModels).map { $0.path + "/" }
        let kept = earlier.entries.filter { entry in hidden.contains { entry.path.hasPrefix($0) } }
        guard !kept.isEmpty else { return self }
        let ids = Set(kept.map(\.id))
        return Catalogue(entries: kept + entries.filter { !ids.contains($0.id) }, notes: notes)
    }

    /// The model with this id or alias.
    package func entry(named name: String) -> ModelEntry? {
        places[name].map { entries[$0] }
    }
}
