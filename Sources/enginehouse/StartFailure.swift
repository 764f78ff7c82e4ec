// SPDX-License-Identifier: MIT

/// Why the program can't go on.
struct StartFailure: Error, CustomStringConvertible {
    let description: String
}
