// SPDX-License-Identifier: MIT

import Fleet
import Testing
import Wire

@Suite("What the machine's memory is to us") struct SystemMemoryTests {
    private func device(_ files: [String: String]) -> MemoryDevice {
        SystemMemory.device(SystemMemory(total: 10_000, free: 6_000), ControlGroups { files[$0] })
    }

    @Test("what a group leaves, with the pages of files that it gives back")
    func group() {
        let bounded = device([
            "/sys/fs/cgroup/memory.max": "4000", "/sys/fs/cgroup/memory.current": "3500",
            "/sys/fs/cgroup/memory.stat": "inactive_file 700\n",
        ])
        #expect(bounded.total == 4_000 && bounded.free == 1_200)
        let loose = device(["/sys/fs/cgroup/memory.max": "50000", "/sys/fs/cgroup/memory.current": "49000"])
        #expect(loose.total == 10_000 && loose.free == 6_000)
        let full = device(["/sys/fs/cgroup/memory.max": "4000", "/sys/fs/cgroup/memory.current": "4100"])
        #expect(full.free == 0)
        #expect(device([:]).free == 6_000)
    }

    @Test("the tightest of several groups")
    func several() {
        let device = device([
            "/proc/self/cgroup": "0::/a", "/sys/fs/cgroup/memory.max": "9000", "/sys/fs/cgroup/memory.current": "8900",
            "/sys/fs/cgroup/a/memory.max": "5000", "/sys/fs/cgroup/a/memory.current": "1000",
        ])
        #expect(device.total == 5_000 && device.free == 100)
    }
}
