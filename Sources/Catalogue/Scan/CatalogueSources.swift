// SPDX-License-Identifier: MIT

/// Where models come from, before presets: the cache of downloads and the models directories.
///
/// Of two models with one id that of a models directory counts, then that of the Hugging Face cache.
package struct CatalogueSources: Sendable {
    /// Directories with models, the first counts most.
    package var modelsDirectories: [String] = []
    /// How many levels of folders of a models directory are looked into.
    package var depth = 2
    /// The cache that downloads go to.
    package var hubCache: HubCache?
    /// Folders in which earlier versions of llama.cpp kept downloads.
    package var flatCaches: [String] = []
    private let headers = HeaderIndex()

    package init() {}

    /// The sources that an environment names, as far as the command line doesn't.
    package init(environment: [String: String]) {
        hubCache = HubCache(environment: environment)
        flatCaches = HubCache.flatFolders(environment: environment)
    }

    /// How files that are named by hand are read.
    package var scan: ModelScan { ModelScan(depth: depth, headers: headers) }

    /// Looks into all sources. What was read of unchanged files is taken over from the last time.
    ///
    /// - Throws: `notFound`, `notADirectory`, `unreadable`, about a models directory.
    package func catalogue() throws(CatalogueError) -> Catalogue {
        // What the last look, and whatever followed it, had no use for.
        headers.forgetUnused()
        let directories = try scan.catalogue(of: modelsDirectories)
        var entries = directories.entries
        var notes = directories.notes
        var ids = Set(entries.map(\.id))
        var scans = [hubCache.map { HubCacheScan(cache: $0, headers: headers).scan() }].compactMap { $0 }
        scans += flatCaches.map { FlatCacheScan(folder: $0, headers: headers).scan() }
        for scan in scans {
            notes += scan.notes
            for entry in scan.entries where ids.insert(entry.id).inserted { entries.append(entry) }
        }
        // The two caches may be one folder.
        var unique: [CatalogueNote] = []
        for note in notes where !unique.contains(note) { unique.append(note) }
        return Catalogue(entries: entries, notes: unique)
    }

    /// The model of the cache that options name; nil if it isn't there.
    package func cached(_ selection: HubSelection) -> ModelEntry? {
        hubCache.flatMap { HubCacheScan(cache: $0, headers: headers).entry(for: selection) }
    }
}
