// SPDX-License-Identifier: MIT

import Catalogue
import Essentials
import Library
import Logging
import Wire

/// Where models come from, and how they are brought.
struct SourceSettings: Sendable {
    /// The folders and caches that are looked into.
    var catalogue: CatalogueSources
    var hub: ModelHub.Settings
    /// The models that clients make; nil where there is no folder for them.
    var created: CreatedModels?
    /// The token as it was given; it is checked when it is needed.
    var token: String?
    /// The paths whose changes cause a reload.
    var watched: WatchedPaths

    /// What the command line and the environment say.
    init(_ options: OptionValues, environment: [String: String]) {
        catalogue = CatalogueSources(environment: environment)
        catalogue.modelsDirectories = options.texts(\.modelsDir)
        catalogue.depth = options.modelsDirDepth
        hub = ModelHub.Settings(environment: environment)
        hub.isOffline = options.offline
        token = options.hfToken.flatMap { $0.isEmpty ? nil : $0 }
        let folder = options.createdDir.flatMap { $0.isEmpty ? nil : $0 } ?? CreatedModels.folder(environment)
        created = folder.map { path in
            CreatedModels(folder: path.hasPrefix("/") ? path : "\(FileManager.default.currentDirectoryPath)/\(path)")
        }
        watched = WatchedPaths(
            modelsDirectories: catalogue.modelsDirectories,
            depth: catalogue.depth,
            files: options.texts(\.modelsPreset) + [created?.presets].compactMap(\.self)
        )
    }

    /// The hub; nil where there is no folder to download to.
    ///
    /// A token that can't be one is left out, with a line in the log.
    /// - Throws: `HubError` for an endpoint that is no web address.
    func makeHub(logger: Logger) throws -> ModelHub? {
        guard let cache = catalogue.hubCache else { return nil }
        var settings = hub
        if let token {
            do {
                settings.token = try HubToken(token)
            } catch {
                logger.warning("Asking the hub without a token", metadata: ["reason": "\(error)"])
            }
        }
        return try ModelHub(settings: settings, cache: cache, logger: logger)
    }
}
