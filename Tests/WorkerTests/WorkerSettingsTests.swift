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
        #expect(settings.engine.model.usesMmap == nil)
        #expect(settings.engine.storesIdleSlots == nil)
    }

    @Test("idle slots: what is said counts, else what can be")
    func idleSlots() throws {
        #expect(try settings(["-m", "x", "--cache-idle-slots"]).engine.storesIdleSlots == true)
        #expect(try settings(["-m", "x", "--no-cache-idle-slots"]).engine.storesIdleSlots == false)
    }

    @Test("checkpoints: llama-server's numbers, or those that are said")
    func checkpoints() throws {
        let standard = try settings(["-m", "x"]).engine
        #expect((standard.checkpointLimit, standard.checkpointStep) == (32, 8192))
        let given = try settings(["-m", "x", "-ctxcp", "0", "-cms", "256"]).engine
        #expect((given.checkpointLimit, given.checkpointStep) == (0, 256))
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
        // Who says how many gets equal shares, as with llama-server.
        #expect(!context.unified)
        #expect(try self.settings(["-m", "x", "-np", "-1"]).engine.context.unified)
        #expect(try self.settings(["-m", "x", "-np", "2", "-kvu"]).engine.context.unified)
        // A micro-batch is never larger than a batch.
        #expect(context.microBatch == 64)
        #expect((context.threads, context.threadsBatch) == (3, 5))
        #expect(context.flashAttention == false)
        #expect(settings.engine.model.usesMmap == false)
        #expect(settings.engine.model.usesMlock)
        #expect(settings.engine.chatTemplate == "template of f")
    }

    @Test("what a file says of sampling counts below the options")
    func fileSampling() throws {
        let settings = try settings(["-m", "x", "--temp", "0.6", "--sampler-seq", "kt"])
        let file = FileSampling { ["general.sampling.temp": "0.15", "general.sampling.top_k": "7"][$0] }
        let found = settings.sampling(with: file)
        #expect(found.temperature == 0.6 && found.topK == 7 && found.topP == 0.95)
        var other = file
        other.order = [.topP]
        #expect(settings.sampling(with: other).order == [.topK, .temperature])
        #expect(try self.settings(["-m", "x"]).sampling(with: other).order == [.topP])
    }

    @Test("a missing model is an error that says so")
    func missingModel() {
        let error = #expect(throws: OptionError.self) { try settings([]) }
        #expect(error?.place == "--model")
    }

    @Test("tell the engine how to load and how to compute")
    func engine() throws {
        let engine = try settings([
            "-m", "x", "--load-mode", "mmap+mlock", "-sm", "row", "-ts", "3, 1", "-mg", "1", "-dev", "none", "-ncmoe",
            "7",
            "--override-kv", "a=int:1,b=bool:true", "--check-tensors", "--no-repack", "--no-host", "-nkvo",
            "--no-op-offload", "--swa-full", "--rope-scaling", "yarn", "--rope-scale", "4", "--rope-freq-base", "10000",
            "--yarn-orig-ctx", "2048", "--yarn-ext-factor", "0", "-sps", "0.5", "-t", "-1",
        ]).engine
        #expect(engine.model.loadMode == .mmapAndMlock)
        #expect(engine.model.splitMode == .row)
        #expect(engine.model.tensorSplit == [3, 1])
        #expect(engine.model.mainGPU == 1)
        #expect(engine.model.devices == [])
        #expect(engine.model.expertLayersOffGPU == 7)
        #expect(engine.model.overrides == ["a=int:1", "b=bool:true"])
        #expect(engine.model.checksTensors && !engine.model.repacks && engine.model.avoidsHostBuffers)
        #expect(!engine.context.offloadsCache && !engine.context.offloadsOperations && engine.context.keepsWholeWindow)
        #expect(engine.context.ropeScaling == .yarn)
        #expect(engine.context.ropeFrequencyScale == 0.25)
        #expect(engine.context.ropeFrequencyBase == 10_000)
        #expect((engine.context.yarnOriginalContext, engine.context.yarnExtrapolation) == (2048, 0))
        #expect(engine.slotSimilarity == 0.5)
        #expect(engine.context.threads > 0)
    }

    @Test("the name is taken as it is")
    func names() throws {
        #expect(try settings(["-m", "x", "--alias", "a,b"]).name == "a,b")
        #expect(try settings(["-m", "x"]).name == "x")
    }

    @Test(
        "that contradict each other are errors",
        arguments: [
            (
                ["--grammar", "root ::= \"a\"", "--json-schema", "{}"],
                "--json-schema: cannot be used together with --grammar"
            ),
            (
                ["--rope-scale", "2", "--rope-freq-scale", "1"],
                "--rope-scale: says the same as --rope-freq-scale; give one of them"
            ),
            (["-ts", "1,x"], "-ts: must be numbers between commas, not 'x'"),
        ] as [([String], String)]
    )
    func contradictions(arguments: [String], message: String) {
        let error = #expect(throws: OptionError.self) { try settings(["-m", "x"] + arguments) }
        #expect(error?.description == message)
    }

    @Test("say what proposes tokens")
    func speculation() throws {
        #expect(try settings(["-m", "x"]).engine.speculation == nil)
        #expect(try settings(["-m", "x", "-md", "d", "--spec-type", "none"]).engine.speculation == nil)
        let own = [
            "-m", "x", "-ngl", "9", "-t", "2", "-md", "d", "-ngld", "1", "-td", "3", "-ctkd", "q8_0",
            "--spec-draft-n-max", "8",
        ]
        let draft = try #require(try settings(own).engine.speculation)
        #expect(draft.kinds == [.draftModel])
        #expect(draft.draftMax == 8)
        #expect(draft.draft?.model.path == "d")
        #expect(draft.draft?.model.gpuLayers == 1)
        #expect(draft.draft?.threads == 3)
        #expect(draft.draft?.cacheTypeK == "q8_0")
        let ngrams = try #require(
            try settings([
                "-m", "x", "--spec-type", "ngram-map-k,ngram-simple", "--spec-default", "--spec-ngram-map-k-size-n",
                "5",
                "--spec-synth-rates", "0.5, 0.25",
            ]).engine.speculation
        )
        #expect(ngrams.kinds == [.ngramMapK, .ngramSimple, .ngramMod])
        #expect(ngrams.draft == nil)
        #expect(ngrams.mapK.key == 5)
        #expect(ngrams.syntheticRates == [0.5, 0.25])
    }

    @Test(
        "refuse proposals that can't be made",
        arguments: [
            (
                ["--spec-type", "draft-simple"],
                "--spec-type: draft-simple needs a draft model; give --spec-draft-model"
            ),
            (["--spec-synth-len", "2"], "--spec-synth-len: needs something that proposes tokens; see --spec-type"),
            (
                ["--spec-default", "--spec-synth-rates", "2"],
                "--spec-synth-rates: must be numbers from 0 to 1 between commas, not '2'"
            ),
        ] as [([String], String)]
    )
    func badSpeculation(arguments: [String], message: String) {
        let error = #expect(throws: OptionError.self) { try settings(["-m", "x"] + arguments) }
        #expect(error?.description == message)
    }
}
