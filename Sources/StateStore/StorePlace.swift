// SPDX-License-Identifier: MIT

/// Where a store is, and how large it may become.
package struct StorePlace: Sendable, Equatable {
    /// The variable by which a router tells its workers.
    package static let variable = "ENGINEHOUSE_STATE_STORE"

    private static let ownName = "enginehouse-states"

    package enum Kind: String, Sendable {
        /// Files of the main memory: they are gone with the router.
        case memory
        /// Files of a disk: they stay.
        case disk
    }

    package let kind: Kind
    package let folder: String
    /// The most bytes of all records.
    package var limit: Int64

    package init(_ kind: Kind, folder: String, limit: Int64) {
        self.kind = kind
        self.folder = folder
        self.limit = limit
    }

    /// `kind:bytes:folder`, as the variable has it.
    package var text: String { "\(kind.rawValue):\(limit):\(folder)" }

    /// Reads that; nil for what isn't such a text.
    package init?(_ text: String) {
        let parts = text.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, let kind = Kind(rawValue: String(parts[0])), let limit = Int64(parts[1]), limit > 0,
            parts[2].hasPrefix("/")
        else { return nil }
        self.init(kind, folder: String(parts[2]), limit: limit)
    }

    /// A store on a disk, as an option says it: `MIB` or `MIB,DIR`.
    /// - Parameter environment: names the folder for what can be made again, where the option names none.
    /// - Returns: nil for a text that says no such thing; a limit of 0 stands for no store.
    package init?(option text: String, environment: [String: String], currentFolder: String) {
        let parts = text.split(separator: ",", maxSplits: 1, omittingEmptySubsequences: false)
        guard let mebibytes = Int64(parts[0]), (0...1 << 30).contains(mebibytes) else { return nil }
        guard parts.count > 1 else {
            guard let folder = Self.standardFolder(environment) else { return nil }
            self.init(.disk, folder: folder, limit: mebibytes << 20)
            return
        }
        guard var folder = parts.last.map(String.init), !folder.isEmpty else { return nil }
        if folder.hasPrefix("~/"), let home = environment["HOME"] { folder = home + folder.dropFirst(1) }
        if !folder.hasPrefix("/") { folder = currentFolder + "/" + folder }
        // A folder of our own within: others may have to enter the one that is named.
        self.init(.disk, folder: folder + "/" + Self.ownName, limit: mebibytes << 20)
    }

    /// Where states lie on a disk if no folder is named; nil where the environment names no home.
    package static func standardFolder(_ environment: [String: String]) -> String? {
        if let cache = environment["XDG_CACHE_HOME"], cache.hasPrefix("/") { return cache + "/enginehouse/states" }
        return environment["HOME"].flatMap { $0.hasPrefix("/") ? $0 + "/.cache/enginehouse/states" : nil }
    }
}
