// SPDX-License-Identifier: MIT

import Console
import Foundation
import Testing

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

    @Test("say what to do without a model, as far as it can be done, in the width of a terminal (F50)")
    func firstSteps() {
        func text(_ address: String = "http://127.0.0.1:8080", page: Bool = true, offline: Bool = false) -> String {
            FirstSteps.text(address: address, prefix: "", hasPage: page, isOffline: offline, folder: nil)
        }
        #expect(text().contains("      http://127.0.0.1:8080/\n") && text().contains("pull \(FirstSteps.model)\n"))
        #expect(text().split(separator: "\n").allSatisfy { $0.count <= 80 })
        #expect(text("http://127.0.0.1:9").contains("--host http://127.0.0.1:9\n"))
        #expect(!text(page: false).contains("browser"))
        #expect(!text(offline: true).contains("pull") && !text(offline: true).contains("button"))
        #expect(text(offline: true).contains("--models-dir FOLDER"))
    }
}
