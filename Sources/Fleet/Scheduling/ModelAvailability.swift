// SPDX-License-Identifier: MIT

package import Catalogue

/// Whether a worker of a model could be started at all.
package enum ModelAvailability: Sendable, Equatable {
    /// It could.
    case present
    /// It couldn't.
    /// - Parameter reason: a sentence without a full stop.
    case unusable(reason: String)
    /// Its files have to be downloaded first; no download was asked for.
    case remote
    /// Its files are being downloaded. There is no process meanwhile, and no place is taken.
    case downloading(Download)

    package struct Download: Sendable, Equatable {
        /// How far it is, from 0 to 1.
        package var progress: Double = 0
        /// Whether a user, or the start, wants the model to be loaded: a wish without a connection.
        package var isLoadWanted: Bool
    }

    /// What a catalogue says of a model's files.
    package init(_ files: ModelFiles) {
        switch files {
        case .present: self = .present
        case .unusable(let reason): self = .unusable(reason: reason)
        case .remote: self = .remote
        }
    }

    /// The download that goes on.
    package var download: Download? {
        if case .downloading(let download) = self { download } else { nil }
    }
}
