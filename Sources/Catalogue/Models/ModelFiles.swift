// SPDX-License-Identifier: MIT

/// What there is of a model's files on this machine.
package enum ModelFiles: Sendable, Equatable {
    /// They are there and can be loaded, as far as their headers tell.
    case present
    /// They can't be loaded.
    /// - Parameter reason: a sentence without a full stop.
    case unusable(reason: String)
    /// They aren't there yet: the first load downloads them. The entry's `path` is empty until then.
    case remote(HubSelection)
}
