// SPDX-License-Identifier: MIT

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Serves one model without a router: this process becomes a worker.
enum ForegroundWorker {
    /// Replaces this program. Returns only if that fails, with the reason.
    /// - Parameter arguments: this program's, without its name.
    static func become(_ program: String, _ arguments: [String]) -> String {
        // The copies live on in the new program, or as long as this one needs to say why not.
        var vector = ([program] + arguments + ["--foreground"]).map { strdup($0) }
        vector.append(nil)
        execv(program, vector)
        return String(cString: strerror(errno))
    }
}
