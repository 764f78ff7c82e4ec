// SPDX-License-Identifier: MIT

import Catalogue
import Testing
import Wire

@Suite("Presets")
struct PresetTests {
    private func router(_ arguments: [String], environment: [String: String] = [:], file: String = "") throws
        -> OptionValues
    {
        let files = [OptionFile(path: "config.ini", text: file)]
        return try OptionParser.parse(arguments, environment: environment, files: files, audience: .both).values
    }

    private func catalogue(
        _ ini: String,
        _ entries: [ModelEntry] = [],
        router arguments: [String] = []
    ) throws -> Catalogue {
        let presets = try PresetFile(ini, path: "p.ini")
        return try Catalogue(entries: entries).configured(presets: presets, router: try router(arguments))
    }

    private func entry(_ id: String, _ source: ModelSource = .modelsDirectory, path: String? = nil) -> ModelEntry {
        ModelEntry(id: id, source: source, path: path ?? "/dir/\(id).gguf")
    }

    @Test(
        "spells tags as the cache does",
        arguments: [
            ("a", "a"), ("u/r:q8_0", "u/r:Q8_0"), ("u/r:ud-q4_k_m", "u/r:Q4_K_M"), ("u/r:a.b.f16", "u/r:F16"),
            ("u/r:x-", "u/r:X-"), ("a-b.c", "a-b.c"), ("u/r:Q4_K_M", "u/r:Q4_K_M"),
        ] as [(String, String)]
    )
    func tags(section: String, id: String) throws {
        #expect(ModelPreset.canonical(section) == id)
    }

    @Test("lines before any section and [*] hold for all models and are none themselves")
    func globals() throws {
        let file = try PresetFile("c = 1\nb = 2\n[*]\nb = 20\n[m]\nmodel = /x.gguf\nversion = 3\n", path: "p.ini")
        #expect(file.globals.given(\.contextSize) == 1)
        #expect(file.globals.given(\.batchSize) == 20)
        #expect(file.models.map(\.id) == ["m"])
        #expect(file.models[0].place == .file("p.ini", line: 5))
        #expect(file.models[0].options.names == Set(OptionName.list(\.model)))
    }

    @Test(
        "refuses what is wrong for all models, with file and line",
        arguments: [
            ("[*]\nalias = x", "p.ini:2: 'alias' is a model's own; it cannot be said for all of them in [*]"),
            ("[*]\nctx-szie = 1", "p.ini:2: unknown key 'ctx-szie'; did you mean 'ctx-size'?"),
            ("temp = hot\n[m]\nmodel = x", "p.ini:1: 'temp' must be a number from 0 to 1000, not 'hot'"),
            ("[m]\nmodel = x\n[", "p.ini:3: the section's name has no closing ]"),
        ] as [(String, String)]
    )
    func refusesAll(ini: String, message: String) {
        let error = #expect(throws: OptionError.self) { try catalogue(ini) }
        #expect(error?.description == message)
    }

    @Test(
        "a section that can't be used is a model that can't be loaded, with file and line",
        arguments: [
            ("[m]\nmodl = x", "p.ini:2: unknown key 'modl'; did you mean 'model'?"),
            (
                "[m]\nmodel = x\nmodels-max = 1",
                "p.ini:3: 'models-max' is the router's own and has no effect on a model; give it on the router's command "
                    + "line or in config.ini"
            ),
            (
                "[m]\nmodel = x\nport = 1",
                "p.ini:3: 'port' is set by the router for each worker; it cannot stand in a preset file"
            ),
            ("[m]\nmodel = x\nttl = never", "p.ini:3: 'ttl' must be a number from 0 to 31536000, not 'never'"),
            (
                "[m]\nmodel = x\ntools = all",
                "p.ini:3: 'tools' is not supported: the server runs no tools and no other programs"
            ),
            (
                "\n[m]\nc = 1",
                "p.ini:2: [m] names no model that is known; say where its file is with 'model' or 'hf-repo'"
            ),
            ("[a]\nmodel=x\nalias=b\n[b]\nmodel=y", "p.ini:3: [a] has the alias 'b', which is a name of 'b' already"),
            (
                "[a]\nmodel=x\nalias=c\n[b]\nmodel=y\nalias = d, c",
                "p.ini:6: [b] has the alias 'c', which is a name of 'a' already"
            ),
        ] as [(String, String)]
    )
    func fails(ini: String, message: String) throws {
        let models = try catalogue(ini + "\n[other]\ntemp = 0.5", [entry("other")])
        #expect(models.entries.compactMap(\.problem).contains(message))
        #expect(models.entry(named: "other")?.problem == nil)
        #expect(models.entry(named: "other")?.workerArguments == ["--temp", "0.5"])
    }

