// SPDX-License-Identifier: MIT

import Engine
import Testing
import Wire
import Worker

@Suite("A worker's options about places, threads and steering")
struct PlacementSettingsTests {
    private func settings(_ arguments: [String]) throws -> WorkerSettings {
        let options = try OptionParser.parse(["-m", "x"] + arguments, environment: [:], audience: .worker).values
        return try WorkerSettings(options, readFile: { "text of \($0)" })
    }

    @Test("weights are placed in the order in which they were named, and patterns may hold commas")
    func weights() throws {
        let model = try settings([
            "-ot", "exps=CPU,blk\\.[0-9]{1,2}\\.ffn=CUDA0", "-ot", "a(?=b)=CPU", "-ncffn", "3", "--rpc", "a:1, b:2",
            "-lzm", "on", "-md", "d", "-otd", "x=CPU",
        ]).engine
        #expect(model.model.placements == ["exps=CPU", "blk\\.[0-9]{1,2}\\.ffn=CUDA0", "a(?=b)=CPU"])
        #expect(model.model.denseLayersOffGPU == 3)
        #expect(model.model.servers == ["a:1", "b:2"])
        #expect(model.model.readsLazily == true)
        let draft = try #require(model.speculation?.draft?.model)
        #expect(draft.placements == ["x=CPU"])
        #expect(draft.denseLayersOffGPU == 0)
        #expect(draft.servers == ["a:1", "b:2"])
        #expect(try settings([]).engine.model.readsLazily == nil)
    }

    @Test("threads are left to the engine unless somebody places them; prompts and drafts follow")
    func threads() throws {
        #expect(try settings([]).engine.context.placement == nil)
        let pair = try #require(
            try settings(["--cpu-mask", "0x5", "-Cr", "8-9", "--poll", "0"]).engine.context.placement
        )
        #expect((0..<12).filter(pair.single.processors.contains) == [0, 2, 8, 9])
        #expect(pair.single.poll == 0 && pair.batch == pair.single)
        let other = try settings([
            "--prio", "2", "--cpu-strict", "1", "-Crb", "-1", "--prio-batch", "-1", "-md", "d", "-Cd", "f",
            "--spec-draft-poll", "7",
        ]).engine
        let threads = try #require(other.context.placement)
        #expect((threads.single.priority, threads.batch.priority) == (2, -1))
        #expect(threads.single.processors.isEmpty && threads.batch.processors.contains(1))
        #expect(threads.batch.isStrict)
        let draft = try #require(other.speculation?.draft?.placement)
        #expect((draft.single.priority, draft.single.poll) == (2, 7))
        #expect(draft.single.processors.contains(3) && !draft.batch.processors.contains(3))
        #expect(try settings(["--prio", "1", "-md", "d"]).engine.speculation?.draft?.placement?.batch.priority == 1)
    }

    @Test("a share of the cache for each request sizes the cache, unless -c does")
    func shares() throws {
        let own = try settings(["--kv-unified-per-slot", "100", "-np", "3"]).engine.context
        #expect((own.size, own.sequenceLimit) == (300, 100))
        let given = try settings(["--kv-unified-per-slot", "100", "-c", "0"]).engine.context
        #expect((given.size, given.sequenceLimit) == (0, 100))
        #expect(try settings(["--kv-unified-per-slot", "0"]).engine.context.sequenceLimit == nil)
    }

    @Test("control vectors have scales and layers")
    func steering() throws {
        #expect(try settings([]).engine.steering == nil)
        let steering = try #require(
            try settings([
                "--control-vector", "a,b", "--control-vector-scaled", "c:d:-0.5", "--control-vector-layer-range", "2",
                "4",
            ]).engine.steering
        )
        #expect(steering.vectors == [.init(path: "a"), .init(path: "b"), .init(path: "c:d", scale: -0.5)])
        #expect(steering.layers == 2...4)
    }

    @Test("files of n-grams and the place of the draft's choice arrive")
    func lookup() throws {
        let options = try settings(["--spec-type", "ngram-cache", "-lcs", "s", "-lcd", "d"]).engine.speculation
        #expect(options?.lookupStatic == "s" && options?.lookupDynamic == "d" && options?.draftChoosesOnDevice == true)
        #expect(
            try settings(["-md", "d", "--no-spec-draft-backend-sampling"]).engine.speculation?.draftChoosesOnDevice
                == false
        )
    }

    @Test("heads that propose nothing yet leave what else was asked for")
    func heads() throws {
        #expect(try settings(["--spec-type", "draft-mtp"]).engine.speculation == nil)
        #expect(try settings(["--spec-type", "draft-eagle3,ngram-mod"]).engine.speculation?.kinds == [.ngramMod])
    }

    @Test(
        "what can't be read is said",
        arguments: [
            (["-ot", "exps"], "-ot: must be PATTERN=BUFFER, such as exps=CPU, not 'exps'"),
            (
                ["-C", "0"],
                "-C: must be a mask of processors below 512 in hexadecimal digits, such as 0xff, not '0'"
            ),
            (["-Crb", "5"], "-Crb: must be a range of processors below 512, such as 0-7, not '5'"),
            (["-Cr", "9-3"], "-Cr: must be a range of processors below 512, such as 0-7, not '9-3'"),
            (
                ["--control-vector-scaled", "a:nan"],
                "--control-vector-scaled: must be FILE:SCALE, with a number as scale, not 'a:nan'"
            ),
            (
                ["--control-vector-layer-range", "1", "2"],
                "--control-vector-layer-range: needs a control vector; give --control-vector"
            ),
        ] as [([String], String)]
    )
    func wrong(arguments: [String], message: String) {
        let error = #expect(throws: OptionError.self) { try settings(arguments) }
        #expect(error?.description == message)
    }

    private func mask(_ text: String) -> ProcessorSet? {
        var set = ProcessorSet()
        return set.insert(mask: text) ? set : nil
    }

    private func range(_ text: String) -> ProcessorSet? {
        var set = ProcessorSet()
        return set.insert(range: text) ? set : nil
    }

    @Test("masks and ranges of processors")
    func processors() throws {
        let high = try #require(mask("0x" + "8" + String(repeating: "0", count: 127)))
        #expect(high.contains(511) && !high.contains(510) && !high.contains(512) && !high.contains(-1))
        let middle = try #require(range("62-65"))
        #expect((0..<100).filter(middle.contains) == [62, 63, 64, 65])
        #expect(range("510-")?.contains(511) == true && range("-1")?.contains(0) == true)
        for text in ["", "0x", "g", "1 ", "-1", "0", String(repeating: "f", count: 129)] {
            #expect(mask(text) == nil, "\(text)")
        }
        for text in ["", "-", "1", "1-2-3", "512-", "0-512", "a-b", "2-1"] {
            #expect(range(text) == nil, "\(text)")
        }
    }
}
