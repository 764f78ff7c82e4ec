// SPDX-License-Identifier: MIT

/// A picture or a sound as a file's bytes.
package struct Medium: Sendable, Equatable {
    package let bytes: [UInt8]

    package init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }
}