    @Test("what else a bad section says still counts, and its first problem is the one that is told")
    func failing() throws {
        let models = try catalogue("[m]\nmodel = /x.gguf\ntempp = 1\nalias = n\nc = many\nb = 7")
        let model = try #require(models.entry(named: "n"))
        #expect(model.problem == "p.ini:3: unknown key 'tempp'; did you mean 'temp'?")
        #expect(model.options.given(\.batchSize) == 7)
        #expect(model.path == "/x.gguf")
        let aliases = try catalogue("[a]\nmodel=x\nalias=b,c\n[b]\nhf-repo = u/r")
        #expect(aliases.entry(named: "b")?.id == "b")
        #expect(aliases.entry(named: "b")?.problem == nil)
        #expect(aliases.entry(named: "c")?.id == "a")
    }

    @Test("from the weakest: file, environment, [*], section, command line")
    func precedence() throws {
        let options = try router(
            ["--threads", "5"],
            environment: ["LLAMA_ARG_N_PARALLEL": "2", "LLAMA_ARG_BATCH": "2"],
            file: "c = 1\nnp = 1\nb = 1\nub = 1\nt = 1"
        )
        let presets = try PresetFile("[*]\nb = 3\nub = 3\nt = 3\n[m]\nub = 4\nt = 4", path: "p")
        let models = try Catalogue(entries: [entry("m"), entry("n")]).configured(presets: presets, router: options)
        let words = ["--ctx-size", "1", "--parallel", "2", "--batch-size", "3", "--ubatch-size"]
        #expect(models.entry(named: "m")?.workerArguments == words + ["4", "--threads", "5"])
        #expect(models.entry(named: "n")?.workerArguments == words + ["3", "--threads", "5"])
    }

    @Test("without a preset file every model has the router's options")
    func noFile() throws {
        let options = try router(["-c", "7", "--models-max", "1", "--api-key", "k", "--alias", "x", "--ttl", "9"])
        let models = try Catalogue(entries: [entry("m")]).configured(router: options)
        #expect(models.entries[0].workerArguments == ["--ctx-size", "7"])
        #expect(models.entries[0].policy.ttl == .seconds(9))
        #expect(models.entries[0].aliases == [])
        #expect(models.entries[0].preset == "[m]\nmodel = /dir/m.gguf\nttl = 9\nctx-size = 7\n\n")
    }

    @Test("a section says more about a model that is known")
    func merging() throws {
        let ini = "[m]\nalias = one, two\ntags = a, b\nload-on-startup = on\nstop-timeout = 3\npin = 1\nttl = 60\nc = 9"
        let models = try catalogue(ini, [entry("m"), entry("n")])
        let model = try #require(models.entry(named: "two"))
        #expect(model.id == "m")
        #expect(model.path == "/dir/m.gguf")
        #expect(model.source == .preset)
        #expect(model.aliases == ["one", "two"])
        #expect(model.tags == ["a", "b"])
        #expect(model.policy.loadOnStartup && model.policy.pin)
        #expect(model.policy.stopTimeout == .seconds(3))
        #expect(model.policy.ttl == .seconds(60))
        #expect(model.workerArguments == ["--ctx-size", "9"])
        #expect(models.entry(named: "n")?.source == .modelsDirectory)
        #expect(!model.preset.contains("alias") && !model.preset.contains("tags"))
    }

    @Test("a local path takes the place of a repository")
    func localPath() throws {
        let models = try catalogue("[u/r:q8_0]\nmodel = /own.gguf\nhf-repo = u/r:Q8_0", [entry("u/r:Q8_0", .cache)])
        #expect(models.entry(named: "u/r:Q8_0")?.source == .cache)
        let model = try #require(models.entry(named: "u/r:q8_0"))
        #expect(model.path == "/own.gguf")
        #expect(model.source == .preset)
        #expect(model.options[\.hfRepo] == nil)
        #expect(model.problem == "'/own.gguf' does not exist")
    }

