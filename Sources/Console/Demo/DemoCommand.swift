// SPDX-License-Identifier: MIT

/// `enginehouse demo`: a chat with a model that comes with the program, through a router of its own.
struct DemoCommand {
    let context: CommandContext

    func run() async throws {
        let folders = context.surroundings.demoFolders
        guard let folder = DemoModels.folder(among: folders) else {
            throw ConsoleError(
                "the demo models aren't there: \(DemoModels.first).gguf is looked for in \(folders.joined(separator: " and ")); "
                    + "`enginehouse pull` lists models to download"
            )
        }
        let invocation = context.invocation
        let chat = CommandContext(
            invocation: Invocation(
                command: invocation.command,
                words: [DemoModels.first] + invocation.words,
                values: invocation.values
            ),
            surroundings: context.surroundings,
            output: context.output
        )
        try await context.surroundings.withRouter(folder) { address in
            if chat.output.isTerminal {
                chat.say("A router with the models of \(folder). Its page is \(address)/ until this chat ends.")
            }
            try await RouterClient.use(RouterAddress(address), key: nil, authorities: nil) { router in
                try await ChatCommandLine(context: chat, router: router).run()
            }
        }
    }
}
