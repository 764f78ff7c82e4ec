// SPDX-License-Identifier: MIT

import Testing
import Wire

@Suite("Options from files, environment and command line")
struct OptionFileTests {
    private func parse(
        _ files: [OptionFile],
        environment: [String: String] = [:],
        _ arguments: [String] = []
    ) throws(OptionError) -> ParsedOptions {
        try OptionParser.parse(arguments, environment: environment, files: files, audience: .both)
    }

    @Test("later places win, and each value knows its place")
    func precedence() throws {
        let first = OptionFile(path: "/a.ini", text: "c = 1\nb = 2\nnp = 3\nt = 4\n[*]\nport = 5\n")
        let second = OptionFile(path: "/b.ini", text: "\n[default]\nLLAMA_ARG_BATCH = 20\nnp = 30\n")
        let parsed = try parse([first, second], environment: ["LLAMA_ARG_N_PARALLEL": "200"], ["-t", "1000"])
        let values = parsed.values
        #expect(values.given(\.contextSize) == 1)
        #expect(values.given(\.batchSize) == 20)
        #expect(values.given(\.parallel) == 200)
        #expect(values.threads == 1000)
        #expect(values.given(\.port) == 5)
        #expect(values.place(of: \.contextSize) == .file("/a.ini", line: 1))
        #expect(values.place(of: \.batchSize) == .file("/b.ini", line: 3))
        #expect(values.place(of: \.parallel) == .environment("LLAMA_ARG_N_PARALLEL"))
        #expect(values.place(of: \.threads) == .commandLine("-t"))
        #expect(parsed.warnings.isEmpty)
    }

    @Test("a key is a long name, a short form or a variable, and may turn a flag off")
    func keys() throws {
        let text =
            "ctx-size=1\nub=2\nLLAMA_ARG_THREADS=3\nno-mmap=true\nno-slots=off\nLLAMA_ARG_NO_KV_UNIFIED=1\nfa=ENABLED"
        let values = try parse([OptionFile(path: "f", text: text)]).values
        #expect(values.given(\.contextSize) == 1)
        #expect(values.given(\.microBatchSize) == 2)
        #expect(values.threads == 3)
        #expect(values[\.mmap] == false)
        #expect(values[\.slots] == true)
        #expect(values[\.kvUnified] == false)
        #expect(values.given(\.flashAttention) == "on")
    }

    @Test(
        "refuses with file, line and the nearest key",
        arguments: [
            ("ctx-siz = 1", "f:1: unknown key 'ctx-siz'; did you mean 'ctx-size'?"),
            ("\nport = x", "f:2: 'port' must be a whole number from 0 to 65535, not 'x'"),
            ("tools = all", "f:1: 'tools' is not supported: the server runs no tools and no other programs"),
            ("reuse-port = 1", "f:1: 'reuse-port' is not supported: a port belongs to one server"),
            ("load-on-startup = 1", "f:1: 'load-on-startup' belongs into a model's section of a preset file"),
            ("[m]\nc = 1", "f:1: [m] is no section of this file; models have theirs in --models-preset"),
        ] as [(String, String)]
    )
    func refuses(text: String, message: String) {
        let error = #expect(throws: OptionError.self) { try parse([OptionFile(path: "f", text: text)]) }
        #expect(error?.description == message)
    }

    @Test("another program's file may hold what this one doesn't know, but no wrong values")
    func shared() throws {
        let text = "nonsense = 1\ntools = all\nno-cont-batching = 1\nreuse-port = 1\nc = 7\n[m]\nx = 1\n"
        let parsed = try parse([OptionFile(path: "f", text: text, isShared: true)])
        #expect(parsed.values.given(\.contextSize) == 7)
        #expect(parsed.values.names == Set(OptionName.list(\.contextSize)))
        #expect(parsed.warnings.map(\.place.description) == ["f:1", "f:2", "f:3", "f:4", "f:6"])
        #expect(throws: OptionError.self) { try parse([OptionFile(path: "f", text: "c = x", isShared: true)]) }
    }

    @Test("one that is given twice is a warning, and the last counts; some add up")
    func twice() throws {
        let parsed = try parse([], ["-c", "1", "--ctx-size", "2", "--models-dir", "a", "--models-dir", "b", "-c", "2"])
        #expect(parsed.values.given(\.contextSize) == 2)
        #expect(parsed.warnings.map(\.description) == ["--ctx-size: is given twice; the last one counts"])
        #expect(parsed.values.texts(\.modelsDir) == ["a", "b"])
        // A place that counts more replaces them all.
        let replaced = try parse([OptionFile(path: "f", text: "models-dir=x\nmodels-dir=y")], ["--models-dir", "z"])
        #expect(replaced.values.texts(\.modelsDir) == ["z"])
    }

    @Test("a variable turns a flag off by being there; an unknown one is a warning")
    func variables() throws {
        let environment = ["LLAMA_ARG_NO_MMAP": "", "LLAMA_ARG_MMAP": "1", "LLAMA_ARG_CTX_SIZ": "1", "OTHER": "x"]
        let parsed = try parse([], environment: environment)
        #expect(parsed.values[\.mmap] == false)
        #expect(
            parsed.warnings.map(\.description) == [
                "LLAMA_ARG_CTX_SIZ: no option has this variable; did you mean LLAMA_ARG_CTX_SIZE?"
            ]
        )
        let error = #expect(throws: OptionError.self) { try parse([], environment: ["LLAMA_ARG_TOOLS": "all"]) }
        #expect(error?.place == "LLAMA_ARG_TOOLS")
    }

    @Test("the files are llama.cpp's, then ours")
    func standardPaths() {
        let paths = OptionFile.standardPaths(environment: ["HOME": "/h"])
        #expect(
            paths.map(\.path) == [
                "/etc/llama.cpp/config.ini", "/h/.config/llama.cpp/config.ini", "/etc/enginehouse/config.ini",
                "/h/.config/enginehouse/config.ini",
            ]
        )
        #expect(paths.map(\.isShared) == [true, true, false, false])
        let moved = OptionFile.standardPaths(environment: ["HOME": "/h", "XDG_CONFIG_HOME": "/x"])
        #expect(moved.map(\.path).contains("/x/enginehouse/config.ini"))
    }
}