    @Test("a repository is looked up among the downloaded models")
    func repository() throws {
        let cached = entry("u/r:Q8_0", .cache, path: "/cache/x.gguf")
        let models = try catalogue("[m]\nhf-repo = u/r:q8_0\n[k]\nhf-repo = u/other", [cached])
        #expect(models.entry(named: "m")?.path == "/cache/x.gguf")
        #expect(models.entry(named: "k")?.files == .remote(HubSelection(try HubReference("u/other"))))
        #expect(models.entries.count == 3)
    }

    @Test("a repository that isn't there is a model to be downloaded, unless that is forbidden")
    func remote() throws {
        let token = "hf_" + String(repeating: "a", count: 34)
        let ini = "[m]\nhf = u/r:q8_0\nhff = f/x.gguf\nhft = \(token)\n[k]\nhf = u/r\noffline = on"
        let models = try catalogue(ini)
        let model = try #require(models.entry(named: "m"))
        let reference = try HubReference("u/r:q8_0")
        #expect(model.files == .remote(HubSelection(reference, file: "f/x.gguf", token: try HubToken(token))))
        #expect(model.source == .preset && model.problem == nil && !model.preset.contains(token))
        #expect(models.entry(named: "k")?.problem?.hasPrefix("u/r is not in the cache, and --offline is set") == true)
    }

    @Test("what of a repository is there is asked of the cache")
    func cached() throws {
        let presets = try PresetFile("[m]\nhf-repo = u/r\nhf-file = x.gguf", path: "p")
        let models = try Catalogue().configured(presets: presets, router: OptionValues()) { selection in
            selection.file == "x.gguf" ? entry("u/r:Q8_0", .cache, path: "/cache/x.gguf") : nil
        }
        #expect(models.entries.map(\.path) == ["/cache/x.gguf"])
        #expect(models.entries.map(\.id) == ["m"])
    }

    @Test("a draft model of the hub is found in the cache, or comes with its model")
    func drafts() throws {
        let ini = "[m]\nhf-repo = u/r\nspec-draft-hf = u/d\ndedup-cache-models = on"
        let presets = try PresetFile(ini, path: "p")
        func models(_ present: [String: String]) throws -> Catalogue {
            let cached = present.map { entry($0.key, .cache, path: $0.value) }
            return try Catalogue(entries: cached).configured(presets: presets, router: OptionValues()) { selection in
                cached.first { $0.id == selection.reference.text }
            }
        }
        let draft = HubDraft(try HubReference("u/d"))
        var wanted = HubSelection(try HubReference("u/r"))
        wanted.draft = draft
        #expect(try models([:]).entry(named: "m")?.files == .remote(wanted))
        #expect(try models(["u/r": "/r"]).entry(named: "m")?.files == .remote(draft.selection()))
        #expect(try models(["u/d": "/d"]).entry(named: "m")?.files == .remote(HubSelection(wanted.reference)))
        let whole = try models(["u/r": "/r", "u/d": "/d"])
        let model = try #require(whole.entry(named: "m"))
        #expect(model.files == .present)
        #expect(model.workerArguments.suffix(2) == ["--spec-draft-model", "/d"])
        #expect(whole.entry(named: "u/d")?.isHidden == true)
        #expect(whole.entry(named: "u/r")?.isHidden == true)
        let bad = try catalogue("[m]\nspec-draft-hf = d", [entry("m")]).entry(named: "m")
        #expect(bad?.problem?.contains("'d' is not the name of a model on the hub") == true)
    }

