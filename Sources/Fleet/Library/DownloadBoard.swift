// SPDX-License-Identifier: MIT

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
        /// The name that was asked for.
        package let name: String
        /// The name that the model will have, once the hub has told.
        package var modelID: String?
        package var phase: Phase
    }

    package private(set) var downloads: [Download] = []
    private var last: UInt64 = 0

    package init() {}

    /// Begins a download, unless one of that name goes on.
    package mutating func begin(_ name: String) -> UInt64? {
        guard !isBusy(with: name) else { return nil }
        last += 1
        downloads.append(Download(number: last, name: name, phase: .checking))
        return last
    }

    /// The hub has told what the model is.
    /// - Returns: false if another download brings the same; then this one is over.
    package mutating func resolved(_ number: UInt64, modelID: String) -> Bool {
        guard !downloads.contains(where: { $0.number != number && ($0.modelID == modelID || $0.name == modelID) })
        else {
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

    /// The download that goes by a name: the one that was asked for, or the model's.
    package func download(named name: String) -> Download? {
        downloads.first { $0.name == name || $0.modelID == name }
    }

    private func isBusy(with name: String) -> Bool { download(named: name) != nil }

    private mutating func update(_ number: UInt64, _ change: (inout Download) -> Void) {
        guard let place = downloads.firstIndex(where: { $0.number == number }) else { return }
        change(&downloads[place])
    }
}
