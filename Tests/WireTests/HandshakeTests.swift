// SPDX-License-Identifier: MIT

import Testing
import Wire

@Suite("The worker's handshake")
struct HandshakeTests {
    @Test(
        "reads again what it wrote",
        arguments: [
            WorkerEvent.loading(progress: 0.5), .sleeping, .failed(reason: "no \"file\"\n"),
            .failed(reason: "cudaMalloc failed: out of memory", lacksMemory: true),
            .memory([MemoryDevice(id: "0000:01:00.0", name: "CUDA0", total: 1 << 34, free: 1 << 30)]),
            .measured(WorkerMeasurements(weightBytes: 5, contextBytes: 6, computeBytes: 7)),
            .ready(
                address: .unix(path: "/tmp/a b/1.sock"),
                measured: WorkerMeasurements(loadSeconds: 1.5, weightBytes: 1 << 40, contextBytes: 2, computeBytes: 3),
                model: ["n_ctx": 2048]
            ),
            .ready(address: .tcp(host: "::1", port: 8080), measured: WorkerMeasurements(), model: .null),
        ]
    )
    func roundTrip(event: WorkerEvent) throws {
        #expect(!event.line.contains("\n"))
        #expect(try WorkerEvent(line: event.line) == event)
    }

    @Test(
        "takes other lines for log",
        arguments: ["", "hello", "{}", "[]", "{\"event\":\"dance\"}", "{\"event\":7}", "{\"event\":\"ready\""]
    )
    func otherLines(line: String) throws {
        #expect(try WorkerEvent(line: line) == nil)
    }

    @Test("refuses a worker of another version")
    func otherVersion() throws {
        let event = try WorkerEvent(line: "{\"event\":\"ready\",\"version\":99,\"address\":\"unix:/x\"}")
        guard case .failed = event else {
            Issue.record("\(String(describing: event))")
            return
        }
    }

    /// D14: figures that no worker can have measured would end the router where it reckons with them.
    @Test(
        "refuses what no worker of ours would say",
        arguments: [
            #""progress":7"#, #""progress":-1"#, #""progress":1e999"#, #""progress":"half""#,
        ].map { #"{"event":"loading","# + $0 + "}" }
            + [
                #""measured":{"load_seconds":1e308}"#, #""measured":{"load_seconds":-1}"#,
                #""measured":{"load_seconds":1e999}"#, #""measured":{"weights_bytes":9223372036854775807}"#,
                #""measured":{"weights_bytes":-1}"#, #""measured":{"context_bytes":1e30}"#,
                #""measured":{"compute_bytes":"much"}"#, #""measured":[]"#, #""model":7"#, #""model":{"a":1,"a":2}"#,
                #""model":{"meta":{"n_ctx":-5}}"#, #""model":{"meta":{"n_ctx":9223372036854775807}}"#,
                "\"model\":{\"a\":\"\(String(repeating: "x", count: 70_000))\"}",
                "\"model\":{\((0..<100).map { "\"m\($0)\":1" }.joined(separator: ","))}",
            ].map { #"{"event":"ready","version":1,"address":"unix:/x","# + $0 + "}" }
            + [#"{"event":"ready","version":1}"#, #"{"event":"ready","version":1,"address":"unix:relative"}"#]
    )
    func offences(line: String) {
        #expect(throws: WorkerOffence.self) { try WorkerEvent(line: line) }
    }

    @Test("writes no progress beyond everything")
    func progress() throws {
        #expect(try WorkerEvent(line: WorkerEvent.loading(progress: 1.0000001).line) == .loading(progress: 1))
    }

    @Test("adds up whatever was measured")
    func sums() {
        let most = WorkerMeasurements(weightBytes: .max, contextBytes: .max, computeBytes: 1)
        #expect(most.totalBytes == .max)
        #expect(WorkerMeasurements(weightBytes: .min, contextBytes: .min).totalBytes == .min)
    }

    @Test("commands")
    func commands() {
        #expect(WorkerCommand(line: WorkerCommand.stop.line) == .stop)
        #expect(WorkerCommand(line: "stop") == nil)
        let threads = WorkerCommand.threads(generating: 3, prompt: 512)
        #expect(WorkerCommand(line: threads.line) == threads)
        #expect(WorkerCommand(line: WorkerCommand.memory.line) == .memory)
        #expect(WorkerCommand(line: WorkerCommand.cache(bytes: 5 << 30).line) == .cache(bytes: 5 << 30))
        let load = WorkerCommand.load(arguments: ["-m", "a \"b\"\n.gguf", "--alias", ""])
        #expect(WorkerCommand(line: load.line) == load)
        let release = WorkerCommand.release(mark: "released 7")
        #expect(WorkerCommand(line: release.line) == release)
        #expect(threads.line == "{\"command\":\"threads\",\"generating\":3,\"prompt\":512}")
    }

    @Test(
        "commands of another version, or with values that can't be",
        arguments: [
            "{\"command\":\"dance\"}", "{\"command\":\"threads\"}", "{\"command\":\"threads\",\"generating\":1}",
            "{\"command\":\"threads\",\"generating\":0,\"prompt\":1}",
            "{\"command\":\"threads\",\"generating\":1,\"prompt\":513}",
            "{\"command\":\"threads\",\"generating\":1.5,\"prompt\":1}",
            "{\"command\":\"threads\",\"generating\":\"1\",\"prompt\":1}", "{\"command\":1}", "[]", "",
            "{\"command\":\"cache\",\"bytes\":-1}", "{\"command\":\"cache\"}", "{\"command\":\"load\"}",
            "{\"command\":\"load\",\"arguments\":[1]}",
            "{\"command\":\"load\",\"arguments\":\"-m x\"}", "{\"command\":\"release\"}",
            "{\"command\":\"release\",\"mark\":\"\"}",
        ]
    )
    func noCommands(line: String) {
        #expect(WorkerCommand(line: line) == nil)
    }

    @Test(
        "addresses",
        arguments: [
            ("unix:/run/x.sock", .unix(path: "/run/x.sock")),
            ("http://127.0.0.1:80", .tcp(host: "127.0.0.1", port: 80)),
            ("http://[::1]:8080", .tcp(host: "::1", port: 8080)), ("unix:relative", nil), ("http://host", nil),
            ("http://:80", nil), ("http://host:0", nil), ("ftp://host:1", nil),
        ] as [(String, WorkerEndpoint?)]
    )
    func addresses(text: String, endpoint: WorkerEndpoint?) {
        #expect(WorkerEndpoint(text) == endpoint)
        if let endpoint { #expect(WorkerEndpoint(endpoint.description) == endpoint) }
    }

    @Test("the error shape is llama-server's")
    func errorShape() {
        let error = APIError(.exceedContextSize, "too long", details: [.init("n_ctx", 4)])
        #expect(
            error.json.text
                == "{\"error\":{\"code\":400,\"message\":\"too long\",\"type\":\"exceed_context_size_error\",\"n_ctx\":4}}"
        )
    }
}
