// SPDX-License-Identifier: MIT

import Catalogue
import Console
import Foundation
import Testing
import Wire

@Suite("The commands' texts")
struct HelpTests {
    @Test("docs/commands.md is what `enginehouse help --markdown` prints")
    func page() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let page = root.deletingLastPathComponent().appending(path: "docs/commands.md")
        let text = try String(contentsOf: page, encoding: .utf8)
        #expect(text == CommandPage.markdown(), "stale: run `enginehouse help --markdown > docs/commands.md`")
    }

    @Test("name every command, and fit a terminal")
    func help() {
        let text = CommandHelp.text()
        for command in CommandTable.all {
            #expect(text.contains("  \(command.name.rawValue)"))
            #expect(CommandHelp.text(for: command).split(separator: "\n").allSatisfy { $0.count <= 100 })
        }
    }

    @Test("are in all completions, with the server's options")
    func completions() {
        for script in [BashCompletions.script(), ZshCompletions.script(), FishCompletions.script()] {
            for command in CommandTable.all {
                #expect(script.contains(command.name.rawValue))
                for option in command.options { #expect(script.contains(option.name.rawValue)) }
            }
            #expect(script.contains("models-dir") && script.contains("ctx-size"))
        }
    }

    @Test("are the manual's page, whose lines are no macros by accident")
    func manual() {
        let page = ManualPage.roff()
        #expect(page.hasPrefix(".TH ENGINEHOUSE 1"))
        let macros: Set<Substring> = [".TH", ".SH", ".SS", ".TP", ".PP", ".RS", ".RE", ".br"]
        for line in page.split(separator: "\n") where line.hasPrefix(".") {
            #expect(macros.contains(line.prefix { $0 != " " }), "\(line)")
        }
        #expect(!page.contains("`") && page.unicodeScalars.allSatisfy(\.isASCII))
    }

    @Test("say what to do without a model, in a few lines, as far as it can be done (F50)")
    func firstSteps() throws {
        var steps = FirstSteps(address: "http://127.0.0.1:8080")
        steps.picks = SuggestedModels.picks(ModelRoom(host: 64 << 30))
        steps.hasDemo = true
        #expect(
            steps.text == """
                There are no models yet. In another terminal:
                  enginehouse pull qwen3.6-35b   21 GiB: chats, code, tools, pictures
                  enginehouse pull gemma-4-e4b   4.8 GiB: chats, pictures, sounds
                  enginehouse pull qwen3.5-0.8b  703 MiB: a first try anywhere; pictures
                  enginehouse demo               a chat with a tiny model that is there
                  enginehouse --models-dir DIR   in place of this one: your GGUF files
                Or in a browser, where a click downloads one: http://127.0.0.1:8080/

                """
        )
        #expect(steps.text.split(separator: "\n").allSatisfy { $0.count <= 80 })
        steps.address = "http://127.0.0.1:9"
        #expect(steps.text.contains("pull gemma-4-e4b --host http://127.0.0.1:9 "))
        steps.folder = "/m"
        #expect(steps.text.contains("cp FILE.gguf /m "))
        steps.picks = []
        #expect(steps.text.contains("enginehouse pull --host http://127.0.0.1:9 "))
        steps.isOffline = true
        #expect(!steps.text.contains("pull") && !steps.text.contains("click") && steps.text.contains("browser"))
        steps.hasPage = false
        steps.hasDemo = false
        #expect(!steps.text.contains("browser") && !steps.text.contains("demo"))
    }

    @Test("find the demo's models beside an installed program and in a checkout")
    func demo() {
        #expect(DemoModels.folders(program: "/usr/bin") == ["/usr/share/enginehouse/models"])
        #expect(
            DemoModels.folders(program: "/src/eh/.build/x86_64/release") == [
                "/src/eh/.build/x86_64/share/enginehouse/models", "/src/eh/models",
            ]
        )
        let checkout = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../models").path
        #expect(DemoModels.folder(among: ["/nowhere", checkout]) == checkout)
        #expect(DemoModels.folder(among: ["/nowhere"]) == nil)
    }

    @Test("offer the models to begin with, and take others")
    func suggestions() throws {
        for script in [BashCompletions.script(), ZshCompletions.script(), FishCompletions.script()] {
            for model in SuggestedModels.all { #expect(script.contains(model.name)) }
        }
        #expect(try CommandParser.parse(["pull"], environment: [:]).words.isEmpty)
        #expect(try CommandParser.parse(["pull", "user/repo"], environment: [:]).words == ["user/repo"])
    }

    @Test("know what room there is where no router runs")
    func room() throws {
        let about = try JSONValue(
            parsing: """
                {"engine":{"devices":[{"kind":"cpu","memory_total":64000000000},
                 {"kind":"gpu","memory_total":25769803776},{"kind":"integrated gpu","memory_total":536870912}]}}
                """
        )
        #expect(LocalRoom.room(host: 100, about: nil) == ModelRoom(host: 90))
        #expect(LocalRoom.room(host: 100, about: about) == ModelRoom(host: 90, gpus: 23 << 30))
    }
}
