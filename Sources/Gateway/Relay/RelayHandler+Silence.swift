// SPDX-License-Identifier: MIT

import NIOCore
import Wire

/// The limit on a worker's silence. As with the pings, one timer serves all requests of a connection.
extension RelayHandler {
    /// The worker is expected to send something from now on.
    func expectWorker() {
        lastWorkerByte = .now()
        if silenceTimer == nil { scheduleSilence() }
    }

    private func scheduleSilence() {
        let deadline = lastWorkerByte + settings.workerSilence
        silenceTimer = eventLoop.assumeIsolated().scheduleTask(deadline: deadline) { [weak self] in
            self?.silenceTimerFired()
        }
    }

    private func silenceTimerFired() {
        silenceTimer = nil
        guard state.isBusy else { return }
        // While the client doesn't read, it isn't the worker who is silent.
        if !state.isWorkerAwaited { lastWorkerByte = .now() }
        guard lastWorkerByte + settings.workerSilence <= .now() else { return scheduleSilence() }
        let seconds = settings.workerSilence.nanoseconds / 1_000_000_000
        let sentence = "the model's worker sent nothing for \(seconds) s, as long as --timeout allows"
        run(state.workerSilent(APIError(.server, sentence, status: 504)))
    }
}
