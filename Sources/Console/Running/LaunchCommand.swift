// SPDX-License-Identifier: MIT

import Platform
import Wire

/// `enginehouse launch`
struct LaunchCommand {
    let context: CommandContext
    let address: RouterAddress
    let router: RouterClient

    /// Fewer tokens than an agent's instructions and tools take.
    private static let smallContext = 16_384

    /// Says what to start, or prints it.
    /// - Returns: nil where it was printed only.
    func run() async throws -> (path: String, start: CodingAgent.Start)? {
        guard let agent = CodingAgent(rawValue: context.word) else {
            let names = CodingAgent.allCases.map(\.rawValue).joined(separator: ", ")
            throw UsageError("'\(Printable.line(context.word))' is no agent that launch knows: \(names)")
        }
        guard !address.base.hasPrefix("http+unix:") else {
            throw ConsoleError("agents can't reach a Unix socket: let the router listen on an address too (--host)")
        }
        let model = try await model()
        let key = context.invocation.text(.apiKey)?.split(separator: ",").first.map(String.init)
        let start = agent.start(
            model: model.id,
            base: address.base,
            key: key,
            arguments: Array(context.invocation.words.dropFirst())
        )
        if let size = model.contextSize ?? model.contextLength, size < Self.smallContext {
            context.say("\(model.id) has a context of \(size) tokens, which is little for an agent")
        }
        guard !context.invocation.flag(.print) else {
            if context.writesJSON {
                context.write([
                    "program": .string(start.program), "arguments": .array(start.arguments.map(JSONValue.string)),
                    "environment": .object(start.variables.map { .init($0.name, .string($0.value)) }),
                ])
            } else {
                context.output.line(start.line)
            }
            return nil
        }
        guard let path = Self.path(of: start.program, in: context.environment) else {
            throw ConsoleError("\(start.program) isn't installed, or not in PATH: \(agent.home) says how")
        }
        return (path, start)
    }

    /// The model that was named, else the only one there is, else the only one that is loaded.
    private func model() async throws -> ModelFacts {
        let list = try await router.models()
        if let name = context.invocation.text(.model) { return try list.model(named: name) }
        let loaded = list.models.filter(\.isAlive)
        for candidates in [list.models, loaded] where candidates.count == 1 { return candidates[0] }
        throw UsageError(
            list.models.isEmpty
                ? "the router has no models: `enginehouse pull USER/REPO` gets one"
                : "there are several models: name one with --model; `enginehouse models` lists them"
        )
    }

    private static func path(of program: String, in environment: [String: String]) -> String? {
        (environment["PATH"] ?? "").split(separator: ":").map { "\($0)/\(program)" }.first { access($0, X_OK) == 0 }
    }

    /// Becomes the agent: it has the terminal to itself, and its exit status is this program's.
    /// - Throws: where that can't be.
    static func become(_ path: String, _ start: CodingAgent.Start, environment: [String: String]) throws {
        var variables = environment
        for (name, value) in start.variables { variables[name] = value }
        var arguments = ([path] + start.arguments).map { strdup($0) } + [nil]
        var settings = variables.map { strdup("\($0.key)=\($0.value)") } + [nil]
        execve(path, &arguments, &settings)
        let reason = String(cString: strerror(errno))
        for pointer in arguments + settings { free(pointer) }
        throw ConsoleError("\(path) can't be started: \(reason)")
    }
}
