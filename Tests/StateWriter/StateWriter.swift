// SPDX-License-Identifier: MIT

import Foundation
import StateStore
import TestKit

/// Writes, reads, trims and removes records in a folder until it is killed, and says a byte before each: `state-writer FOLDER SEED`.
@main
enum StateWriter {
    static func main() throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 3, let seed = UInt64(arguments[2]) else { return }
        var random = SeededGenerator(seed: seed)
        let folder = try StoreFolder(path: arguments[1])
        while true {
            var byte: UInt8 = 0
            guard write(STDOUT_FILENO, &byte, 1) == 1 else { return }
            let word = UInt64.random(in: 0..<ExampleRecord.count, using: &random)
            // One of them is what the others begin like.
            // Another writer may have removed what it shares, or the draft: then there is no record, which is what is tested.
            _ = try? ExampleRecord.write(word, to: folder, sharing: word == 0 || Bool.random(using: &random) ? nil : 0)
            switch Int.random(in: 0..<8, using: &random) {
            case 0: folder.trim(to: 300_000, now: ExampleRecord.now)
            case 1: folder.remove(ExampleRecord.name(of: word))
            case 2: _ = folder.read(ExampleRecord.name(of: word))
            default: break
            }
        }
    }
}
