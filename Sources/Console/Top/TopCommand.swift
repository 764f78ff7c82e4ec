// SPDX-License-Identifier: MIT

import UnixSignals
import Wire

/// `enginehouse top`
struct TopCommand {
    let context: CommandContext
    let router: RouterClient

    private enum Event: Sendable {
        case key(Key)
        case snapshot(TopSnapshot)
        case failed(String)
        case resized
        case cancelled(String)
    }

    private static let interval: Duration = .milliseconds(500)
    /// The alternate screen, without a cursor.
    private static let enter = "\u{1B}[?1049h\u{1B}[?25l"
    private static let leave = "\u{1B}[?25h\u{1B}[?1049l"
    private static let keys = "arrows choose a request   x cancels it   q leaves"

    func run() async throws {
        if context.writesJSON {
            let models = try await router.json(.get, "/models")
            return context.write(["models": models["data"] ?? [], "activity": try await activity() ?? .null])
        }
        let first = try await snapshot()
        let screen = TopScreen(address: router.address.description, style: context.style)
        guard !context.invocation.flag(.once), let mode = RawMode(), context.output.isTerminal else {
            return context.output.lines(screen.lines(first, width: context.output.size?.columns, height: nil))
        }
        try await TerminalGuard.run(mode, output: context.output, enter: Self.enter, leave: Self.leave) { keyboard in
            try await watch(first, screen, keyboard, mode)
        }
    }

    private func watch(_ first: TopSnapshot, _ screen: TopScreen, _ keyboard: Keyboard, _ mode: RawMode) async throws {
        let (events, send) = AsyncStream<Event>.makeStream(bufferingPolicy: .bufferingNewest(256))
        let resizes = await UnixSignalsSequence(trapping: .sigwinch)
        let keys = keyboard.keys
        await withTaskGroup(of: Void.self) { group in
            defer { group.cancelAll() }
            group.addTask {
                for await key in keys { send.yield(.key(key)) }
                send.finish()
            }
            group.addTask { for await _ in resizes { send.yield(.resized) } }
            group.addTask {
                while !Task.isCancelled {
                    do {
                        try await Task.sleep(for: Self.interval)
                        send.yield(.snapshot(try await snapshot()))
                    } catch {
                        send.yield(.failed("\(error)"))
                    }
                }
            }
            var (screen, last, note) = (screen, first, String?.none)
            // Between Ctrl-Z and the shell's wish to go on.
            var isStopped = false
            draw(screen, last, note)
            for await event in events {
                // What was said about the last key is read by now.
                if case .key = event { note = nil }
                switch event {
                case .snapshot(let snapshot): last = snapshot
                case .failed(let reason): last.problem = reason
                case .resized: break
                case .cancelled(let sentence): note = sentence
                case .key(.up): screen.move(by: -1, in: last)
                case .key(.down): screen.move(by: 1, in: last)
                case .key(.character("q")), .key(.control("c")), .key(.control("d")), .key(.escape): return
                case .key(.control("z")):
                    context.output.write(Self.leave)
                    mode.suspend()
                    isStopped = true
                case .key(.resumed): isStopped = false
                case .key(.character("x")):
                    guard let id = screen.selected else {
                        note = "choose a request with the arrows first"
                        break
                    }
                    let router = router
                    group.addTask {
                        do {
                            _ = try await router.json(.delete, "/activity/\(RouterAddress.escaped(id))")
                            send.yield(.cancelled("the request was cancelled"))
                        } catch {
                            send.yield(.cancelled("\(error)"))
                        }
                    }
                case .key: break
                }
                if !isStopped { draw(screen, last, note) }
            }
        }
    }

    private func draw(_ screen: TopScreen, _ snapshot: TopSnapshot, _ note: String?) {
        let size = context.output.size ?? (80, 24)
        let hint = Self.keys + (note.map { "   (\($0))" } ?? "")
        let lines = screen.lines(snapshot, width: size.columns, height: size.rows, hint: hint).prefix(size.rows)
        context.output.write("\u{1B}[H" + lines.map { $0 + "\u{1B}[K" }.joined(separator: "\r\n") + "\u{1B}[J")
    }

    private func snapshot() async throws -> TopSnapshot {
        let list = try await router.models()
        let slots = await LoadedModels.slots(of: list.models, router: router)
        return TopSnapshot(models: list.models, slots: slots, activity: try await activity(), now: Clock.now)
    }

    /// nil where the router doesn't tell.
    private func activity() async throws -> JSONValue? {
        do {
            return try await router.json(.get, "/activity")
        } catch let error as ConsoleError where error.status == 404 {
            return nil
        }
    }
}
