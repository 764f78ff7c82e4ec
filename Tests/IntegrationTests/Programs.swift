// SPDX-License-Identifier: MIT

import Foundation

/// Where the built programs and the bundled models are.
enum Programs {
    /// The folder that the tests were built into, which holds the programs too.
    static let folder: String = {
        let own =
            (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
        return URL(filePath: own).deletingLastPathComponent().path
    }()

    static let router = folder + "/enginehouse"

    static let models = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "models").path
}
