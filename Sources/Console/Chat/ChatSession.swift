// SPDX-License-Identifier: MIT

import Platform
import Synchronization
import Wire

/// A conversation on a terminal.
struct ChatSession {
    let context: CommandContext
    let router: RouterClient
    let mode: RawMode

    private static let prompt = ">>> "
    private static let continuation = "... "
    /// Pasted text is marked as such, so that its line ends submit nothing (xterm's bracketed paste).
    private static let enter = "\u{1B}[?2004h"
    private static let leave = "\u{1B}[?2004l"

    private var output: Output { context.output }
    private var style: Style { context.style }

    func run() async throws {
        let model = try await router.model(named: context.word) {}
        try await TerminalGuard.run(mode, output: output, enter: Self.enter, leave: Self.leave) { keyboard in
            var state = ChatState(
                model: model,
                conversation: Conversation(system: context.invocation.text(.system))
            )
            guard try await load(model, keyboard) else { return }
            introduce(model)
            try await talk(&state, keyboard)
        }
    }

    private func introduce(_ model: ModelFacts) {
        let facts = [
            model.parameters.map { Units.count($0) + " parameters" }, model.quantization,
            (model.contextSize ?? model.contextLength).map { "context of \($0) tokens" },
        ]
        let text = facts.compactMap(\.self).joined(separator: ", ")
        output.line(style(.bold, model.id) + (text.isEmpty ? "" : style(.dim, "  \(text)")))
        output.line(style(.dim, "/help lists what can be typed; /bye leaves"))
    }

    // MARK: The conversation

    private func talk(_ state: inout ChatState, _ keyboard: Keyboard) async throws {
        let file = context.invocation.flag(.noHistory) ? nil : ChatHistoryFile(environment: context.environment)
        var editor = LineEditor(history: file?.read() ?? InputHistory())
        var screen = EditorScreen()
        var reader = ChatReader()
        var hasHinted = false
        paint(&screen, editor, reader)
        for await key in keyboard.keys {
            let before = editor
            switch editor.press(key) {
            case .editing: break
            case .cleared:
                output.write("\u{1B}[H\u{1B}[2J")
                screen.reset()
            case .suspended:
                finish(&screen, editor, reader)
                output.write(Self.leave)
                mode.suspend()
                // It is painted again once the program goes on.
                continue
            case .completing: complete(&editor, &screen, reader, models: try await names(&state))
            case .ended:
                guard !reader.isInside else { break }
                finish(&screen, editor, reader)
                return
            case .interrupted:
                finish(&screen, before, reader)
                if before.text.isEmpty, !reader.isInside, !hasHinted {
                    output.line(style(.dim, "/bye or Ctrl-D leaves"))
                    hasHinted = true
                }
                reader.reset()
            case .submitted(let line):
                finish(&screen, before, reader)
                editor.history.add(line)
                file?.write(editor.history)
                switch reader.take(line) {
                case .nothing, .more: break
                case .problem(let sentence): output.line(style(.yellow, sentence))
                case .message(let text):
                    state.conversation.ask(text)
                    await answer(&state, keyboard)
                case .command(.bye): return
                case .command(let command): await carryOut(command, &state, keyboard)
                }
            }
            paint(&screen, editor, reader)
        }
    }

    private func answer(_ state: inout ChatState, _ keyboard: Keyboard) async {
        let request = ChatRequest(router: router, invocation: context.invocation, environment: context.environment)
        let (conversation, model, output) = (state.conversation, state.model.id, output)
        let text = Mutex(AnswerText(style: style, width: output.size?.columns ?? 0))
        let sofar = Mutex(Answer())
        // Unstructured, so that a key can cancel it alone.
        let task = Task {
            try await request.run(conversation, model: model) { event in
                sofar.withLock { $0.add(event) }
                output.write(text.withLock { $0.write(event) })
            }
        }
        let result = await keyboard.interrupting({ task.cancel() }) { await task.result }
        output.write(text.withLock { $0.end() })
        var answer = sofar.withLock { $0 }
        switch result {
        case .success(let whole): answer = whole
        case .failure(let error as ConsoleError): output.line(style(.red, error.description))
        case .failure(let error) where !(error is CancellationError) && !task.isCancelled:
            output.line(style(.red, "\(error)"))
        case .failure: answer.isInterrupted = true
        }
        if let failure = answer.failure { output.line(style(.red, "The answer broke off: \(failure)")) }
        if answer.content.isEmpty {
            // A question without an answer would confuse the model.
            _ = state.conversation.rewind(withQuestion: true)
        } else {
            state.conversation.answer(answer.content)
        }
        if !answer.figures.isEmpty { output.line(style(.dim, "[\(answer.figures)]")) }
    }

