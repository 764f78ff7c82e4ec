// SPDX-License-Identifier: MIT

import Console
import Testing
import Wire

@Suite("The doctor")
struct DoctorTests {
    private func findings(_ features: [String], processor: Set<String>, version: String = "1", graphics: [String] = [])
        -> [Finding]
    {
        let backend: JSONValue = ["name": "CPU", "features": .array(features.map(JSONValue.string))]
        let about: JSONValue = [
            "version": "1", "threads": 2, "engine": ["version": "0.5", "backends": [backend], "devices": []],
        ]
        return EngineCheck.findings(about: about, version: version, processor: processor, graphics: graphics)
    }

    @Test("compares what the engine uses with what the processor has")
    func processor() {
        func verdict(_ features: [String], _ processor: Set<String>) -> Finding.Verdict? {
            findings(features, processor: processor).first { $0.subject == "processor" }?.verdict
        }
        #expect(verdict(["AVX2", "FMA"], ["avx2", "fma"]) == .good)
        #expect(verdict(["FMA"], ["avx2", "fma"]) == .hint)
        #expect(verdict(["AVX512"], ["avx2"]) == .wrong)
        #expect(verdict(["NEON"], []) == .good)
    }

    @Test("sees programs of two builds, and GPUs that lie idle")
    func programs() {
        #expect(findings([], processor: [], version: "2").contains { $0.subject == "programs" && $0.verdict == .wrong })
        let hint = findings([], processor: [], graphics: ["NVIDIA"]).first { $0.subject == "GPU" }
        #expect(hint?.verdict == .hint && hint?.advice?.contains("GGML_CUDA") == true)
    }

    @Test("names the processor's variant, and says of each plug-in that isn't used why")
    func plugins() {
        func findings(_ backends: [JSONValue], graphics: [String] = []) -> [Finding] {
            let engine: JSONValue = [
                "version": "0.5", "backends": .array(backends), "devices": [], "plugin_folder": "/usr/lib/enginehouse",
                "unused_plugins": [
                    ["file": "libggml-cuda.so", "reason": "libcuda.so.1: cannot open shared object file"]
                ],
            ]
            let about: JSONValue = ["version": "1", "threads": 2, "engine": engine]
            return EngineCheck.findings(about: about, version: "1", processor: [], graphics: graphics)
        }
        let found = findings([
            ["name": "RPC", "features": [], "file": "libggml-rpc.so"],
            ["name": "CPU", "features": [], "file": "libggml-cpu-haswell.so"],
        ])
        #expect(found.first { $0.subject == "engine" }?.text == "llama.cpp 0.5 with RPC, CPU (haswell)")
        let unused = found.first { $0.subject == "plug-in" }
        #expect(unused?.verdict == .hint)
        #expect(
            unused?.text == "libggml-cuda.so is not used: libcuda.so.1: cannot open shared object file"
        )
        #expect(findings([]).contains { $0.subject == "engine" && $0.verdict == .wrong })
        let hint = findings([["name": "CPU"]], graphics: ["AMD"]).first { $0.subject == "GPU" }
        #expect(hint?.advice?.contains("scripts/engine --backend rocm") == true)
    }

    @Test("reads the system's files")
    func files() {
        #expect(
            EngineCheck.flags(cpuinfo: "processor : 0\nflags\t\t: fpu avx2 fma\nflags : x") == ["fpu", "avx2", "fma"]
        )
        #expect(EngineCheck.flags(cpuinfo: "") == [])
        let info = "MemTotal:       16000000 kB\nMemFree:  1 kB\nMemAvailable:    8000000 kB\n"
        let finding = MemoryCheck.finding(meminfo: info, limit: 4 * 1024 * 1024 * 1024)
        #expect(finding?.verdict == .good && finding?.text == "7.6 GiB of 15 GiB are free; this process may use 4 GiB")
        #expect(MemoryCheck.finding(meminfo: info.replacing("8000000", with: "100000"), limit: nil)?.verdict == .hint)
        #expect(MemoryCheck.finding(meminfo: "", limit: nil) == nil)
    }

    @Test("fits the terminal")
    func lines() {
        let finding = Finding.wrong(
            "memory",
            "there is much too little of it for what is wanted",
            "buy some more of it"
        )
        let plain = Style(isTerminal: false, environment: [:])
        #expect(
            finding.lines(subjectWidth: 8, width: nil, style: plain) == [
                "✗ memory    there is much too little of it for what is wanted", "            → buy some more of it",
            ]
        )
        #expect(
            finding.lines(subjectWidth: 8, width: 40, style: plain) == [
                "✗ memory    there is much too little of", "            it for what is wanted",
                "            → buy some more of it",
            ]
        )
    }
}
