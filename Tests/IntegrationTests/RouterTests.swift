// SPDX-License-Identifier: MIT

import Foundation
import Subprocess
import Testing
import Wire

@Suite("The real programs over real sockets", .timeLimit(.minutes(5)))
struct RouterTests {
    private let stories = "stories-chat-Q8_0"
    private let pirate = "pirate-chat-Q8_0"

    @Test("two models answer, each in its own voice")
    func twoModels() async throws {
        let status = try await RunningRouter.run { (router: RunningRouter) async throws in
            #expect(try await router.status(stories) == "unloaded")
            #expect(try await router.chat(stories, "What is the capital of France?").contains("Paris"))
            #expect(try await router.chat(pirate, "Hello!").contains("Arr"))
            #expect(try await router.status(stories) == "loaded")
        }
        #expect(status == .exited(0))
    }

    @Test("a story comes token by token")
    func streams() async throws {
        try await RunningRouter.run { (router: RunningRouter) async throws in
            let body = RunningRouter.chatBody(stories, "Tell me a story about a cat.", stream: true)
            var events: [String] = []
            for try await event in try await router.stream("/v1/chat/completions", body) { events.append(event) }
            #expect(events.last == "[DONE]")
            #expect(events.count > 30)
            let text = try events.dropLast().compactMap {
                try JSONValue(parsing: $0)["choices"]?.array?.first?["delta"]?["content"]?.string
            }.joined()
            #expect(text.hasPrefix("Once there was a small cat."))
        }
    }

    @Test("one place: the models take turns, and nobody is refused")
    func switches() async throws {
        try await RunningRouter.run(["--models-max", "1"]) { (router: RunningRouter) async throws in
            for _ in 0..<3 {
                #expect(try await router.chat(stories, "Hello!").hasPrefix("Hello"))
                #expect(try await router.status(pirate) == "unloaded")
                #expect(try await router.chat(pirate, "Hello!").hasPrefix("Ahoy"))
                #expect(try await router.status(stories) == "unloaded")
            }
            // Both at once, many times over.
            try await withThrowingTaskGroup(of: Bool.self) { group in
                for index in 0..<12 {
                    let isPirate = index % 2 == 0
                    group.addTask {
                        try await router.chat(isPirate ? pirate : stories, "Hello!").hasPrefix(
                            isPirate ? "Ahoy" : "Hello"
                        )
                    }
                }
                for try await isRight in group { #expect(isRight) }
            }
        }
    }

    @Test("cold requests at once share one load")
    func sharedLoad() async throws {
        try await RunningRouter.run { (router: RunningRouter) async throws in
            try await withThrowingTaskGroup(of: String.self) { group in
                for _ in 0..<16 { group.addTask { try await router.chat(stories, "What is 2 + 3?") } }
                for try await text in group { #expect(text == "2 + 3 is 5.") }
            }
            #expect(WorkerProcesses.of(router: router.process.value).count == 1)
        }
    }

    @Test("a worker killed in mid-stream costs its stream only, and the next request loads it again")
    func killedWorker() async throws {
        // Positions that are stretched may be more than the model was trained on.
        let options = ["--ctx-size", "100000", "--rope-freq-base", "10000"]
        try await RunningRouter.run(options) { (router: RunningRouter) async throws in
            let body: JSONValue = [
                "model": .string(stories), "stream": true, "prompt": "Once", "ignore_eos": true, "max_tokens": 90_000,
            ]
            var events = try await router.stream("/v1/completions", body).makeAsyncIterator()
            _ = try await events.next()
            #expect(try await router.chat(pirate, "Hello!").hasPrefix("Ahoy"))
            let workers = WorkerProcesses.of(router: router.process.value)
            #expect(workers.count == 2)
            for worker in workers where try commandLine(worker).contains(stories) { kill(worker, SIGKILL) }
            // A stream that breaks isn't ended as a whole one is. The event that says why is among what this client
            // forgets when it sees the break before it has read so far.
            await #expect(throws: (any Error).self) { while try await events.next() != nil {} }
            #expect(try await router.wait(stories, until: "unloaded"))
            let status = try await router.get("/v1/models/\(stories)").json["status"]
            #expect(status?["failed"] == true && status?.text.contains("signal 9") == true)
            #expect(try await router.status(pirate) == "loaded")
            #expect(try await router.chat(stories, "Hello!").hasPrefix("Hello"))
        }
    }

    @Test("bad requests are answered with what is wrong")
    func badRequests() async throws {
        try await RunningRouter.run { (router: RunningRouter) async throws in
            let unknown = try await router.post("/v1/chat/completions", ["model": "nope"])
            #expect(unknown.status == 400)
            #expect(unknown.json["error"]?["message"] == "model 'nope' not found")
            let malformed = try await router.post("/v1/chat/completions", text: "{\"model\":")
            #expect(malformed.status == 400)
            #expect(malformed.json["error"]?["type"] == "invalid_request_error")
            #expect(try await router.post("/v1/chat/completions", ["messages": []]).status == 400)
            #expect(try await router.get("/nowhere").status == 404)
            let worker = try await router.post("/v1/chat/completions", ["model": .string(stories), "messages": "x"])
            #expect(worker.status == 400)
            #expect(worker.model == stories)
        }
    }

    @Test("broken files are listed with the reason, and don't disturb the others")
    func brokenFiles() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "enginehouse-models-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let whole = try Data(contentsOf: URL(filePath: "\(Programs.models)/\(stories).gguf"))
        try whole.write(to: folder.appending(path: "whole.gguf"))
        try whole.prefix(whole.count / 2).write(to: folder.appending(path: "half.gguf"))
        try Data("no model".utf8).write(to: folder.appending(path: "text.gguf"))
        try await RunningRouter.run(models: folder.path) { (router: RunningRouter) async throws in
            for name in ["half", "text"] {
                let status = try await router.get("/v1/models/\(name)").json["status"]
                #expect(status?["failed"] == true)
                #expect(status?["reason"]?.string?.isEmpty == false)
                #expect(try await router.post("/v1/chat/completions", ["model": .string(name)]).status >= 400)
            }
            #expect(try await router.chat("whole", "Hello!").hasPrefix("Hello"))
        }
    }

    @Test("SIGTERM lets a stream finish, then stops the workers")
    func terminates() async throws {
        let status = try await RunningRouter.run { (router: RunningRouter) async throws in
            let body = RunningRouter.chatBody(stories, "Tell me a story about a dog.", stream: true)
            var events = try await router.stream("/v1/chat/completions", body).makeAsyncIterator()
            _ = try await events.next()
            kill(router.process.value, SIGTERM)
            var last: String?
            while let event = try await events.next() { last = event }
            #expect(last == "[DONE]")
            #expect(try await WorkerProcesses.areGone(router: router.process.value))
        }
        #expect(status == .exited(0))
    }

    @Test("a router killed without warning leaves no worker behind")
    func killed() async throws {
        let status = try await RunningRouter.run { (router: RunningRouter) async throws in
            #expect(try await router.chat(stories, "Hello!").hasPrefix("Hello"))
            #expect(try await router.chat(pirate, "Hello!").hasPrefix("Ahoy"))
            #expect(WorkerProcesses.of(router: router.process.value).count == 2)
            kill(router.process.value, SIGKILL)
            #expect(try await WorkerProcesses.areGone(router: router.process.value))
        }
        #expect(status == .signaled(SIGKILL))
    }

    private func commandLine(_ process: Int32) throws -> String {
        String(decoding: try Data(contentsOf: URL(filePath: "/proc/\(process)/cmdline")), as: UTF8.self)
    }
}
