// SPDX-License-Identifier: MIT

import Platform
import Wire

/// The commands beside serving.
package enum ConsoleProgram {
    /// Whether arguments are a command's line; else they are the server's.
    package static func takes(_ arguments: [String]) -> Bool { CommandLineOrder.read(arguments) != .server }

    /// Runs one command.
    /// - Parameter arguments: the command and its words, without the program's name; options may stand before it, too.
    /// - Returns: the exit status: 0, 1 if it failed, 2 for a line that makes no sense.
    package static func run(_ arguments: [String], _ surroundings: Surroundings) async -> Int32 {
        do {
            var line = arguments
            switch CommandLineOrder.read(arguments) {
            case .command(let ordered): line = ordered
            case .misplaced(let advice): throw UsageError(advice)
            case .server: break
            }
            let invocation = try CommandParser.parse(line, environment: surroundings.environment)
            let context = CommandContext(
                invocation: invocation,
                surroundings: surroundings,
                output: Output(environment: surroundings.environment)
            )
            if invocation.flag(.help) {
                context.output.write(CommandHelp.text(for: invocation.command))
                return 0
            }
            return try await run(context)
        } catch let error as UsageError {
            say(error.description)
            return 2
        } catch is CancellationError {
            return 1
        } catch {
            say("\(error)")
            return 1
        }
    }

    private static func run(_ context: CommandContext) async throws -> Int32 {
        switch context.invocation.command.name {
        case .models: try await withRouter(context) { try await ModelsCommand(context: context, router: $0).run() }
        case .ps: try await withRouter(context) { try await PsCommand(context: context, router: $0).run() }
        case .show: try await withRouter(context) { try await ShowCommand(context: context, router: $0).run() }
        case .load: try await withRouter(context) { try await LoadCommand(context: context, router: $0).run() }
        case .unload: try await withRouter(context) { try await UnloadCommand(context: context, router: $0).run() }
        case .pull: try await withRouter(context) { try await PullCommand(context: context, router: $0).run() }
        case .rm: try await withRouter(context) { try await RemoveCommand(context: context, router: $0).run() }
        case .demo: try await DemoCommand(context: context).run()
        case .chat: try await withRouter(context) { try await ChatCommandLine(context: context, router: $0).run() }
        case .launch: try await launch(context)
        case .bench: try await withRouter(context) { try await BenchCommand(context: context, router: $0).run() }
        case .top: try await withRouter(context) { try await TopCommand(context: context, router: $0).run() }
        case .cache: return try CacheCommand(context: context).run() ? 0 : 1
        case .doctor: return try await DoctorCommand(context: context).run() ? 0 : 1
        case .logs: try await withRouter(context) { try await LogsCommand(context: context, router: $0).run() }
        case .completions: CompletionsCommand(context: context).run()
        case .man: context.output.write(ManualPage.roff())
        case .version: VersionCommand(context: context).run()
        case .help: HelpCommand(context: context).run()
        }
        return 0
    }

    private static func launch(_ context: CommandContext) async throws {
        let address = try RouterAddress(context.invocation.text(.host) ?? RouterAddress.standard)
        var found: (path: String, start: CodingAgent.Start)?
        try await withRouter(context) { router in
            found = try await LaunchCommand(context: context, address: address, router: router).run()
        }
        guard let found else { return }
        try LaunchCommand.become(found.path, found.start, environment: context.environment)
    }

    private static func withRouter(
        _ context: CommandContext,
        _ body: (RouterClient) async throws -> Void
    ) async throws {
        let address = try RouterAddress(context.invocation.text(.host) ?? RouterAddress.standard)
        // The server takes several keys in its variable; any of them will do.
        let key = context.invocation.text(.apiKey)?.split(separator: ",").first.map(String.init)
        try await RouterClient.use(address, key: key, authorities: context.authorities, body)
    }

    private static func say(_ sentence: String) {
        var errors = StandardError()
        errors.write("enginehouse: \(Printable.line(sentence))\n")
    }
}
