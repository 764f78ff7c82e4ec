// SPDX-License-Identifier: MIT

import Catalogue
import Essentials

/// What has to be watched so that no change of the sources is missed.
package struct WatchedPaths: Sendable, Equatable {
    /// Directories with models.
    package var modelsDirectories: [String]
    /// How many levels of folders of them count.
    package var depth: Int
    /// Single files, such as presets.
    package var files: [String]

    package init(modelsDirectories: [String] = [], depth: Int = 2, files: [String] = []) {
        self.modelsDirectories = modelsDirectories
        self.depth = depth
        self.files = files
    }

    /// What is of interest in one directory.
    package struct Interest: Sendable, Equatable {
        /// Whether GGUF files and folders are.
        package var hasModels = false
        /// Other names that are.
        package var names: Set<String> = []

        package init() {}

        /// Whether a change of that name may be a change of the sources.
        package func concerns(_ name: String, isDirectory: Bool) -> Bool {
            names.contains(name) || (hasModels && (isDirectory || name.hasSuffix(ModelFile.suffix)))
        }
    }

    /// More directories than that aren't watched; a reload by hand sees them all the same.
    private static let limit = 10_000

    /// The directories as they are now.
    package func directories() -> [String: Interest] {
        var found: [String: Interest] = [:]
        for file in files {
            found[CacheFiles.parent(of: file), default: Interest()].names.insert(Self.name(of: file))
            // A mounted volume of Kubernetes changes all its files at once, by this link.
            found[CacheFiles.parent(of: file)]?.names.insert("..data")
        }
        for root in modelsDirectories {
            let root = root.count > 1 && root.hasSuffix("/") ? String(root.dropLast()) : root
            // The directory itself may be moved away and come back.
            found[CacheFiles.parent(of: root), default: Interest()].names.insert(Self.name(of: root))
            var level = [root]
            var seen: Set<DirectoryListing.Identity> = []
            for _ in 0...max(0, depth) {
                var next: [String] = []
                for path in level where found.count < Self.limit {
                    guard let listing = try? DirectoryListing(path: path), seen.insert(listing.identity).inserted else {
                        continue
                    }
                    found[path, default: Interest()].hasModels = true
                    next += listing.directories.map { "\(path)/\($0)" }
                }
                level = next
            }
        }
        return found
    }

    private static func name(of path: String) -> String {
        path.split(separator: "/").last.map(String.init) ?? path
    }
}
