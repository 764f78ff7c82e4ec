// SPDX-License-Identifier: MIT

import Essentials
import Wire

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
}
