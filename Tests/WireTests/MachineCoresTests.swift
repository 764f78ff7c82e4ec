// SPDX-License-Identifier: MIT

import Testing
import Wire

@Suite struct MachineCoresTests {
    private func count(_ files: [String: String]) -> Int { MachineCores { files[$0] }.count }

    private func siblings(_ number: Int) -> String {
        "/sys/devices/system/cpu/cpu\(number)/topology/thread_siblings_list"
    }

    @Test("counts the processors that the affinity leaves")
    func affinity() {
        #expect(count(["/proc/self/status": "Name:\tx\nCpus_allowed:\tff\nCpus_allowed_list:\t0-3,6,8-9\n"]) == 7)
        #expect(count(["/proc/self/status": "Cpus_allowed_list:\t5\n"]) == 1)
        #expect(count([:]) >= 1)
        #expect(count(["/proc/self/status": "Cpus_allowed_list:\t9-0\n"]) == count([:]))
    }

    @Test("counts two threads of one core once")
    func threads() {
        var files = ["/proc/self/status": "Cpus_allowed_list:\t0-3\n"]
        for number in 0..<4 { files[siblings(number)] = "\(number % 2),\(number % 2 + 2)\n" }
        #expect(count(files) == 2)
        files["/proc/self/status"] = "Cpus_allowed_list:\t1-2\n"
        #expect(count(files) == 2)
        files["/proc/self/status"] = "Cpus_allowed_list:\t1,3\n"
        #expect(count(files) == 1)
    }

    @Test(
        "takes no more than a control group pays for, its own or one around it",
        arguments: [
            (["/cpu.max": "max 100000\n"], 8), (["/cpu.max": "200000 100000\n"], 2),
            (["/cpu.max": "150000 100000\n"], 2),
            (["/cpu.max": "1000 100000\n"], 1), (["/a/b/cpu.max": "max 100000\n", "/a/cpu.max": "300000 100000\n"], 3),
            (["/a/b/cpu.max": "50000 100000\n", "/a/cpu.max": "300000 100000\n"], 1), (["/cpu.max": "nonsense"], 8),
            (["/cpu.max": "9900000 100000\n"], 8), (["/cpu.max": "200000 0\n"], 8), ([:], 8),
        ] as [([String: String], Int)]
    )
    func groups(_ limits: [String: String], cores: Int) {
        var files = ["/proc/self/status": "Cpus_allowed_list:\t0-7\n", "/proc/self/cgroup": "0::/a/b\n"]
        for (path, text) in limits { files["/sys/fs/cgroup" + path] = text }
        #expect(count(files) == cores)
    }

    @Test("knows control groups of the first version")
    func oldGroups() {
        var files = [
            "/proc/self/status": "Cpus_allowed_list:\t0-7\n",
            "/proc/self/cgroup": "5:memory:/a\n4:cpu,cpuacct:/a\n",
            "/sys/fs/cgroup/cpu/a/cpu.cfs_quota_us": "400000\n",
            "/sys/fs/cgroup/cpu/a/cpu.cfs_period_us": "100000\n",
        ]
        #expect(count(files) == 4)
        files["/sys/fs/cgroup/cpu/a/cpu.cfs_quota_us"] = "-1\n"
        #expect(count(files) == 8)
    }
}