    @Test("a preset file of the hub says what is harmless, and nothing else")
    func downloaded() throws {
        let text = "[*]\nc = 1\nLLAMA_ARG_TOP_K = 3\n[m]\nhf = u/r\nalias = x\nchat-template-kwargs = {}\nttl = 5"
        #expect(try PresetFile(text, path: "p.ini", repository: "u/p").models.map(\.id) == ["m"])
        for option in OptionTable.all where PresetFile.harmless.contains(option.name) {
            #expect(option.audience.contains(.preset), "\(option.name.rawValue)")
            #expect(!option.isSecret, "\(option.name.rawValue)")
            // The file is one of the repository.
            guard option.name != OptionName(\.hfFile) else { continue }
            #expect(
                !["FILE", "DIR", "PATH", "ADDRESS"].contains { option.placeholder.contains($0) },
                "\(option.name.rawValue)"
            )
        }
        for line in [
            "model = /etc/passwd", "LLAMA_ARG_MODEL = x", "slot-save-path = /", "chat-template-file = x", "hft = x",
            "grammar-file = x", "override-kv = a=int:1", "rpc = evil:1", "ot = a=CPU", "lcs = /x",
            "control-vector = /x", "pin = 1", "device = none", "offline = 1", "mlock = 1",
        ] {
            let model = try PresetFile("[m]\nhf = u/r\n\(line)", path: "p.ini", repository: "u/p").models[0]
            #expect(model.problem?.hasPrefix("p.ini:3: ") == true, "\(line)")
            #expect(model.options.names == Set(OptionName.list(\.hfRepo)), "\(line)")
        }
        let error = #expect(throws: OptionError.self) {
            try PresetFile("[*]\npin = 1\n[m]\nhf = u/r", path: "p.ini", repository: "u/p")
        }
        #expect(
            error?.description
                == "p.ini:2: 'pin' is not allowed in a preset file that comes from the hub (u/p); if you have read the file "
                + "and trust it, give a copy of it to --models-preset"
        )
    }

    @Test("a model of the cache can be hidden behind a preset and stays known")
    func dedup() throws {
        let cached = entry("u/r:Q8_0", .cache, path: "/cache/x.gguf")
        let models = try catalogue("[m]\nhf-repo = u/r:Q8_0\ndedup-cache-models = true", [cached])
        #expect(models.entry(named: "u/r:Q8_0")?.isHidden == true)
        #expect(models.entry(named: "m")?.isHidden == false)
        #expect(try catalogue("[m]\nhf-repo = u/r:Q8_0", [cached]).entry(named: "u/r:Q8_0")?.isHidden == false)
    }

    @Test("a section that is there twice is a warning, and the last counts; names that differ in a letter are two")
    func twice() throws {
        let file = try PresetFile("[u/r:q8_0]\nc = 1\n[u/r:Q8_0]\nb = 2\n[u/r:q8_0]\nb = 3", path: "p")
        #expect(file.models.map(\.id) == ["u/r:Q8_0", "u/r:q8_0"])
        #expect(
            file.models.map(\.options.names) == [Set(OptionName.list(\.batchSize)), Set(OptionName.list(\.batchSize))]
        )
        #expect(file.warnings.map(\.description) == ["p:5: [u/r:q8_0] is there twice; the last one counts"])
    }

    @Test("nothing secret is shown or handed on")
    func secrets() throws {
        let model = try catalogue("[m]\nhf-token = hf_secret\nc = 1", [entry("m")]).entries[0]
        #expect(model.options.hfToken == "hf_secret")
        #expect(!model.preset.contains("secret"))
        #expect(model.workerArguments == ["--ctx-size", "1"])
    }

    @Test("what a preset shows says the same when it is read again")
    func again() throws {
        let ini = "[m]\ngrammar = 'root ::= \"a\" # b'\nno-mmap = true\nfa = off\ntemp = 0.5\noverride-kv = a=int:1"
        let model = try catalogue(ini, [entry("m")]).entries[0]
        let again = try PresetFile(model.preset, path: "again").models[0].options
        var expected = model.options
        expected[\.model] = .string(model.path)
        #expect(again == expected)
    }

    @Test("no bytes make it fail in another way than by an error")
    func fuzz() {
        let words = [
            "[", "]", "*", "m", "=", "c", "model", "alias", "no-mmap", "on", "1", "\n", "\n", "#", ":", "-", "\"",
        ]
        var state: UInt64 = 7
        for _ in 0..<5_000 {
            var text = ""
            for _ in 0..<16 {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                text += words[Int((state >> 33) % UInt64(words.count))]
            }
            do { _ = try catalogue(text) } catch { #expect(error is OptionError) }
        }
    }
}
