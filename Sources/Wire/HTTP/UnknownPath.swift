// SPDX-License-Identifier: MIT

/// What tells a path that the router doesn't have from a model that it doesn't have: both are 404, for people in different
/// words.
package enum UnknownPath {
    /// The name of a field in the answer's header.
    package static let header = "x-enginehouse-path"
    /// Its value.
    package static let value = "unknown"
}
