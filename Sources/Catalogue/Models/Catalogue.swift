// SPDX-License-Identifier: MIT

/// The models that the router knows, by name.
package struct Catalogue: Sendable, Equatable {
    /// The models, sorted by id.
    package let entries: [ModelEntry]
    /// What was found and did not become a model.
    package let notes: [CatalogueNote]

    /// Places in ``entries`` by id and alias.
    private let places: [String: Int]
    /// The ids of ``entries``.
    private let ids: [String]
    /// Bytes of the longest of those names.
    private let longestName: Int
    /// The same without regard to the case of letters.
    private let foldedPlaces: [String: Int]
    /// Places of the models of the hub, by their repository in small letters.
    private let repositories: [String: [Int]]

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
        var repositories: [String: [Int]] = [:]
        for place in kept.indices {
            for alias in kept[place].aliases where places[alias] == nil { places[alias] = place }
            // What lists show must be true: an alias that another model has isn't this one's.
            if kept[place].aliases.contains(where: { places[$0] != place }) {
                kept[place].aliases.removeAll { places[$0] != place }
            }
            if let repository = kept[place].repository {
                repositories[repository.lowercased(), default: []].append(place)
            }
        }
        self.entries = kept
        self.notes = notes
        self.places = places
        ids = kept.map(\.id)
        longestName = places.keys.map(\.utf8.count).max() ?? 0
        foldedPlaces = Dictionary(places.map { ($0.key.lowercased(), $0.value) }) { min($0, $1) }
        self.repositories = repositories
    }

    /// This catalogue with those models of an earlier one whose folder can't be read any more: they may be there still.
    package func keeping(_ earlier: Catalogue) -> Catalogue {
        let hidden = notes.filter(\.hidesModels).map { $0.path + "/" }
        let kept = earlier.entries.filter { entry in hidden.contains { entry.path.hasPrefix($0) } }
        guard !kept.isEmpty else { return self }
        let ids = Set(kept.map(\.id))
        return Catalogue(entries: kept + entries.filter { !ids.contains($0.id) }, notes: notes)
    }

    /// The id of the model with this id or alias, letter by letter. Each request asks, and an entry is large.
    package func id(exactly name: String) -> String? {
        guard name.utf8.count <= longestName else { return nil }
        return places[name].map { ids[$0] }
    }

    /// The model with this id or alias; nil for none. Else the name is read by the rules of `-hf`: in any case of
    /// letters, and without a tag the usual one. Last come Ollama's ways to write a name: `hf.co/` in front, `:latest`
    /// behind, small letters for large ones.
    package func entry(named name: String) -> ModelEntry? {
        if let place = places[name] { return entries[place] }
        if let entry = hubEntry(named: name) { return entry }
        if let place = foldedPlaces[name.lowercased()] { return entries[place] }
        let plain = Self.withoutOllamaParts(name)
        return plain == name ? nil : entry(named: plain)
    }

    /// A name without what Ollama's clients add to it.
    package static func withoutOllamaParts(_ name: String) -> String {
        for host in ["hf.co/", "huggingface.co/"] where name.lowercased().hasPrefix(host) {
            return String(name.dropFirst(host.count))
        }
        return name.lowercased().hasSuffix(":latest") ? String(name.dropLast(":latest".count)) : name
    }

    private func hubEntry(named name: String) -> ModelEntry? {
        guard !repositories.isEmpty, name.contains("/"), let reference = try? HubReference(name),
            let own = repositories[reference.repository.lowercased()]
        else { return nil }
        // What can't be loaded counts where there is nothing else.
        let usable = own.filter { entries[$0].problem == nil }
        let files = (usable.isEmpty ? own : usable).map { place in
            (place: place, file: HubFile(path: entries[place].repositoryPath, sizeBytes: 0, oid: ""))
        }.sorted { $0.file.path < $1.file.path }
        guard let found = HubFileChoice.primary(of: files.map(\.file), for: reference) else { return nil }
        return files.first { $0.file == found }.map { entries[$0.place] }
    }

    /// The model of the hub with exactly that name, whatever the case of its letters.
    package func hubEntry(_ reference: HubReference) -> ModelEntry? {
        let wanted = reference.text.lowercased()
        return (repositories[reference.repository.lowercased()] ?? []).map { entries[$0] }.first {
            $0.id.lowercased() == wanted
        }
    }
}
