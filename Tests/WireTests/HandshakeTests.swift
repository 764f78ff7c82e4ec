// SPDX-License-Identifier: MIT

import Testing
import Wire

@Suite("The worker's handshake")
struct HandshakeTests {
    @Test(
        "reads again what it wrote",
        arguments: [
            WorkerEvent.loading(progress: 0.5), .sleeping, .failed(reason: "no \"file\"\n"),
            .ready(
                address: .unix(path: "/tmp/a b/1.sock"),
                measured: WorkerMeasurements(loadSeconds: 1.5, weightBytes: 1 << 40, contextBytes: 2, computeBytes: 3),
                model: ["n_ctx": 2048]
            ),
            .ready(address: .tcp(host: "::1", port: 8080), measured: WorkerMeasurements(), model: .null),
        ]
    )
    func roundTrip(event: WorkerEvent) {
        #expect(!event.line.contains("\n"))
        #expect(WorkerEvent(line: event.line) == event)
    }

    @Test(
        "takes other lines for log",
        arguments: ["", "hello", "{}", "[]", "{\"event\":\"dance\"}", "{\"event\":\"ready\",\"version\":1}"]
    )
    func otherLines(line: String) {
        #expect(WorkerEvent(line: line) == nil)
    }

    @Test("refuses a worker of another version")
    func otherVersion() {
        let event = WorkerEvent(line: "{\"event\":\"ready\",\"version\":99,\"address\":\"unix:/x\"}")
        guard case .failed = event else {
            Issue.record("\(String(describing: event))")
            return
        }
    }

    @Test("progress stays between 0 and 1")
    func progress() {
        #expect(WorkerEvent(line: "{\"event\":\"loading\",\"progress\":7}") == .loading(progress: 1))
    }

    @Test("commands")
    func commands() {
        #expect(WorkerCommand(line: WorkerCommand.stop.line) == .stop)
        #expect(WorkerCommand(line: "stop") == nil)
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
