// SPDX-License-Identifier: MIT

package import Catalogue
package import Fleet

/// Which models are being downloaded, and how far they are.
///
/// Each download has a number: news of one that is over changes nothing.
package struct DownloadBoard {
    /// Where a download is.
    package enum Phase: Equatable {
        /// The hub is asked what there is.
        case checking
        case downloading(DownloadProgress)
        /// All files are there, and the model is about to come up in the catalogue.
        case downloaded
    }

    package struct Download: Equatable {
        package let number: UInt64
        /// The name that the hub was asked for.
        package let name: String
        /// The path of the one file that is wanted, if it was named.
        package let file: String?
        /// Whether the encoder beside the model comes too.
        package let withProjector: Bool
        /// The draft model that comes with it.
        package let draft: HubDraft?
        /// Whether it is a model of its own, for which a user asked by `name`.
        package let isListed: Bool
        /// The models of the catalogue that need it.
        package fileprivate(set) var followers: [String] = []
        /// The name that the model will have, once the hub has told.
        package var modelID: String?
        package var phase: Phase

        /// The models that observers hear of.
        package var names: [String] { (isListed ? [name] : []) + followers }
    }

    package private(set) var downloads: [Download] = []
    private var last: UInt64 = 0

    package init() {}

    /// Begins a download, unless one of that name goes on.
    package mutating func begin(_ name: String) -> UInt64? {
        guard download(named: name) == nil else { return nil }
        return append(name, nil, isListed: true)
    }

    /// A model of the catalogue needs a download: one that goes on, or else a new one.
    /// - Returns: the number of a new one.
    package mutating func join(_ model: String, _ selection: HubSelection) -> UInt64? {
        leave(model)
        let name = selection.reference.text
        let place = downloads.firstIndex { download in
            download.file == selection.file && (download.name == name || download.modelID == name)
                && (download.withProjector || !selection.withProjector)
                && (selection.draft == nil || download.draft == selection.draft)
        }
        if let place {
            downloads[place].followers.append(model)
            return nil
        }
        let number = append(name, selection, isListed: false)
        update(number) { $0.followers = [model] }
        return number
    }

    /// A model of the catalogue needs its download no more.
    package mutating func leave(_ model: String) {
        for place in downloads.indices { downloads[place].followers.removeAll { $0 == model } }
    }

    /// - Parameter selection: what is needed of it; nil for all that comes by itself.
    private mutating func append(_ name: String, _ selection: HubSelection?, isListed: Bool) -> UInt64 {
        last += 1
        downloads.append(
            Download(
                number: last,
                name: name,
                file: selection?.file,
                withProjector: selection?.withProjector ?? true,
                draft: selection?.draft,
                isListed: isListed,
                phase: .checking
            )
        )
        return last
    }

    /// The hub has told what the model is.
    /// - Returns: false if another download brings the same. Then this one is over, and its followers follow that one.
    package mutating func resolved(_ number: UInt64, modelID: String) -> Bool {
        let other = downloads.firstIndex { $0.number != number && ($0.modelID == modelID || $0.name == modelID) }
        if let other {
            downloads[other].followers += download(number)?.followers ?? []
            end(number)
            return false
        }
        update(number) { download in
            download.modelID = modelID
            download.phase = .downloading(DownloadProgress())
        }
        return true
    }

    /// Takes note of a file's progress.
    /// - Returns: the progress, if observers should hear of it.
    package mutating func note(
        _ number: UInt64,
        _ url: String,
        done: UInt64,
        total: UInt64,
        now: Duration
    ) -> DownloadProgress? {
        var shown: DownloadProgress?
        update(number) { download in
            guard case .downloading(var progress) = download.phase else { return }
            if progress.note(url, done: done, total: total, now: now) { shown = progress }
            download.phase = .downloading(progress)
        }
        return shown
    }

    /// All files are there.
    package mutating func finished(_ number: UInt64) {
        update(number) { $0.phase = .downloaded }
    }

    /// The download is over, whichever way.
    package mutating func end(_ number: UInt64) {
        downloads.removeAll { $0.number == number }
    }

    /// The download with that number; nil if it is over.
    package func download(_ number: UInt64) -> Download? { downloads.first { $0.number == number } }

    /// The download that goes by a name: the one that was asked for, the model's, or that of a model which needs it.
    package func download(named name: String) -> Download? {
        downloads.first { $0.name == name || $0.modelID == name || $0.followers.contains(name) }
    }

    private mutating func update(_ number: UInt64, _ change: (inout Download) -> Void) {
        guard let place = downloads.firstIndex(where: { $0.number == number }) else { return }
        change(&downloads[place])
    }
}
