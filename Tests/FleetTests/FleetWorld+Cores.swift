// SPDX-License-Identifier: MIT

import Fleet

/// What must hold of the cores that workers share.
extension FleetWorld {
    mutating func tell(_ worker: WorkerID, _ share: CoreDivision.Share) {
        check(processes[worker] != nil, "\(worker) was told its threads after its end")
        check(processes[worker]?.share != share, "\(worker) was told its threads twice")
        note(share, of: worker)
    }

    /// Workers that compute at the same time have no more threads than there are cores, or one each.
    mutating func checkCores() {
        guard let cores = settings.cores else { return }
        let shares = processes.values.filter { $0.leases > 0 }.map { $0.share?.generating ?? cores }
        check(shares.allSatisfy { $0 >= 1 }, "a worker has no thread")
        check(shares.reduce(0, +) <= max(cores, shares.count), "\(shares) threads on \(cores) cores")
    }
}
