// SPDX-License-Identifier: MIT

import GGUF
import Platform

/// Finds the models in models directories: the part of discovery that touches the disk. The rules are ``ModelFolder``'s.
///
/// A file in the directory itself is a model with the file's name as id, a folder below is a model with the folder's
/// name. Nothing in a directory can make the scan fail or block: what cannot be loaded is listed with its reason.
package struct ModelScan: Sendable {
    /// How many levels of folders are looked into; 0 is the directory's own files only, 2 fits `publisher/model` trees.
    package var depth: Int
    private let headers: HeaderIndex
    /// The bounds for headers.
    var limits: GGUFLimits { headers.limits }

    /// - Parameter headers: what is known of headers from earlier scans.
    package init(depth: Int = 2, headers: HeaderIndex = HeaderIndex()) {
        self.depth = depth
        self.headers = headers
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
        headers.prefetch(known(listing, in: root))
        notes += badNames(of: listing, in: root)
        let loose = ModelFolder(path: root, files: files(of: listing, in: root)).looseEntries()
        entries += loose.entries
        notes += loose.notes

        // Level by level, so that what lies higher comes first.
        var level = folders(of: listing, in: root, ancestors: [listing.identity])
        var levelsLeft = depth
        while levelsLeft > 0, !level.isEmpty {
            let listings = level.map { folder in
                Result { () throws(CatalogueError) in try DirectoryListing(path: folder.path) }
            }
            headers.prefetch(
                zip(level, listings).flatMap { folder, listing in
                    (try? listing.get()).map { known($0, in: folder.path) } ?? []
                }
            )
            var next: [Folder] = []
            for (folder, listing) in zip(level, listings) {
                next += scan(folder, listing, entries: &entries, notes: &notes)
            }
            level = next
            levelsLeft -= 1
        }
    }

    /// Looks into one folder below a models directory.
    ///
    /// - Returns: the folders in it.
    private func scan(
        _ folder: Folder,
        _ content: Result<DirectoryListing, CatalogueError>,
        entries: inout [ModelEntry],
        notes: inout [CatalogueNote]
    ) -> [Folder] {
        let listing: DirectoryListing
        do {
            listing = try content.get()
        } catch {
            notes.append(CatalogueNote(path: folder.path, message: error.message))
            return []
        }
        guard !folder.ancestors.contains(listing.identity) else {
            notes.append(CatalogueNote(path: folder.path, message: "a link back to a folder above it, not followed"))
            return []
        }
        notes += badNames(of: listing, in: folder.path)
        let model = ModelFolder(path: folder.path, files: files(of: listing, in: folder.path)).entry(id: folder.name)
        if let entry = model.entry { entries.append(entry) }
        notes += model.notes
        return folders(of: listing, in: folder.path, ancestors: folder.ancestors.union([listing.identity]))
    }

    private func files(of listing: DirectoryListing, in directory: String) -> [ModelFile] {
        listing.files.map { file in
            let path = Self.path(file.name, in: directory)
            let content = file.isNamedBadly ? ModelFile.badName : headers.content(of: path, stamp: file.stamp)
            return ModelFile(name: file.name, path: path, sizeBytes: file.sizeBytes, content: content)
        }
    }

    /// What is said of names by which nothing can be found.
    private func badNames(of listing: DirectoryListing, in directory: String) -> [CatalogueNote] {
        listing.badNames.map {
            CatalogueNote(
                path: Self.path($0, in: directory),
                message: "its name is not valid UTF-8, so that no model in it can be found; rename it"
            )
        }
    }

    /// The files whose headers can be kept.
    private func known(_ listing: DirectoryListing, in directory: String) -> [(path: String, stamp: FileStamp)] {
        listing.files.compactMap { file in file.stamp.map { (Self.path(file.name, in: directory), $0) } }
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
