// SPDX-License-Identifier: MIT

import Subprocess
import SystemPackage
import Wire

/// Asks the worker's program what it is.
enum WorkerQuestion {
    /// How long it may take to say so.
    private static let patience: Duration = .seconds(30)

    /// - Returns: what `--about` says.
    /// - Throws: `ConsoleError` with what it says instead.
    static func about(_ path: String) async throws -> JSONValue {
        try await withThrowingTaskGroup(of: JSONValue.self) { group in
            group.addTask {
                let result = try await Subprocess.run(
                    .path(.init(path)),
                    arguments: ["--about"],
                    output: .string(limit: 1 << 20),
                    error: .string(limit: 1 << 16)
                )
                guard case .exited(0) = result.terminationStatus,
                    let json = try? JSONValue(parsing: result.standardOutput)
                else {
                    let said = Printable.line(result.standardError)
                    throw ConsoleError(said.isEmpty ? "it ended with \(result.terminationStatus)" : said)
                }
                return json
            }
            group.addTask {
                try await Task.sleep(for: patience)
                throw ConsoleError("it doesn't answer")
            }
            defer { group.cancelAll() }
            guard let answer = try await group.next() else { throw CancellationError() }
            return answer
        }
    }
}
