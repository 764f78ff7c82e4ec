// SPDX-License-Identifier: MIT

import Wire

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Where this program's options come from: its configuration files, its environment, its command line.
enum OptionSources {
    /// - Throws: `OptionError`, also for a configuration file that is there and cannot be read.
    static func read(_ arguments: [String], environment: [String: String]) throws(OptionError) -> ParsedOptions {
        var files: [OptionFile] = []
        for (path, isShared) in OptionFile.standardPaths(environment: environment)
        where FileManager.default.fileExists(atPath: path) {
            do {
                let text = try String(contentsOfFile: path, encoding: .utf8)
                files.append(OptionFile(path: path, text: text, isShared: isShared))
            } catch {
                throw OptionError(place: path, message: "cannot be read as UTF-8 text")
            }
        }
        return try OptionParser.parse(arguments, environment: environment, files: files, audience: .both)
    }

    /// The arguments of a worker that serves one model without a router.
    /// - Throws: `OptionError` for what only a router can do: on the command line, and elsewhere if safety rests on it.
    ///
    /// - Parameter isFromHub: whether the model is downloaded rather than named by its file.
    static func workerArguments(_ options: OptionValues, isFromHub: Bool = false) throws(OptionError) -> [String] {
        let safety: Set<OptionName> = [.apiKey, .apiKeyFile, .sslKeyFile, .sslCertFile]
        let read: Set<OptionName> = isFromHub ? [.worker, .hfRepo, .hfFile, .hfToken, .offline] : [.worker]
        for option in OptionTable.all where option.audience.isDisjoint(with: .worker) && !read.contains(option.name) {
            guard let place = options.place(of: option.name) else { continue }
            guard place.isCommandLine || safety.contains(option.name) else { continue }
            throw OptionError(place, "is an option of the router; -m serves one file without one")
        }
        let named: Set<OptionName> = isFromHub ? [.model, .alias] : []
        return options.arguments(for: .worker, without: named.union([.help, .version, .foreground]))
    }
}
