// SPDX-License-Identifier: MIT

/// Something that an operator wants to know about a file or folder which did not become a model.
package struct CatalogueNote: Sendable, Equatable {
    /// The file or folder.
    package let path: String
    /// A sentence about it, without a full stop.
    package let message: String

    package init(path: String, message: String) {
        self.path = path
        self.message = message
    }
}
