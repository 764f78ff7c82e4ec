// SPDX-License-Identifier: MIT

package import Catalogue
import Synchronization
import Wire

extension Fleet {
    /// The models that there are.
    package var catalogue: Catalogue { guarded.withLock { $0.catalogue } }

    /// Takes over another catalogue: what runs and isn't touched by the change keeps running.
    ///
    /// - Returns: the models whose workers would be started otherwise than before, and those that are gone; sorted.
    @discardableResult
    package func reload(catalogue: Catalogue) -> [String] {
        let models = Self.models(of: catalogue, settings)
        let (changed, work) = guarded.withLock { tables in
            let changed = Self.changed(from: tables.catalogue, to: catalogue)
            tables.catalogue = catalogue
            return (changed, tables.absorb(tables.state.reload(models, changed: changed, now: time.now())))
        }
        perform(work)
        let known = knownFootprints(of: catalogue)
        guarded.withLock { $0.state.remember(known) }
        return changed.sorted()
    }

    /// The models of both catalogues that a worker would notice the difference of, and those that are only in the first.
    static func changed(from old: Catalogue, to new: Catalogue) -> Set<String> {
        var byID: [String: ModelEntry] = [:]
        for entry in new.entries { byID[entry.id] = entry }
        return Set(
            old.entries.filter { entry in
                guard var other = byID[entry.id] else { return true }
                // Names, words and labels are the router's own business.
                other.aliases = entry.aliases
                other.tags = entry.tags
                other.policy = entry.policy
                other.source = entry.source
                other.isHidden = entry.isHidden
                for name in OptionName.list(\.alias, \.tags) { other.options[name] = entry.options[name] }
                return other != entry
            }.map(\.id)
        )
    }

    /// What the state has to know of a catalogue.
    static func models(of catalogue: Catalogue, _ settings: FleetSettings) -> [String: FleetState.Model] {
        var models: [String: FleetState.Model] = [:]
        let sharedFiles = sharedFiles(of: catalogue)
        for entry in catalogue.entries {
            var model = FleetState.Model(
                ModelAvailability(entry.files),
                guessBytes: entry.info.map {
                    MemoryEstimate(info: $0, weightBytes: entry.sizeBytes, options: entry.options).totalBytes
                } ?? Int64(clamping: entry.sizeBytes),
                loadTimeout: settings.loadTimeout ?? .seconds(60 + Int64(clamping: entry.sizeBytes / 50_000_000)),
                policy: entry.policy
            )
            model.cores = CoreDivision.Bounds(entry.options)
            model.sharedFile = sharedFiles[entry.id]
            models[entry.id] = model
        }
        return models
    }

    /// The files of which there are several models, such as presets of one file, by model. Only files of equal size are looked at.
    private static func sharedFiles(of catalogue: Catalogue) -> [String: SharedFile] {
        var shared: [String: SharedFile] = [:]
        for alike in Dictionary(grouping: catalogue.entries.filter { !$0.path.isEmpty }, by: \.sizeBytes).values
        where alike.count > 1 {
            let groups = Dictionary(grouping: alike) { DirectoryListing.stamp(ofFile: $0.path) }
            for (stamp, group) in groups where stamp != nil && group.count > 1 {
                let path = group.map(\.path).min() ?? group[0].path
                for entry in group {
                    shared[entry.id] = SharedFile(path: path, bytes: Int64(clamping: entry.sizeBytes))
                }
            }
        }
        return shared
    }
}