    // MARK: Commands

    private func carryOut(_ command: ChatCommand, _ state: inout ChatState, _ keyboard: Keyboard) async {
        switch command {
        case .bye: break
        case .help: output.lines(ChatCommand.list)
        case .clear:
            state.conversation.clear()
            output.line(style(.dim, "The conversation is forgotten."))
        case .system(nil):
            output.line(state.conversation.system.map(Printable.text) ?? style(.dim, "There is no system prompt."))
        case .system("-"):
            state.conversation.system = nil
            output.line(style(.dim, "There is no system prompt any more."))
        case .system(let text):
            state.conversation.system = text
            output.line(style(.dim, "The system prompt is set; it holds from the next question on."))
        case .retry:
            guard state.conversation.rewind() else { return output.line(style(.yellow, "Nothing was asked yet.")) }
            await answer(&state, keyboard)
        case .model(nil): output.line(state.model.id)
        case .model(let name?): await change(to: name, &state, keyboard)
        case .models:
            do {
                output.table(ModelsCommand.table(try await router.models().models, now: Clock.now))
            } catch {
                output.line(style(.red, "\(error)"))
            }
        }
    }

    private func change(to name: String, _ state: inout ChatState, _ keyboard: Keyboard) async {
        do {
            let model = try await router.models().model(named: name)
            guard try await load(model, keyboard) else {
                return output.line(style(.dim, "Still with \(state.model.id)."))
            }
            state.model = model
            introduce(model)
        } catch {
            output.line(style(.red, "\(error)"))
            output.line(style(.dim, "Still with \(state.model.id)."))
        }
    }

    /// Loads a model that isn't there yet.
    /// - Returns: false if Ctrl-C came first.
    private func load(_ model: ModelFacts, _ keyboard: Keyboard) async throws -> Bool {
        guard model.status != "loaded", model.status != "sleeping" else { return true }
        let (router, environment) = (router, context.environment)
        let isLoading = model.status == "loading" || model.status == "downloading"
        // Unstructured, so that a key can cancel it alone.
        let task = Task {
            if !isLoading { _ = try await router.json(.post, "/models/load", body: ["model": .string(model.id)]) }
            try await LoadWait(router: router, model: model.id, environment: environment).run()
        }
        do {
            try await keyboard.interrupting({ task.cancel() }) { try await task.value }
            return true
        } catch  where task.isCancelled {
            return false
        }
    }

    // MARK: The line

    private func paint(_ screen: inout EditorScreen, _ editor: LineEditor, _ reader: ChatReader) {
        output.write(
            screen.paint(
                prompt: reader.isInside ? Self.continuation : Self.prompt,
                continuation: Self.continuation,
                text: editor.characters,
                cursor: editor.cursor,
                width: output.size?.columns ?? 80
            )
        )
    }

    /// Shows the line once more without what comes behind it, and goes below it.
    private func finish(_ screen: inout EditorScreen, _ editor: LineEditor, _ reader: ChatReader) {
        let width = output.size?.columns ?? 80
        let prompt = reader.isInside ? Self.continuation : Self.prompt
        let rows = EditorScreen.layout(
            prompt: prompt,
            continuation: Self.continuation,
            text: editor.characters,
            cursor: editor.characters.count,
            width: width
        ).rows
        output.write(screen.leave(rowCount: rows.count))
    }

    private func complete(
        _ editor: inout LineEditor,
        _ screen: inout EditorScreen,
        _ reader: ChatReader,
        models: [String]
    ) {
        let (line, choices) = ChatCompletion.complete(editor.text, models: models)
        if line == editor.text, choices.count > 1 {
            finish(&screen, editor, reader)
            output.line(style(.dim, choices.joined(separator: "  ")))
        }
        editor.replace(with: line)
    }

    private func names(_ state: inout ChatState) async throws -> [String] {
        if state.names == nil { state.names = try await router.models().models.map(\.id) }
        return state.names ?? []
    }
}
