// SPDX-License-Identifier: MIT

import Wire

/// `enginehouse unload`
struct UnloadCommand {
    let context: CommandContext
    let router: RouterClient

    /// A little more than the time that a model has to end its requests.
    private static let patience: Duration = .seconds(30)

    func run() async throws {
        let list = try await router.models()
        let models = try context.invocation.words.map { try list.model(named: $0) }
        for model in models {
            let isThere = model.isAlive || model.status == "downloading"
            if isThere { _ = try await router.json(.post, "/models/unload", body: ["model": .string(model.id)]) }
            if isThere, !context.invocation.flag(.noWait) { try await wait(for: model) }
            let status = isThere && context.invocation.flag(.noWait) ? "unloading" : "unloaded"
            if context.writesJSON {
                context.write(["model": .string(model.id), "status": .string(status)])
            } else if model.status == "downloading" {
                context.output.line("The download of \(model.id) has been given up")
            } else {
                context.output.line(
                    !isThere
                        ? "\(model.id) isn't loaded"
                        : status == "unloaded" ? "\(model.id) is unloaded" : "\(model.id) is leaving"
                )
            }
        }
    }

    private func wait(for model: ModelFacts) async throws {
        var line = StatusLine(environment: context.environment)
        defer { line.clear() }
        let end = ContinuousClock.now + Self.patience
        while ContinuousClock.now < end {
            guard let state = try await router.state(of: model.id), state.isAlive else { return }
            line.show(
                "unloading \(model.id)" + (state.requests.map { $0 > 0 ? ", \($0) requests finish first" : "" } ?? "")
            )
            try await Task.sleep(for: .milliseconds(100))
        }
        throw ConsoleError("\(model.id) hasn't left yet; `enginehouse ps` shows when it has")
    }
}
