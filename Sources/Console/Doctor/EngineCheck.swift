// SPDX-License-Identifier: MIT

package import Wire

/// What the worker says of its engine, beside what this machine has.
package enum EngineCheck {
    /// Features of processors that matter for speed: as Linux names them, and as the engine does.
    private static let features = [
        ("avx", "AVX"), ("avx2", "AVX2"), ("fma", "FMA"), ("f16c", "F16C"), ("avx512f", "AVX512"),
        ("avx512_vnni", "AVX512_VNNI"), ("avx_vnni", "AVX_VNNI"), ("amx_tile", "AMX_INT8"),
    ]

    /// - Parameters:
    ///   - about: what `enginehouse-worker --about` says.
    ///   - version: this program's.
    ///   - processor: the words behind `flags` in /proc/cpuinfo; empty where there is none.
    ///   - graphics: the makers of GPUs that the system shows, such as `NVIDIA`.
    package static func findings(
        about: JSONValue,
        version: String,
        processor: Set<String>,
        graphics: [String]
    ) -> [Finding] {
        let engine = about["engine"]
        let backends = engine?["backends"]?.array ?? []
        let has = Set(backends.flatMap { ($0["features"]?.array ?? []).compactMap(\.string) })
        let other = about["version"]?.string ?? "?"
        var findings: [Finding] = []
        if other != version {
            findings.append(
                .wrong(
                    "programs",
                    "enginehouse is \(version), enginehouse-worker \(other)",
                    "install both from one build"
                )
            )
        }
        findings += plugins(engine, backends)
        findings.append(processorFinding(has: has, processor: processor, threads: about["threads"]?.integer))
        let devices = (engine?["devices"]?.array ?? []).filter { $0["kind"]?.string?.contains("gpu") == true }
        for device in devices {
            let (free, total) = (device["memory_free"]?.double ?? 0, device["memory_total"]?.double ?? 0)
            findings.append(
                .good(
                    "GPU",
                    "\(device["name"]?.string ?? "?") (\(device["description"]?.string ?? "?")): \(Units.bytes(free)) of \(Units.bytes(total)) are free"
                )
            )
        }
        if devices.isEmpty, let maker = graphics.first {
            let (option, plugin) = maker == "AMD" ? ("-DGGML_HIP=ON", "rocm") : ("-DGGML_CUDA=ON", "cuda")
            findings.append(
                .hint(
                    "GPU",
                    "there is a GPU of \(maker), which this engine cannot use",
                    folder(engine).map {
                        "build its plug-in: scripts/engine --backend \(plugin), and copy the library to \($0)"
                    } ?? "build it with its support: ENGINE_CMAKE_ARGS=\"\(option)\" scripts/engine, then make build"
                )
            )
        }
        return findings
    }

    /// Where plug-ins lie; nil for an engine without.
    private static func folder(_ engine: JSONValue?) -> String? { engine?["plugin_folder"]?.string }

    /// The engine's backends, and its plug-ins that aren't in use.
    private static func plugins(_ engine: JSONValue?, _ backends: [JSONValue]) -> [Finding] {
        let names = backends.compactMap { backend in
            backend["name"]?.string.map { $0 + (variant(backend).map { " (\($0))" } ?? "") }
        }
        if names.isEmpty, let folder = folder(engine) {
            return [
                .wrong(
                    "engine",
                    "there is no plug-in for this processor in \(folder)",
                    "install Enginehouse again: its libggml-cpu files belong there"
                )
            ]
        }
        let text = "llama.cpp \(engine?["version"]?.string ?? "?") with \(names.joined(separator: ", "))"
        let unused = (engine?["unused_plugins"]?.array ?? []).map { plugin in
            Finding.hint(
                "plug-in",
                "\(plugin["file"]?.string ?? "?") is not used: \(plugin["reason"]?.string ?? "?")"
            )
        }
        return [.good("engine", text)] + unused
    }

    /// Which of the variants for processors a plug-in is: `haswell` of `libggml-cpu-haswell.so`.
    private static func variant(_ backend: JSONValue) -> String? {
        guard let file = backend["file"]?.string, file.hasPrefix("libggml-cpu-"), file.hasSuffix(".so") else {
            return nil
        }
        return String(file.dropFirst(12).dropLast(3))
    }

    private static func processorFinding(has: Set<String>, processor: Set<String>, threads: Int64?) -> Finding {
        let unused = features.filter { processor.contains($0.0) && !has.contains($0.1) }.map(\.1)
        let missing = features.filter { !processor.isEmpty && has.contains($0.1) && !processor.contains($0.0) }.map(\.1)
        let known = features.map(\.1).filter(has.contains)
        let text = "\(threads ?? 0) threads compute; " + (known.isEmpty ? has.sorted() : known).joined(separator: ", ")
        if !missing.isEmpty {
            return .wrong(
                "processor",
                "the engine uses \(missing.joined(separator: ", ")), which this processor doesn't have",
                "build the engine on this machine: scripts/engine, then make build"
            )
        }
        if unused.contains("AVX2") || unused.contains("FMA") {
            return .hint(
                "processor",
                "the engine doesn't use \(unused.joined(separator: ", ")), and is slower for it",
                "build it on this machine: scripts/engine, then make build"
            )
        }
        return .good("processor", text)
    }

    /// The words behind `flags` (or `Features`) of the first processor.
    package static func flags(cpuinfo: String) -> Set<String> {
        for line in cpuinfo.split(separator: "\n") where line.hasPrefix("flags") || line.hasPrefix("Features") {
            guard let colon = line.firstIndex(of: ":") else { continue }
            return Set(line[line.index(after: colon)...].split(separator: " ").map(String.init))
        }
        return []
    }
}
