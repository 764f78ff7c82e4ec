// SPDX-License-Identifier: MIT

import Platform

/// Something that an operator wants to know about a file or folder which did not become a model.
package struct CatalogueNote: Sendable, Equatable {
    /// The file or folder.
    package let path: String
    /// A sentence about it, without a full stop.
    package let message: String
    /// Whether models may be missing because of it: a folder of a cache that is there and can't be read.
    package let hidesModels: Bool

    package init(path: String, message: String, hidesModels: Bool = false) {
        self.path = path
        self.message = message
        self.hidesModels = hidesModels
    }

    /// What is in a folder of a cache: nil where it isn't there, and with a note where it can't be read.
    /// - Parameter whole: the folder whose models are hidden then; nil: the same.
    static func listing(
        of path: String,
        hiding whole: String? = nil,
        notes: inout [CatalogueNote]
    ) -> DirectoryListing? {
        do {
            return try DirectoryListing(path: path)
        } catch {
            if error.code != .notFound {
                let message = "the cache folder \(error.message)"
                notes.append(CatalogueNote(path: whole ?? path, message: message, hidesModels: true))
            }
            return nil
        }
    }
}
