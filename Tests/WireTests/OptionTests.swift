// SPDX-License-Identifier: MIT

import Testing
import Wire

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

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
        #expect(try parse([spelling, "512"]).integer(.contextSize) == 512)
    }

    @Test("reads values behind an equals sign")
    func equalsSign() throws {
        let options = try parse(["--models-max=0", "--temp=0.5", "--alias=a=b"])
        #expect(options.integer(.modelsMax) == 0)
        #expect(options.number(.temperature) == 0.5)
        #expect(options.text(.alias) == "a=b")
    }

    @Test("turns flags on and off")
    func flags() throws {
        #expect(try parse(["--no-models-autoload"]).flag(.modelsAutoload, default: true) == false)
        #expect(try parse(["--mlock"]).flag(.mlock))
        #expect(try parse(["--mmap=off"]).flag(.mmap, default: true) == false)
        #expect(try parse([]).flag(.mmap, default: true))
    }

    @Test("the command line wins over the environment")
    func precedence() throws {
        let environment = ["LLAMA_ARG_CTX_SIZE": "100", "LLAMA_ARG_MLOCK": "1"]
        let options = try parse(["-c", "200"], environment: environment)
        #expect(options.integer(.contextSize) == 200)
        #expect(options.flag(.mlock))
    }

    @Test(
        "refuses with the place and the reason",
        arguments: [
            (["--models-mx", "1"], "--models-mx: unknown option; did you mean --models-max?"),
            (
                ["--spec-type", "ngram-mod,draft-mtp"],
                "--spec-type: must be of none, draft-simple, ngram-simple, ngram-map-k, ngram-map-k4v, ngram-mod, ngram-cache, "
                    + "not 'draft-mtp'"
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
        let arguments = options.arguments(for: .worker, without: [.model])
        #expect(arguments == ["--ctx-size", "64", "--no-mmap", "--mlock", "--temp", "0.5"])
        #expect(try parse(arguments).integer(.contextSize) == 64)
    }

    @Test(
        "refuses what llama-server has and we haven't, by its name",
        arguments: [
            (
                ["--spec-draft-backend-sampling"],
                "--spec-draft-backend-sampling: is not supported: a draft model's tokens are chosen on the processor"
            ),
            (["--draft_max", "2"], "--draft_max: is not supported: llama-server has removed it as well"),
            (["--no-cont-batching"], "--no-cont-batching: is not supported: requests always share the batch"),
            (["--rpc"], "--rpc: is not supported: computing on other machines isn't there"),
            (["--pin"], "--pin: belongs into a model's section of a preset file"),
        ] as [([String], String)]
    )
    func refusesByName(arguments: [String], message: String) {
        let error = #expect(throws: OptionError.self) { try parse(arguments) }
        #expect(error?.description == message)
    }

    @Test("accepts the values that say what happens anyway")
    func acceptsTheOnlyValue() throws {
        let options = try parse(["--jinja", "-cb", "--cache-ram", "0", "-np", "-1", "-ngl", "all", "-fit", "off", "-v"])
        #expect(options.integer(.parallel) == -1)
        #expect(options.integer(.gpuLayers) == -2)
        #expect(options.verbosity == 5)
        #expect(try parse(["-v", "-lv", "2"]).verbosity == 2)
    }

    @Test("never puts a secret on a command line or into a text")
    func secrets() throws {
        let options = try parse(["--api-key", "K", "--hf-token", "T", "-c", "1"])
        #expect(options.texts(.apiKey) == ["K"])
        #expect(options.arguments(for: .router, without: []) == [])
        #expect(options.lines() == ["ctx-size = 1"])
    }

    @Test("takes lists apart at commas")
    func lists() throws {
        #expect(try parse(["--alias", " a, b ,,c d "]).list(.alias) == ["a", "b", "c d"])
        let options = try parse(["--override-kv", "a=int:1,b=bool:true", "--override-kv", "c=int:2"])
        #expect(options.list(.overrideKV) == ["a=int:1", "b=bool:true", "c=int:2"])
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
        #expect(Set(OptionTable.all.map(\.name)) == Set(OptionName.allCases))
        #expect(OptionHelp.text(for: .worker).contains("--ctx-size"))
    }

    @Test("docs/options.md is what --help-markdown prints")
    func page() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let page = root.deletingLastPathComponent().appending(path: "docs/options.md")
        let text = try String(contentsOf: page, encoding: .utf8)
        #expect(text == OptionHelp.markdown(), "stale: run `enginehouse --help-markdown > docs/options.md`")
    }
}
