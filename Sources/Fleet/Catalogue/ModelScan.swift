// SPDX-License-Identifier: MIT

package import GGUF

/// Finds the models in models directories: the part of discovery that touches the disk. The rules are ``ModelFolder``'s.
///
/// A file in the directory itself is a model with the file's name as id, a folder below is a model with the folder's
/// name. Nothing in a directory can make the scan fail or block: what cannot be loaded is listed with its reason.
package struct ModelScan: Sendable {
    /// How many levels of folders are looked into; 0 is the directory's own files only, 2 fits `publisher/model` trees.
    package var depth: Int
    /// The bounds for headers.
    package var limits: GGUFLimits

    package init(depth: Int = 2, limits: GGUFLimits = GGUFLimits()) {
        self.depth = depth
        self.limits = limits
    }

    /// Scans `directories` in their order; where ids collide the first wins, files before folders, upper before deeper.
    ///
    /// - Throws: `notFound`, `notADirectory`, `unreadable`, about one of `directories` itself.
    package func catalogue(of directories: [String]) throws(CatalogueError) -> Catalogue {
        var entries: [ModelEntry] = []
        var notes: [CatalogueNote] = []
        for directory in directories { try scan(directory, entries: &entries, notes: &notes) }
        return Catalogue(entries: entries, notes: notes)
    }

    /// A folder to look into.
    private struct Folder {
        let path: String
        let name: String
        /// The folders that lead here, so that a link back to one of them is not followed.
        let ancestors: Set<DirectoryListing.Identity>
    }

    private func scan(
        _ directory: String,
        entries: inout [ModelEntry],
        notes: inout [CatalogueNote]
    ) throws(CatalogueError) {
        var root = directory
        while root.utf8.count > 1, root.hasSuffix("/") { root.removeLast() }
        let listing: DirectoryListing
        do {
            listing = try DirectoryListing(path: root)
        } catch {
            throw CatalogueError(error.code, "models directory \(error.message)")
        }
        let loose = ModelFolder(path: root, files: files(of: listing, in: root)).looseEntries()
        entries += loose.entries
        notes += loose.notes

        // Level by level, so that what lies higher comes first.
        var level = folders(of: listing, in: root, ancestors: [listing.identity])
        var levelsLeft = depth
        while levelsLeft > 0, !level.isEmpty {
            var next: [Folder] = []
            for folder in level { next += scan(folder, entries: &entries, notes: &notes) }
            level = next
            levelsLeft -= 1
        }
    }

    /// Looks into one folder below a models directory.
    ///
    /// - Returns: the folders in it.
    private func scan(_ folder: Folder, entries: inout [ModelEntry], notes: inout [CatalogueNote]) -> [Folder] {
        let listing: DirectoryListing
        do {
            listing = try DirectoryListing(path: folder.path)
        } catch {
            notes.append(CatalogueNote(path: folder.path, message: error.message))
            return []
        }
        guard !folder.ancestors.contains(listing.identity) else {
            notes.append(CatalogueNote(path: folder.path, message: "a link back to a folder above it, not followed"))
            return []
        }
        let model = ModelFolder(path: folder.path, files: files(of: listing, in: folder.path)).entry(id: folder.name)
        if let entry = model.entry { entries.append(entry) }
        notes += model.notes
        return folders(of: listing, in: folder.path, ancestors: folder.ancestors.union([listing.identity]))
    }

    private func files(of listing: DirectoryListing, in directory: String) -> [ModelFile] {
        listing.files.map { file in
            let path = Self.path(file.name, in: directory)
            let content = Result { () throws(GGUFError) in try GGUFModelInfo(path: path, limits: limits) }
            return ModelFile(name: file.name, path: path, sizeBytes: file.sizeBytes, content: content)
        }
    }

    private func folders(
        of listing: DirectoryListing,
        in directory: String,
        ancestors: Set<DirectoryListing.Identity>
    ) -> [Folder] {
        listing.directories.map {
            Folder(path: Self.path($0, in: directory), name: $0, ancestors: ancestors)
        }
    }

    private static func path(_ name: String, in directory: String) -> String {
        directory == "/" ? "/\(name)" : "\(directory)/\(name)"
    }
}
