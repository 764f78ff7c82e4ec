// SPDX-License-Identifier: MIT

import Platform
package import Wire

extension Catalogue {
    /// This catalogue with every model's options, and with the models of a preset file.
    ///
    /// A section with the id of a model that is known says more about that model; another one is a model of its own and
    /// has to say where its file is. A section that can't be used is a model that can't be loaded, with the reason.
    ///
    /// - Parameters:
    ///   - presets: the preset file; empty if there is none.
    ///   - router: what the router was told.
    ///   - scan: how headers are read.
    ///   - endpoint: the hub's address.
    ///   - cached: finds a model of the hub in the cache.
    /// - Throws: `OptionError` for what is said of all models.
    package func configured(
        presets: PresetFile = PresetFile(),
        router: OptionValues,
        scan: ModelScan = ModelScan(),
        endpoint: String = HubURL.standardEndpoint,
        cached: (HubSelection) -> ModelEntry? = { _ in nil }
    ) throws(OptionError) -> Catalogue {
        let layers = OptionLayers(router: router, globals: presets.globals)
        _ = try ModelEntry.draft(layers.effective())
        var models = entries
        var indices = [String: Int](minimumCapacity: models.count)
        for (index, model) in models.enumerated() { indices[model.id] = index }
        let written = Set(presets.models.map(\.id))
        // What is said later of a model that can't be used follows from the first.
        var problems: [String: String] = [:]
        for preset in presets.models {
            problems[preset.id] = preset.problem
            var known = known(to: preset, besides: written)
            let model: ModelEntry
            do {
                model = try entry(for: preset, known, scan: scan, endpoint: endpoint, cached: cached)
            } catch {
                model = failed(preset)
                problems[preset.id] = preset.problem ?? error.description
                if known?.id != preset.id { known = nil }
            }
            if let index = indices[known?.id ?? preset.id] {
                models[index] = model
                // What another section means is another worker, even if it is the same file.
                if let known { indices[known.id] = nil }
                indices[preset.id] = index
            } else {
                indices[preset.id] = models.count
                models.append(model)
            }
        }
        for index in models.indices {
            models[index].apply(layers.effective(models[index].options), scan: scan)
            guard problems[models[index].id] == nil else { continue }
            do { try models[index].findDraft(cached: cached) } catch { problems[models[index].id] = error.description }
        }
        // The known ones are sorted already.
        let sorted = models.count == entries.count ? models : models.sorted { $0.id < $1.id }
        var named = Self.named(sorted, &problems)
        for index in named.indices {
            if let problem = problems[named[index].id] { named[index].problem = problem }
        }
        return Catalogue(entries: Self.hiding(named), notes: notes)
    }

    /// The model of a section that doesn't say where its files are.
    private func failed(_ preset: ModelPreset) -> ModelEntry {
        var entry = ModelEntry(id: preset.id, source: preset.source, path: "", shardPaths: [])
        entry.options = preset.options
        return entry
    }

    /// The model that a section adds options to: the one of its name, or else the one that the name stands for. Nil if
    /// that one has a section, or this section names a file.
    private func known(to preset: ModelPreset, besides written: Set<String>) -> ModelEntry? {
        guard let known = entry(named: preset.id) else { return nil }
        if known.id == preset.id { return known }
        let hasFile = OptionName.list(\.model, \.modelURL, \.hfRepo).contains { preset.options[$0] != nil }
        // Two sections may mean one model: each gets its own worker under the name that it has.
        return hasFile || written.contains(known.id) || known.source != .cache ? nil : known
    }

