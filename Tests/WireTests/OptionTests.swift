// SPDX-License-Identifier: MIT

import Essentials
import Testing
import Wire

@Suite("Options")
struct OptionTests {
    private func parse(
        _ arguments: [String],
        environment: [String: String] = [:],
        audience: OptionSpecification.Audience = .both
    ) throws(OptionError) -> OptionValues {
        try OptionParser.parse(arguments, environment: environment, audience: audience).values
    }

    @Test("reads every spelling of an option", arguments: ["--ctx-size", "-c", "--ctx_size"])
    func spellings(spelling: String) throws {
        #expect(try parse([spelling, "512"]).contextSize == 512)
    }

    @Test("reads values behind an equals sign")
    func equalsSign() throws {
        let options = try parse(["--models-max=0", "--temp=0.5", "--alias=a=b"])
        #expect(options.given(\.modelsMax) == 0)
        #expect(options.given(\.temperature) == 0.5)
        #expect(options.alias == "a=b")
    }

    @Test("turns flags on and off")
    func flags() throws {
        #expect(try parse(["--no-models-autoload"]).modelsAutoload == false)
        #expect(try parse(["--mlock"]).mlock)
        #expect(try parse(["--mmap=off"]).mmap == false)
        #expect(try parse([]).repack)
    }

    @Test("the command line wins over the environment")
    func precedence() throws {
        let environment = ["LLAMA_ARG_CTX_SIZE": "100", "LLAMA_ARG_MLOCK": "1"]
        let options = try parse(["-c", "200"], environment: environment)
        #expect(options.given(\.contextSize) == 200)
        #expect(options.mlock)
    }

    @Test(
        "refuses with the place and the reason",
        arguments: [
            (["--models-mx", "1"], "--models-mx: unknown option; did you mean --models-max?"),
            (
                ["--spec-type", "ngram-mod,draft-mpt"],
                "--spec-type: must be of none, draft-simple, ngram-simple, ngram-map-k, ngram-map-k4v, ngram-mod, ngram-cache, "
                    + "draft-mtp, draft-eagle3, draft-dflash, draft-dspark, not 'draft-mpt'"
            ),
            (["--frobnicate"], "--frobnicate: unknown option; --help lists all"),
            (["-c"], "-c: needs a value: N"),
            (["--port", "70000"], "--port: must be a whole number from 0 to 65535, not '70000'"),
            (["--top-p", "1.5"], "--top-p: must be a number from 0 to 1, not '1.5'"),
            (["-fa", "maybe"], "-fa: must be on, off or auto, not 'maybe'"),
            (["--mlock=perhaps"], "--mlock: must be on or off, not 'perhaps'"),
            (["model.gguf"], "model.gguf: unknown option; --help lists all"),
        ] as [([String], String)]
    )
    func refuses(arguments: [String], message: String) {
        let error = #expect(throws: OptionError.self) { try parse(arguments) }
        #expect(error?.description == message)
    }

    @Test("names the environment variable that is wrong")
    func badEnvironment() {
        let error = #expect(throws: OptionError.self) { try parse([], environment: ["LLAMA_ARG_PORT": "x"]) }
        #expect(error?.place == "LLAMA_ARG_PORT")
    }

    @Test("a worker doesn't know the router's options")
    func audience() {
        #expect(throws: OptionError.self) { try parse(["--models-dir", "x"], audience: .worker) }
    }

    @Test("renders a command line that means the same")
    func rendering() throws {
        let options = try parse(["-c", "64", "--temp", "0.5", "--no-mmap", "--mlock", "--models-max", "2", "-m", "x"])
        let arguments = options.arguments(for: .worker, without: Set(OptionName.list(\.model)))
        #expect(arguments == ["--ctx-size", "64", "--no-mmap", "--mlock", "--temp", "0.5"])
        #expect(try parse(arguments).contextSize == 64)
    }

    @Test(
        "refuses what llama-server has and we haven't, by its name",
        arguments: [
            (
                ["--docker-repo"],
                "--docker-repo: is not supported: models come from local files, by --hf-repo or by --model-url"
            ),
            (
                ["--draft_max", "2"],
                "--draft_max: is not supported: llama-server has removed it as well; --spec-draft-n-max says it now"
            ),
            (["--no-cont-batching"], "--no-cont-batching: is not supported: requests always share the batch"),
            (["--pin"], "--pin: belongs into a model's section of a preset file"),
        ] as [([String], String)]
    )
    func refusesByName(arguments: [String], message: String) {
        let error = #expect(throws: OptionError.self) { try parse(arguments) }
        #expect(error?.description == message)
    }

