// SPDX-License-Identifier: MIT

import Engine
import Testing
import Wire
import Worker

@Suite("A worker's options")
struct WorkerSettingsTests {
    private func settings(_ arguments: [String]) throws -> WorkerSettings {
        let options = try OptionParser.parse(arguments, environment: [:], audience: .worker).values
        return try WorkerSettings(options, readFile: { "template of \($0)" })
    }

    @Test("fill in llama-server's defaults")
    func defaults() throws {
        let settings = try settings(["-m", "dir/x.gguf"])
        #expect(settings.name == "dir/x.gguf")
        #expect(settings.engine.context.sequences == 4)
        #expect(settings.engine.context.batch == 2048)
        #expect(settings.engine.context.microBatch == 512)
        #expect(settings.engine.context.unified)
        #expect(settings.engine.model.usesMmap)
    }

    @Test("arrive at the engine")
    func given() throws {
        let settings = try settings([
            "-m", "x", "-a", "name", "-c", "77", "-np", "2", "-b", "64", "-ub", "128", "-t", "3", "-tb", "5", "-fa",
            "off",
            "--no-mmap", "--mlock", "--chat-template-file", "f",
        ])
        #expect(settings.name == "name")
        let context = settings.engine.context
        #expect((context.size, context.sequences, context.batch) == (77, 2, 64))
        // A micro-batch is never larger than a batch.
        #expect(context.microBatch == 64)
        #expect((context.threads, context.threadsBatch) == (3, 5))
        #expect(context.flashAttention == false)
        #expect(!settings.engine.model.usesMmap)
        #expect(settings.engine.model.usesMlock)
        #expect(settings.engine.chatTemplate == "template of f")
    }

    @Test("a missing model is an error that says so")
    func missingModel() {
        let error = #expect(throws: OptionError.self) { try settings([]) }
        #expect(error?.place == "--model")
    }
}
