// SPDX-License-Identifier: MIT

/// Why no catalogue can be made at all.
package struct CatalogueError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What kind of fault it is.
    package enum Code: String, Sendable {
        /// There is no such directory.
        case notFound
        /// The path names something else than a directory.
        case notADirectory
        /// The directory may not be read.
        case unreadable
    }

    /// What kind of fault it is.
    package let code: Code
    /// A sentence for the user, without a full stop.
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { message }
}