    @Test(
        "refuses what can't be meant, with the range (D18)",
        arguments: [
            (["--load-timeout", "1e-320"], "--load-timeout: must be a number from 1 to 31536000, not '1e-320'"),
            (["--load-timeout", "0"], "--load-timeout: must be a number from 1 to 31536000, not '0'"),
            (["--queue-timeout", "0"], "--queue-timeout: must be a number from 0.1 to 31536000, not '0'"),
            (["--ttl", "nan"], "--ttl: must be a number from 0 to 31536000, not 'nan'"),
            (["--ttl", "inf"], "--ttl: must be a number from 0 to 31536000, not 'inf'"),
            (["--ttl", "-0.1"], "--ttl: must be a number from 0 to 31536000, not '-0.1'"),
            (["--temp", "5e-324"], "--temp: must be a number from 0 to 1000, not '5e-324'"),
            (
                ["--api-prefix", "nan"],
                "--api-prefix: must be a path that begins with a slash, such as /llm, not 'nan'"
            ),
            (
                ["--api-prefix", "/a b"],
                "--api-prefix: must be a path that begins with a slash, such as /llm, not '/a b'"
            ),
            (
                ["--api-prefix", "/a/../b"],
                "--api-prefix: must be a path that begins with a slash, such as /llm, not '/a/../b'"
            ),
            (["--poll", "101"], "--poll: must be a whole number from 0 to 100, not '101'"),
            (["--prio", "4"], "--prio: must be a whole number from -1 to 3, not '4'"),
            (
                ["--control-vector-layer-range", "5", "2"],
                "--control-vector-layer-range: must be two whole numbers from 1 to 100000, the smaller one first, as in "
                    + "'1 2', not '5 2'"
            ),
            (["--numa", "some"], "--numa: must be one of distribute, isolate, numactl, not 'some'"),
        ] as [([String], String)]
    )
    func refusesWhatCannotBeMeant(arguments: [String], message: String) {
        let error = #expect(throws: OptionError.self) { try parse(arguments) }
        #expect(error?.description == message)
    }

