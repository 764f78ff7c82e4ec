// SPDX-License-Identifier: MIT

import Fleet
import NIOCore
import ServiceLifecycle

/// Takes down every few seconds what happened, until the server shuts down.
struct ActivityRecorder: Service {
    let activity: Activity
    let fleet: Fleet
    let interval: Duration

    func run() async {
        // Ends by cancellation only, so its result says nothing.
        try? await cancelWhenGracefulShutdown {
            while true {
                try await Task.sleep(for: interval)
                activity.record(
                    ActivitySample(time: activity.wallClock(), fleet: fleet.metrics(), memory: .now())
                )
            }
        }
    }
}
