// SPDX-License-Identifier: MIT

/// `enginehouse completions`
struct CompletionsCommand {
    let context: CommandContext

    func run() {
        switch context.word {
        case "zsh": context.output.write(ZshCompletions.script())
        case "fish": context.output.write(FishCompletions.script())
        default: context.output.write(BashCompletions.script())
        }
    }
}
