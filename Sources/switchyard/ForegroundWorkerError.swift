// SPDX-License-Identifier: MIT

/// Why a worker could not take this program's place.
struct ForegroundWorkerError: Error, CustomStringConvertible {
    let program: String
    let reason: String

    var description: String { "\(program) cannot be started: \(reason)" }
}
