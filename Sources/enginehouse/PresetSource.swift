// SPDX-License-Identifier: MIT

import Catalogue
import Library
import Wire

/// Where the models' sections come from.
enum PresetSource: Sendable {
    case nowhere
    /// A file of this machine: every look at the sources reads it again.
    case file(String)
    /// The preset file of a repository, as it was when the router started.
    case repository(RepositoryPreset)

    /// - Throws: `OptionError`.
    func read() throws(OptionError) -> PresetFile {
        switch self {
        case .nowhere: PresetFile()
        case .file(let path): try PresetFile(contentsOf: path)
        case .repository(let preset): preset.file
        }
    }
}
