// SPDX-License-Identifier: MIT

import Foundation
import TestKit
import Testing
import Worker

@Suite("Base64")
struct Base64Tests {
    @Test("is what Foundation writes, at every length")
    func sameAsFoundation() {
        var random = SeededGenerator(seed: 4)
        for count in 0..<200 {
            let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
            #expect(Base64.text(of: bytes) == Data(bytes).base64EncodedString())
        }
    }
}
