// SPDX-License-Identifier: MIT

/// A file that options are read from before the environment and the command line.
package struct OptionFile: Sendable {
    /// Names the file in errors.
    package let path: String
    package let text: String
    /// Whether the file is written for another program too, so that keys which this one doesn't know are left to it.
    package let isShared: Bool

    package init(path: String, text: String, isShared: Bool = false) {
        self.path = path
        self.text = text
        self.isShared = isShared
    }

    /// The files that are looked for, the first read first: those of llama.cpp's programs, then our own.
    package static func standardPaths(environment: [String: String]) -> [(path: String, isShared: Bool)] {
        var folders = ["/etc"]
        if let folder = environment["XDG_CONFIG_HOME"], !folder.isEmpty {
            folders.append(folder)
        } else if let home = environment["HOME"], !home.isEmpty {
            folders.append(home + "/.config")
        }
        return [("llama.cpp", true), ("enginehouse", false)].flatMap { program, isShared in
            folders.map { ("\($0)/\(program)/config.ini", isShared) }
        }
    }
}
