// SPDX-License-Identifier: MIT

import Platform
import Synchronization
import Wire

/// `enginehouse chat`: one answer for scripts, or a conversation.
struct ChatCommandLine {
    let context: CommandContext
    let router: RouterClient

    /// The longest text that is taken from standard input, in bytes.
    private static let longestInput = 64 << 20

    func run() async throws {
        let isTalk = isatty(STDIN_FILENO) == 1 && context.invocation.words.count == 1
        if isTalk {
            guard context.output.isTerminal, !context.writesJSON, let mode = RawMode() else {
                throw UsageError("a conversation needs a terminal; give a PROMPT for one answer")
            }
            return try await ChatSession(context: context, router: router, mode: mode).run()
        }
        var parts = [context.invocation.words.dropFirst().joined(separator: " ")]
        if isatty(STDIN_FILENO) != 1 { parts.append(try Self.standardInput()) }
        let prompt = parts.filter { !$0.isEmpty }.joined(separator: "\n\n")
        guard !prompt.isEmpty else { throw UsageError("the PROMPT is empty: give one, or text on standard input") }
        try await answer(prompt)
    }

    private func answer(_ prompt: String) async throws {
        let model = try await router.model(named: context.word)
        var conversation = Conversation(system: context.invocation.text(.system))
        conversation.ask(prompt)
        let output = context.output
        let text = Mutex(AnswerText(style: output.style, width: output.size?.columns ?? 0))
        let isSilent = context.writesJSON
        let request = ChatRequest(router: router, invocation: context.invocation, environment: context.environment)
        let question = conversation
        let result = try await Interrupt.race {
            try await request.run(question, model: model.id) { event in
                guard !isSilent else { return }
                if output.isTerminal {
                    output.write(text.withLock { $0.write(event) })
                } else if case .content(let text) = event {
                    output.write(text)
                }
            }
        }
        guard let answer = result else {
            if output.isTerminal { output.write(text.withLock { $0.end() }) }
            throw ConsoleError("stopped before the answer's end")
        }
        if isSilent {
            context.write(answer.json(model: model.id))
        } else if output.isTerminal {
            output.write(text.withLock { $0.end() })
        } else if !answer.content.hasSuffix("\n") {
            output.write("\n")
        }
        if let failure = answer.failure { throw ConsoleError("the answer broke off: \(failure)") }
    }

    private static func standardInput() throws -> String {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = buffer.withUnsafeMutableBytes { systemRead(STDIN_FILENO, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            bytes += buffer.prefix(count)
            guard bytes.count <= longestInput else {
                throw ConsoleError("standard input is longer than \(Units.bytes(Double(longestInput)))")
            }
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw ConsoleError("standard input is no UTF-8 text")
        }
        var end = text[...]
        while let last = end.last, last.isWhitespace { end.removeLast() }
        return String(end)
    }
}
