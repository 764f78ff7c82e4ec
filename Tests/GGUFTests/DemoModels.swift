// SPDX-License-Identifier: MIT

import Foundation

/// The models that come with the project.
enum DemoModels {
    static let names = ["stories-chat-Q8_0", "pirate-chat-Q8_0", "stories-tiny-F32"]

    static func path(_ name: String) -> String {
        let root = URL(fileURLWithPath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        return root.appendingPathComponent("models/\(name).gguf").path
    }

    static func bytes(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(fileURLWithPath: path(name))))
    }
}
