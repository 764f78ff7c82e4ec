// SPDX-License-Identifier: MIT

import Console
import Foundation
import Testing

@Suite("The commands' texts")
struct HelpTests {
    @Test("docs/commands.md is what `switchyard help --markdown` prints")
    func page() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let page = root.deletingLastPathComponent().appending(path: "docs/commands.md")
        let text = try String(contentsOf: page, encoding: .utf8)
        #expect(text == CommandPage.markdown(), "stale: run `switchyard help --markdown > docs/commands.md`")
    }

    @Test("name every command, and fit a terminal")
    func help() {
        let text = CommandHelp.text()
        for command in CommandTable.all {
            #expect(text.contains("  \(command.name.rawValue)"))
            #expect(CommandHelp.text(for: command).split(separator: "\n").allSatisfy { $0.count <= 100 })
        }
    }
}
