// SPDX-License-Identifier: MIT

package import Wire

/// What a launcher reports of a worker.
package enum WorkerNews: Sendable {
    /// The worker said something.
    case event(WorkerEvent)
    /// The worker said something that no worker of ours would say.
    case offence(WorkerOffence)
    /// The worker is ready and can't be reached any more: its socket was removed.
    case cutOff
    /// The process is gone, or has freed the model for another one: its memory is free. The last news of a worker.
    case exited(WorkerExit)
}

extension WorkerNews {
    /// What a line of a worker's standard output says; nil for one that belongs into the log.
    package init?(_ line: LineSplitter.Line) {
        guard !line.isCut else {
            guard line.text.hasPrefix("{\"event\":") else { return nil }
            self = .offence(WorkerOffence("an event of more than \(line.text.utf8.count) bytes"))
            return
        }
        do {
            guard let event = try WorkerEvent(line: line.text) else { return nil }
            self = .event(event)
        } catch {
            self = .offence(error)
        }
    }
}
