// SPDX-License-Identifier: MIT

import Platform

/// How many cores a process may compute on: those that its affinity leaves, two threads of one core counted once, and no more
/// than its control groups pay for.
package struct MachineCores: Sendable, Equatable {
    /// At least 1.
    package let count: Int

    /// - Parameter read: Gives the text of one of the kernel's files; nil for one that isn't there.
    package init(read: @escaping @Sendable (String) -> String?) {
        let processors = read("/proc/self/status").flatMap(Self.allowed) ?? Self.online
        let cores = Set(
            processors.map { number in
                let path = "/sys/devices/system/cpu/cpu\(number)/topology/thread_siblings_list"
                return read(path)?.trimmingSpace ?? "\(number)"
            }
        )
        let quota = Self.quota(read) ?? .infinity
        // A part of a core is worth a thread: what computes on it goes on together, and stops together.
        count = max(1, Int(min(Double(cores.count), quota.rounded(.up))))
    }

    /// The processors of `Cpus_allowed_list`, which is what `sched_getaffinity` gives; nil for a text without any.
    private static func allowed(_ status: String) -> [Int]? {
        let name = "Cpus_allowed_list:"
        guard let line = status.split(separator: "\n").first(where: { $0.hasPrefix(name) }) else { return nil }
        var numbers: [Int] = []
        for part in String(line.dropFirst(name.count)).trimmingSpace.split(separator: ",") {
            let ends = part.split(separator: "-").compactMap { Int($0) }
            guard let first = ends.first, let last = ends.last, first >= 0, first <= last, last < 65_536 else {
                return nil
            }
            numbers += first...last
        }
        return numbers.isEmpty ? nil : numbers
    }

    private static var online: [Int] { Array(0..<max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }

    /// The least number of cores that a control group of the process pays for; nil for no limit.
    ///
    /// Version 2 has `cpu.max` ("quota period", or "max"), version 1 two files (Documentation/admin-guide/cgroup-v2.rst and
    /// Documentation/scheduler/sched-bwc.rst of Linux).
    private static func quota(_ read: @escaping @Sendable (String) -> String?) -> Double? {
        let groups = ControlGroups(read: read)
        let quotas = groups.folders("cpu").compactMap { folder -> Double? in
            guard folder.isOld else { return read("\(folder.path)/cpu.max").flatMap(shareOfPair) }
            guard let quota = read("\(folder.path)/cpu.cfs_quota_us"),
                let period = read("\(folder.path)/cpu.cfs_period_us")
            else { return nil }
            return shareOfPair("\(quota.trimmingSpace) \(period.trimmingSpace)")
        }
        return quotas.filter { $0 > 0 }.min()
    }

    private static func shareOfPair(_ text: String) -> Double? {
        let numbers = text.trimmingSpace.split(separator: " ").map { Double($0) }
        guard numbers.count == 2, let quota = numbers[0], let period = numbers[1], quota > 0, period > 0 else {
            return nil
        }
        return quota / period
    }
}
