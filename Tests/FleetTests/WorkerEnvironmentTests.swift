// SPDX-License-Identifier: MIT

import Fleet
import Testing

@Suite("What workers see of the environment")
struct WorkerEnvironmentTests {
    @Test("what the engine's libraries read, and no secrets")
    func part() {
        let seen = WorkerEnvironment.filtered([
            "PATH": "/bin", "CUDA_VISIBLE_DEVICES": "1", "LC_ALL": "C", "LLAMA_API_KEY": "k", "HF_TOKEN": "t",
            "GGML_TOKEN": "t",
            "EDITOR": "vi",
        ])
        #expect(seen.keys.sorted() == ["CUDA_VISIBLE_DEVICES", "GOMP_SPINCOUNT", "LC_ALL", "PATH"])
    }

    @Test(
        "who says how threads wait is obeyed",
        arguments: [
            ["GOMP_SPINCOUNT": "7"], ["OMP_WAIT_POLICY": "active"],
            ["OMP_WAIT_POLICY": "passive", "GOMP_SPINCOUNT": "7"],
        ]
    )
    func waits(_ environment: [String: String]) {
        #expect(WorkerEnvironment.filtered(environment) == environment)
    }
}
