// SPDX-License-Identifier: MIT

/// The control groups that a process is in, its own and those around it (cgroups(7)): each may bound it.
package struct ControlGroups: Sendable {
    /// What a group says of main memory, in bytes.
    package struct Memory: Sendable, Equatable {
        package var limit: Int64
        package var taken: Int64
        /// Pages of files among them, which the group gives back when it needs room.
        package var pages: Int64

        package init(limit: Int64, taken: Int64, pages: Int64) {
            self.limit = limit
            self.taken = taken
            self.pages = pages
        }
    }

    private let read: @Sendable (String) -> String?

    /// - Parameter read: Gives the text of one of the kernel's files; nil for one that isn't there.
    package init(read: @escaping @Sendable (String) -> String?) { self.read = read }

    /// The folders of a controller's groups, the root first.
    /// - Returns: with whether they are of version 1, where each controller has a tree of its own.
    func folders(_ controller: String) -> [(path: String, isOld: Bool)] {
        var folders: [(path: String, isOld: Bool)] = []
        for line in (read("/proc/self/cgroup") ?? "0::/").split(separator: "\n") {
            let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3 else { continue }
            let controllers = parts[1].split(separator: ",")
            if controllers.isEmpty {
                folders += Self.groups(parts[2]).map { ("/sys/fs/cgroup\($0)", false) }
            } else if controllers.contains(Substring(controller)) {
                folders += Self.groups(parts[2]).map { ("/sys/fs/cgroup/\(controller)\($0)", true) }
            }
        }
        return folders
    }

    /// The groups that bound main memory. Version 2 has `memory.max`, a number or "max"; version 1 has `memory.limit_in_bytes`
    /// (Documentation/admin-guide/cgroup-v2.rst and cgroup-v1/memory.rst of Linux).
    package var memory: [Memory] {
        folders("memory").compactMap { folder -> Memory? in
            let (most, now, pages) =
                folder.isOld
                ? ("limit_in_bytes", "usage_in_bytes", "total_inactive_file") : ("max", "current", "inactive_file")
            guard let limit = number("\(folder.path)/memory.\(most)"), limit > 0 else { return nil }
            let statistics = lines("\(folder.path)/memory.stat")
            return Memory(
                limit: limit,
                taken: number("\(folder.path)/memory.\(now)") ?? 0,
                pages: statistics[Substring(pages)] ?? 0
            )
        }
    }

    /// The least of the groups' limits of main memory, in bytes; nil for none.
    package var memoryLimit: Int64? { memory.map(\.limit).min() }

    /// How many processes the system has killed in these groups because memory ran out. Only version 2 tells.
    package var outOfMemoryKills: Int64 {
        // A group counts those within it, too.
        folders("memory").filter { !$0.isOld }.compactMap { lines("\($0.path)/memory.events")["oom_kill"] }.max() ?? 0
    }

    private func number(_ path: String) -> Int64? { read(path).flatMap { Int64($0.trimmingSpace) } }

    /// A file of lines with a name and a number each.
    private func lines(_ path: String) -> [Substring: Int64] {
        var values: [Substring: Int64] = [:]
        for line in (read(path) ?? "").split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count == 2, let value = Int64(words[1]) else { continue }
            values[words[0]] = value
        }
        return values
    }

    /// A group and those that it lies in, the root as an empty text.
    private static func groups(_ path: Substring) -> [String] {
        var group = ""
        var groups = [group]
        for part in path.split(separator: "/") {
            group += "/\(part)"
            groups.append(group)
        }
        return groups
    }
}

extension String {
    var trimmingSpace: String {
        String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }
}
