// SPDX-License-Identifier: MIT

import Essentials

/// The models that come with the program.
package enum DemoModels {
    /// The one that a chat begins with.
    static let first = "stories-chat-Q8_0"

    /// Where they may lie: `share/enginehouse/models` beside the folder of an installed program, and `models` of the checkout whose `.build`
    /// a program was built into.
    /// - Parameter program: the folder of the program, without links in its path.
    package static func folders(program: String) -> [String] {
        let parts = program.split(separator: "/", omittingEmptySubsequences: false)
        let checkout = parts.lastIndex(of: ".build").map { parts[..<$0].joined(separator: "/") + "/models" }
        return [parts.dropLast().joined(separator: "/") + "/share/enginehouse/models", checkout].compactMap(\.self)
    }

    /// The first folder that has the model to begin with.
    package static func folder(among folders: [String]) -> String? {
        folders.first { FileManager.default.isReadableFile(atPath: "\($0)/\(first).gguf") }
    }
}
