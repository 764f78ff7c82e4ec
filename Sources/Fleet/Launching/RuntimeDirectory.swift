// SPDX-License-Identifier: MIT

import FoundationEssentials

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// The directory that holds the workers' sockets. Only this user can enter it, so nobody else can reach a worker.
package struct RuntimeDirectory: Sendable {
    /// Why there is no directory.
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    package let path: String

    /// The longest path of a Unix socket on every system that we know (`sun_path`, less its end).
    private static let socketPathLimit = 103
    private static let prefix = "enginehouse-"

    /// Makes a directory under the first of the usual places that exists and leaves room for socket names:
    /// `XDG_RUNTIME_DIR`, `TMPDIR`, `/tmp`. Removes those that routers left there which are dead by now.
    ///
    /// - Parameter environment: The router's environment.
    package init(environment: [String: String]) throws(Failure) {
        var candidates = ["XDG_RUNTIME_DIR", "TMPDIR"].compactMap { environment[$0] }.filter { $0.hasPrefix("/") }
        candidates.append("/tmp")
        try self.init(under: candidates)
    }

    /// Makes a directory under the first of these directories that will do.
    package init(under candidates: [String]) throws(Failure) {
        var reasons: [String] = []
        for base in candidates {
            let name = Self.prefix + "\(getpid())-" + String(UInt32.random(in: .min ... .max), radix: 36)
            let path = base + (base.hasSuffix("/") ? "" : "/") + name
            guard path.utf8.count + "/w4294967295.sock".utf8.count <= Self.socketPathLimit else {
                reasons.append("\(base): too long for the path of a socket")
                continue
            }
            Self.removeStale(in: base)
            if mkdir(path, 0o700) == 0 {
                self.path = path
                return
            }
            reasons.append("\(base): \(String(cString: strerror(errno)))")
        }
        throw Failure(description: "no directory for the workers' sockets: " + reasons.joined(separator: "; "))
    }

    /// Where a worker listens.
    package func socketPath(_ worker: WorkerID) -> String { "\(path)/\(worker).sock" }

    /// Removes a worker's socket, if it left one.
    func removeSocket(_ worker: WorkerID) {
        _ = unlink(socketPath(worker))
    }

    /// Removes the directory and what is in it.
    /// - Returns: Why it is still there, or nil.
    package func remove() -> String? {
        Self.removeFlat(path)
    }

    /// Removes the directories of routers of this user that are dead.
    private static func removeStale(in base: String) {
        for name in names(in: base) where name.hasPrefix(prefix) {
            guard let pid = name.dropFirst(prefix.count).split(separator: "-").first.flatMap({ pid_t($0) }), pid > 0,
                kill(pid, 0) != 0, errno == ESRCH
            else { continue }
            let path = "\(base)/\(name)"
            var status = stat()
            guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR, status.st_uid == geteuid() else {
                continue
            }
            // One that can't be removed does no harm; the next start tries again.
            _ = removeFlat(path)
        }
    }

    private static func removeFlat(_ path: String) -> String? {
        for name in names(in: path) { _ = unlink("\(path)/\(name)") }
        guard rmdir(path) != 0, errno != ENOENT else { return nil }
        return String(cString: strerror(errno))
    }

    private static func names(in path: String) -> [String] {
        // A directory that can't be read has no names for us.
        (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    }
}
