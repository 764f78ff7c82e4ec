// SPDX-License-Identifier: MIT

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Where this program lies.
enum OwnProgram {
    /// The path of another program in the same directory.
    static func sibling(_ name: String) -> String {
        directory + "/" + name
    }

    private static var directory: String {
        // Linux knows; elsewhere the program was started by its path.
        let path =
            (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
            ?? CommandLine.arguments.first ?? "."
        let parent = path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        return parent.isEmpty ? "." : parent
    }
}
