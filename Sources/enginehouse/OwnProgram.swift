// SPDX-License-Identifier: MIT

import Essentials
import Platform

/// Where this program lies.
enum OwnProgram {
    /// The path of another program in the same directory.
    static func sibling(_ name: String) -> String {
        directory + "/" + name
    }

    /// Goes on as another program.
    /// - Returns: why that can't be.
    static func become(_ path: String, _ arguments: [String]) -> String {
        var words: [UnsafeMutablePointer<CChar>?] = ([path] + arguments).map { strdup($0) }
        words.append(nil)
        execv(path, &words)
        return "\(path) cannot be started: \(String(cString: strerror(errno)))"
    }

    /// Its folder.
    static var directory: String {
        // Linux knows; elsewhere the program was started by its path.
        let path =
            (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
            ?? CommandLine.arguments.first ?? "."
        let parent = path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        return parent.isEmpty ? "." : parent
    }
}
