// SPDX-License-Identifier: MIT

import Logging
import Wire

/// Shows a model's log beside the server's own, where there is only one model.
struct ModelLogEcho: Sendable {
    /// Whether each line becomes a JSON object, as the server's own lines are.
    let asJSON: Bool
    let logger: Logger
    /// Where the server's own lines go.
    let writer: LineWriter

    func write(_ line: String) {
        guard asJSON else { return writer.append(line) }
        // The worker has decided already what is worth a line.
        logger.log(level: max(logger.logLevel, .info), "Model's log", metadata: ["line": "\(line)"])
    }
}
