// SPDX-License-Identifier: MIT

import Testing
import Wire

@Suite("Control groups bound main memory") struct ControlGroupsTests {
    private func groups(_ files: [String: String]) -> ControlGroups { ControlGroups { files[$0] } }

    @Test("its own group's limit, and those of the groups around it")
    func nested() {
        var files = [
            "/proc/self/cgroup": "0::/system.slice/server.service\n",
            "/sys/fs/cgroup/memory.max": "max\n",
            "/sys/fs/cgroup/system.slice/memory.max": "8000\n",
            "/sys/fs/cgroup/system.slice/memory.current": "7000\n",
            "/sys/fs/cgroup/system.slice/memory.stat": "anon 10\ninactive_file 500\n",
            "/sys/fs/cgroup/system.slice/server.service/memory.max": "4000\n",
        ]
        #expect(
            groups(files).memory == [
                .init(limit: 8000, taken: 7000, pages: 500), .init(limit: 4000, taken: 0, pages: 0),
            ]
        )
        #expect(groups(files).memoryLimit == 4000)
        files["/sys/fs/cgroup/system.slice/server.service/memory.events"] = "oom 3\noom_kill 2\n"
        files["/sys/fs/cgroup/system.slice/memory.events"] = "oom_kill 5\n"
        #expect(groups(files).outOfMemoryKills == 5)
    }

    @Test("a container's own, whose tree begins with it")
    func container() {
        #expect(groups(["/sys/fs/cgroup/memory.max": "1000\n"]).memoryLimit == 1000)
        #expect(groups(["/proc/self/cgroup": "0::/\n", "/sys/fs/cgroup/memory.max": "1000\n"]).memoryLimit == 1000)
    }

    @Test("the first version's files")
    func old() {
        let files = [
            "/proc/self/cgroup": "7:cpu:/x\n5:memory:/a\n",
            "/sys/fs/cgroup/memory/a/memory.limit_in_bytes": "5000\n",
            "/sys/fs/cgroup/memory/a/memory.usage_in_bytes": "300\n",
            "/sys/fs/cgroup/memory/a/memory.stat": "inactive_file 1\ntotal_inactive_file 20\n",
        ]
        #expect(groups(files).memory == [.init(limit: 5000, taken: 300, pages: 20)])
        #expect(groups(files).outOfMemoryKills == 0)
    }

    @Test("no group, and nonsense, bound nothing", arguments: ["max", "", "0", "-1", "much"])
    func none(limit: String) {
        #expect(groups([:]).memoryLimit == nil)
        #expect(groups(["/sys/fs/cgroup/memory.max": limit]).memory == [])
    }
}
