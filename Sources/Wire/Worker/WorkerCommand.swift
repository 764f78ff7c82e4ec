// SPDX-License-Identifier: MIT

/// What a parent tells its worker: one JSON object a line on the worker's standard input. The end of that stream says
/// that the parent is gone.
package enum WorkerCommand: String, Sendable {
    /// Finish what is in flight, within two seconds, then exit.
    case stop

    /// The command as one line of JSON, without the line end.
    package var line: String { JSONValue.object([.init("command", .string(rawValue))]).text }

    /// Reads one line; nil if it is no command.
    package init?(line: String) {
        guard let json = try? JSONValue(parsing: line), let name = json["command"]?.string else { return nil }
        self.init(rawValue: name)
    }
}
