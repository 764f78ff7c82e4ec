// SPDX-License-Identifier: MIT

package import Platform

/// Why no catalogue can be made at all.
package typealias CatalogueError = CodedError<CatalogueFault>

/// What kind of fault it is.
package enum CatalogueFault: String, Sendable {
    /// There is no such directory.
    case notFound
    /// The path names something else than a directory.
    case notADirectory
    /// The directory may not be read.
    case unreadable
}
