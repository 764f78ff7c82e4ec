// SPDX-License-Identifier: MIT

/// `enginehouse help`
struct HelpCommand {
    let context: CommandContext

    func run() {
        if context.invocation.flag(.markdown) {
            context.output.write(CommandPage.markdown())
        } else if let command = CommandTable.find(context.word) {
            context.output.write(CommandHelp.text(for: command))
        } else {
            context.output.write(CommandHelp.text())
        }
    }
}
