// SPDX-License-Identifier: MIT

import Essentials
import Gateway
import Wire

extension JSONLogHandler {
    /// For `--log-format json`.
    static func writing(to writer: LineWriter, label: String) -> JSONLogHandler {
        JSONLogHandler(label: label, now: { Date().timeIntervalSince1970 }, write: writer.append)
    }

    /// The line that says how many lines were left out, in the format of the others.
    static func notice(_ count: Int) -> String {
        JSONValue.object([
            .init("time", .number(Date().timeIntervalSince1970)), .init("level", "warning"), .init("label", "router"),
            .init("message", .string(LineWriter.sentence(count))), .init("count", .integer(Int64(count))),
        ]).text
    }
}
