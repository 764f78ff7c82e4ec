// SPDX-License-Identifier: MIT

import NIOPosix
import ServiceLifecycle

/// Looks every few seconds whether the server's files have changed, until the server shuts down.
struct ServerFileWatch: Service {
    let files: ServerFiles
    let interval: Duration

    func run() async {
        // Ends by cancellation only, so its result says nothing.
        try? await cancelWhenGracefulShutdown {
            while true {
                try await Task.sleep(for: interval)
                guard files.areThere else { continue }
                try await NIOThreadPool.singleton.runIfActive { files.rereadIfChanged() }
            }
        }
    }
}