    @Test("no option takes a number that is none, too large for any range, or as good as zero")
    func numbers() {
        for option in OptionTable.all {
            let texts: [String]
            switch option.kind {
            case .number: texts = ["nan", "-nan", "inf", "-inf", "1e999", "1e-320", "", " 1", "1,5"]
            case .integer: texts = ["nan", "1e3", "1.5", "99999999999999999999", "-99999999999999999999", "", "0x10"]
            default: continue
            }
            for text in texts {
                let error = #expect(throws: OptionError.self, "--\(option.name.rawValue) \(text)") {
                    try OptionParser.checked(text, kind: option.kind, place: .commandLine("--x"))
                }
                #expect(error?.message.contains(" from ") == true)
            }
        }
    }

    @Test("reads two numbers of a range as one value, in one word or in two")
    func ranges() throws {
        for words in [["2", "5"], ["2 5"], ["2,5"], ["2-5"]] {
            let options = try parse(["--control-vector-layer-range"] + words + ["-c", "1"])
            #expect(options.controlVectorLayers == "2 5")
            #expect(try parse(options.arguments(for: .worker, without: [])) == options)
        }
    }

    @Test("a prefix of paths loses the slash at its end")
    func prefixes() throws {
        #expect(try parse(["--api-prefix", "/llm/"]).apiPrefix == "/llm")
        #expect(try parse(["--api-prefix", "/a/b"]).apiPrefix == "/a/b")
        #expect(try parse(["--api-prefix", "/"]).apiPrefix == "")
    }

    @Test("accepts what has no effect yet, with a warning")
    func pending() throws {
        func warnings(_ arguments: [String], environment: [String: String] = [:]) throws -> [String] {
            try OptionParser.parse(arguments, environment: environment, audience: .both).warnings.map(\.description)
        }
        let reason = "draft-mtp has no effect yet: heads that read the model's hidden states propose nothing yet"
        #expect(try warnings(["--spec-type", "ngram-mod"]) == [])
        #expect(try warnings(["--spec-type", "ngram-mod,draft-mtp"]) == ["--spec-type: " + reason])
        #expect(
            try warnings([], environment: ["LLAMA_ARG_SPEC_TYPE": "draft-mtp"]) == ["LLAMA_ARG_SPEC_TYPE: " + reason]
        )
        let section = try INIFile("[m]\nspec-type = draft-mtp", path: "p").sections[0]
        let parsed = try OptionParser.section(section, path: "p", audience: .preset) { _ in "" }
        #expect(parsed.warnings.map(\.description) == ["p:2: 'spec-type' " + reason])
        #expect(parsed.values.list(\.specType) == ["draft-mtp"])
    }

    @Test("accepts the values that say what happens anyway")
    func acceptsTheOnlyValue() throws {
        let options = try parse(["--jinja", "-cb", "--cache-ram", "0", "-np", "-1", "-ngl", "all", "-fit", "off", "-v"])
        #expect(options.given(\.parallel) == -1)
        #expect(options.given(\.gpuLayers) == -2)
        #expect(options.verbosity == 5)
        #expect(try parse(["-v", "-lv", "2"]).verbosity == 2)
    }

    @Test("never puts a secret on a command line or into a text")
    func secrets() throws {
        let options = try parse(["--api-key", "K", "--hf-token", "T", "-c", "1"])
        #expect(options.texts(\.apiKey) == ["K"])
        #expect(options.arguments(for: .router, without: []) == [])
        #expect(options.lines() == ["ctx-size = 1"])
    }

    @Test("takes lists apart at commas")
    func lists() throws {
        #expect(try parse(["--alias", " a, b ,,c d "]).list(\.alias) == ["a", "b", "c d"])
        let options = try parse(["--override-kv", "a=int:1,b=bool:true", "--override-kv", "c=int:2"])
        #expect(options.list(\.overrideKV) == ["a=int:1", "b=bool:true", "c=int:2"])
        #expect(options.arguments(for: .worker, without: []).count == 4)
    }

    @Test("has no spelling, key or variable twice, and a help text for each option")
    func table() {
        var seen: Set<String> = []
        for option in OptionTable.all {
            #expect(!option.help.isEmpty)
            for spelling in option.spellings + option.offSpellings {
                #expect(seen.insert(spelling).inserted, "\(spelling)")
            }
            for variable in [option.environment, option.offEnvironment].compactMap(\.self) {
                #expect(seen.insert(variable).inserted, "\(variable)")
            }
        }
        for option in OptionTable.refused {
            for name in option.names + [option.environment].compactMap(\.self) {
                #expect(seen.insert(name).inserted, "\(name)")
            }
        }
        #expect(OptionHelp.text(for: .worker).contains("--ctx-size"))
    }

    @Test("the default that is printed is the one that acts, and one that could be given")
    func defaults() throws {
        let none = OptionValues()
        #expect(none.port == 8080 && none.host == "127.0.0.1" && none.repack && !none.mlock && none.model == nil)
        #expect(none.given(\.port) == nil && none.list(\.host) == ["127.0.0.1"])
        let acting = [
            "port": "\(none.port)", "temp": "\(none.temperature)", "cache-type-k": none.cacheTypeK, "repack": "on",
        ]
        for (name, value) in acting {
            #expect(OptionTable[OptionName(rawValue: name)]?.standard == value, "\(name)")
        }
        /// What stands for no value.
        let words = ["as the model says", "as --load-mode", "a new one for each process, which GET /props tells"]
        for option in OptionTable.all {
            guard let standard = option.standard, !words.contains(standard) else { continue }
            #expect(throws: Never.self, "\(option.name.rawValue)") {
                try OptionParser.checked(standard, kind: option.kind, place: .program)
            }
        }
    }

    @Test("docs/options.md is what --help-markdown prints")
    func page() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let page = root.deletingLastPathComponent().appending(path: "docs/options.md")
        let text = try String(contentsOf: page, encoding: .utf8)
        #expect(text == OptionHelp.markdown(), "stale: run `enginehouse --help-markdown > docs/options.md`")
    }
}
