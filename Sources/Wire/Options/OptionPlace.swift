// SPDX-License-Identifier: MIT

/// Where an option's value was given.
package enum OptionPlace: Sendable, Equatable, CustomStringConvertible {
    /// A line of a file, counted from 1.
    case file(String, line: Int)
    /// An environment variable.
    case environment(String)
    /// A flag of the command line, as it was spelled.
    case commandLine(String)
    /// No place gave it: it is the program's own.
    case program

    package var description: String {
        switch self {
        case .file(let path, let line): "\(path):\(line)"
        case .environment(let name): name
        case .commandLine(let flag): flag
        case .program: "the program"
        }
    }

    /// Whether the value stood on the command line.
    package var isCommandLine: Bool {
        if case .commandLine = self { true } else { false }
    }
}