    private func entry(
        for preset: ModelPreset,
        _ known: ModelEntry?,
        scan: ModelScan,
        endpoint: String,
        cached: (HubSelection) -> ModelEntry?
    ) throws(OptionError) -> ModelEntry {
        var options = try HubFileAddress.resolved(preset.options, endpoint: endpoint)
        var entry: ModelEntry
        if let path = options.model {
            // A file of one's own needs no repository, whatever the cache says of this id.
            options[\.hfRepo] = nil
            options[\.hfFile] = nil
            entry = known.flatMap { $0.path == path ? $0 : nil } ?? scan.entry(id: preset.id, path: path)
        } else if let known {
            entry = known
            entry.id = preset.id
        } else if let selection = try Self.selection(options) {
            entry = cached(selection) ?? flat(selection) ?? ModelEntry(id: preset.id, remote: selection)
            entry.id = preset.id
            entry.aliases = []
        } else if let same = self.entry(named: preset.id), same.source == .cache {
            entry = same
            entry.id = preset.id
            entry.aliases = []
        } else {
            throw OptionError(
                preset.place,
                "[\(preset.id)] names no model that is known; say where its file is with 'model' or 'hf-repo'"
            )
        }
        for name in [known?.id ?? preset.id, preset.canonicalID]
        where name != preset.id && !entry.aliases.contains(name) {
            entry.aliases.append(name)
        }
        if let projector = options.mmproj { scan.attach(projector: projector, to: &entry) }
        entry.source = preset.source
        entry.options = options
        return entry
    }

    /// The model of the hub that a section names.
    private static func selection(_ options: OptionValues) throws(OptionError) -> HubSelection? {
        guard let name = options.hfRepo else {
            guard options[\.hfFile] == nil else {
                throw options.error(\.hfFile, "'hf-file' needs 'hf-repo', the repository that has the file")
            }
            return nil
        }
        let file = options.hfFile
        if let file, !HubCache.isInside(file) || GGUFFileName(path: file) == nil {
            throw options.error(\.hfFile, "'hf-file' must be the path of a GGUF file in the repository, not '\(file)'")
        }
        if let token = options.hfToken {
            do { _ = try HubToken(token) } catch { throw options.error(\.hfToken, error.message) }
        }
        do {
            return HubSelection(try HubReference(name), file: file)
        } catch {
            throw options.error(\.hfRepo, "'hf-repo': \(error.message)")
        }
    }

    /// A model that an earlier version of llama.cpp has downloaded.
    private func flat(_ selection: HubSelection) -> ModelEntry? {
        guard selection.file == nil else { return nil }
        return entry(named: selection.reference.text).flatMap { $0.source == .cache ? $0 : nil }
    }

    /// Gives the models the aliases that their options name. A name that another one has stays with that one.
    private static func named(_ entries: [ModelEntry], _ problems: inout [String: String]) -> [ModelEntry] {
        let ids = Set(entries.map(\.id))
        var owners: [String: String] = [:]
        for entry in entries {
            for alias in entry.options.list(\.alias) where alias != entry.id {
                if let other = ids.contains(alias) ? alias : owners[alias], other != entry.id {
                    let message = "[\(entry.id)] has the alias '\(alias)', which is a name of '\(other)' already"
                    problems[entry.id] = problems[entry.id] ?? entry.options.error(\.alias, message).description
                } else {
                    owners[alias] = entry.id
                }
            }
        }
        return entries.map { entry in
            var entry = entry
            let own = entry.options.list(\.alias).filter { owners[$0] == entry.id }
            // Names that a scan made up give way.
            entry.aliases = entry.aliases.filter { owners[$0] == nil }
            for alias in own where !entry.aliases.contains(alias) { entry.aliases.append(alias) }
            return entry
        }
    }

    /// Hides models of the cache whose file a preset serves, or uses as draft model, that asks for it.
    private static func hiding(_ entries: [ModelEntry]) -> [ModelEntry] {
        let presets = entries.filter { $0.source == .preset && $0.options.dedupCacheModels }
        let served = Set(presets.flatMap { [$0.path, $0.options.specDraftModel ?? ""] })
        return entries.map { entry in
            var entry = entry
            entry.isHidden = entry.source == .cache && served.contains(entry.path)
            return entry
        }
    }
}
