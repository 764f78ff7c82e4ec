// SPDX-License-Identifier: MIT

import Foundation

/// The worker processes of this machine, by /proc.
enum WorkerProcesses {
    /// Workers that serve a socket in the runtime directory of that router.
    static func of(router: Int32) -> [Int32] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.compactMap(Int32.init).filter { process in
            guard let data = FileManager.default.contents(atPath: "/proc/\(process)/cmdline") else { return false }
            let line = String(decoding: data, as: UTF8.self)
            return line.contains("enginehouse-worker") && line.contains("/enginehouse-\(router)-")
        }
    }

    /// Asks until a router has no worker any more, for at most ten seconds.
    static func areGone(router: Int32) async throws -> Bool {
        let end = ContinuousClock.now + .seconds(60)
        while ContinuousClock.now < end {
            if of(router: router).isEmpty { return true }
            try await Task.sleep(for: .milliseconds(20))
        }
        return false
    }
}
