// SPDX-License-Identifier: MIT

import FoundationEssentials
import Platform
import StateStore
import Synchronization

/// The directory that holds the workers' sockets. Only this user can enter it, so no other user can reach a worker.
///
/// The router holds a lock on the directory (`flock`) for as long as it lives. So leftovers of dead routers can be
/// told, also from within a container that shares the folder and doesn't see the other processes; a process id would
/// not do.
/// `systemd-tmpfiles` leaves what is locked alone.
package final class RuntimeDirectory: Sendable {
    /// A directory that was made, and is locked while the descriptor is open.
    private struct Place {
        var path: String
        var descriptor: CInt
    }

    /// The longest path of a Unix socket on every system that we know (`sun_path`, less its end).
    private static let socketPathLimit = 103
    private static let prefix = "enginehouse-"

    private let bases: [String]
    private let place: Mutex<Place>

    /// Where the directory is. A new one is somewhere else, if it can't be made again where it was.
    package var path: String { place.withLock { $0.path } }

    /// Makes a directory in the first of the usual places that exists and leaves room for socket names. Removes those
    /// that routers left there which are dead by now.
    ///
    /// - Parameter environment: The router's environment.
    package convenience init(environment: [String: String]) throws(FolderError) {
        try self.init(under: Self.bases(environment))
    }

    /// Makes a directory under the first of these directories that will do.
    package init(under bases: [String]) throws(FolderError) {
        self.bases = bases
        place = Mutex(try Self.make(under: bases))
    }

    deinit { place.withLock { if $0.descriptor >= 0 { _ = close($0.descriptor) } } }

    /// Where a directory is looked for: what is for sockets before what is for anything, which is cleaned now and then.
    package static func bases(_ environment: [String: String]) -> [String] {
        func named(_ name: String) -> [String] {
            environment[name].map { [$0] }?.filter { $0.hasPrefix("/") } ?? []
        }
        var bases = named("XDG_RUNTIME_DIR")
        #if os(Linux)
            bases.append("/run/user/\(geteuid())")
            if geteuid() == 0 { bases.append("/run") }
        #endif
        bases += named("TMPDIR") + ["/tmp"]
        var unique: [String] = []
        for base in bases where !unique.contains(base) { unique.append(base) }
        return unique
    }

    /// Where a worker listens.
    package func socketPath(_ worker: WorkerID) -> String { "\(path)/\(worker).sock" }

    /// Removes a worker's socket, if it left one.
    func removeSocket(at path: String) {
        _ = unlink(path)
    }

    /// Whether the directory is still the one that was made.
    package var isThere: Bool { place.withLock { Self.isThere($0) } }

    /// Makes the directory again if it was removed.
    /// - Returns: Why there is none; nil if there is one.
    package func restore() -> String? {
        place.withLock { place in Self.restore(&place, bases) }
    }

    private static func restore(_ place: inout Place, _ bases: [String]) -> String? {
        // After `remove` there is none, and none is wanted.
        guard place.descriptor >= 0, !isThere(place) else { return nil }
        do {
            // Where it was, if that is possible: lists show the path.
            var new: Place?
            do { new = try make(place.path) } catch { new = nil }
            if new == nil { new = try make(under: [parent(of: place.path)] + bases) }
            guard let made = new else { return nil }
            if place.descriptor >= 0 { _ = close(place.descriptor) }
            place = made
            return nil
        } catch {
            return error.description
        }
    }

    /// Removes the directory and what is in it.
    /// - Returns: Why it is still there, or nil.
    package func remove() -> String? {
        place.withLock { place in
            defer {
                if place.descriptor >= 0 { _ = close(place.descriptor) }
                place.descriptor = -1
            }
            return Self.removeFlat(place.path) { _ in true }
        }
    }

    // MARK: Making

    private static func make(under bases: [String]) throws(FolderError) -> Place {
        var reasons: [String] = []
        for base in bases {
            let name = prefix + "\(getpid())-" + String(UInt32.random(in: .min ... .max), radix: 36)
            let path = base + (base.hasSuffix("/") ? "" : "/") + name
            guard path.utf8.count + "/w4294967295.sock".utf8.count <= socketPathLimit else {
                reasons.append("\(base): too long for the path of a socket")
                continue
            }
            removeStale(in: base)
            do {
                if let place = try make(path) { return place }
                reasons.append("\(base): another program removes what is made there")
            } catch {
                reasons.append("\(base): \(error.description)")
            }
        }
        throw FolderError(message: "no directory for the workers' sockets: " + reasons.joined(separator: "; "))
    }

    /// Makes a directory and locks it.
    /// - Returns: Nil if another router took it for a leftover in the moment before it was locked, or it is there
    ///   already.
    private static func make(_ path: String) throws(FolderError) -> Place? {
        guard mkdir(path, 0o700) == 0 else {
            if errno == EEXIST { return nil }
            throw FolderError(message: String(cString: strerror(errno)))
        }
        let place = Place(path: path, descriptor: open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW))
        guard place.descriptor >= 0 else { return nil }
        // A file system without locks has no router that could take this for a leftover.
        let isLocked = flock(place.descriptor, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK
        guard isLocked, isThere(place) else {
            _ = close(place.descriptor)
            return nil
        }
        return place
    }

    /// Whether the path still leads to the directory that was made.
    private static func isThere(_ place: Place) -> Bool {
        var own = stat()
        var found = stat()
        guard place.descriptor >= 0, fstat(place.descriptor, &own) == 0, lstat(place.path, &found) == 0 else {
            return false
        }
        return own.st_dev == found.st_dev && own.st_ino == found.st_ino
    }

    // MARK: Removing

    /// Removes the directories of this user's dead routers: those whose lock is free.
    private static func removeStale(in base: String) {
        for name in names(in: base) where isOurs(name) {
            let path = "\(base)/\(name)"
            let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)
            guard descriptor >= 0 else { continue }
            defer { _ = close(descriptor) }
            var status = stat()
            guard fstat(descriptor, &status) == 0, status.st_uid == geteuid(),
                flock(descriptor, LOCK_EX | LOCK_NB) == 0
            else { continue }
            // One that can't be removed does no harm; the next start tries again.
            _ = removeFlat(path) { name in
                (name.hasPrefix("w") && name.hasSuffix(".sock")) || StoreFolder.isOurs(name)
            }
        }
    }

    /// Whether a directory's name is one that `make` gives.
    private static func isOurs(_ name: String) -> Bool {
        guard name.hasPrefix(prefix) else { return false }
        let parts = name.dropFirst(prefix.count).split(separator: "-", omittingEmptySubsequences: false)
        return parts.count == 2 && pid_t(parts[0]) ?? 0 > 0 && UInt32(parts[1], radix: 36) != nil
    }

    private static func removeFlat(_ path: String, where isWanted: (String) -> Bool) -> String? {
        for name in names(in: path) where isWanted(name) { _ = unlink("\(path)/\(name)") }
        guard rmdir(path) != 0, errno != ENOENT else { return nil }
        return String(cString: strerror(errno))
    }

    private static func parent(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "/"
    }

    private static func names(in path: String) -> [String] {
        // A directory that can't be read has no names for us.
        (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    }
}
