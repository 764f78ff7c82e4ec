// SPDX-License-Identifier: MIT

import Wire

/// Waits for a model that is being loaded, and shows how far it is.
struct LoadWait: Sendable {
    let router: RouterClient
    let model: String
    let environment: [String: String]

    /// - Throws: `ConsoleError` with the reason if it can't be loaded. The router bounds the time.
    func run() async throws {
        var status = StatusLine(environment: environment)
        defer { status.clear() }
        while true {
            guard let state = try await router.state(of: model) else {
                throw ConsoleError("\(model) is no longer there")
            }
            switch state.status {
            case "loaded", "sleeping": return
            case "failed":
                let reason = state.reason ?? "the log says why"
                throw ConsoleError("\(model) cannot be loaded: \(reason) (`enginehouse logs \(model)` has more)")
            case "unloaded": throw ConsoleError("\(model) was unloaded before it was ready")
            default: status.show(Self.text(state, width: status.width))
            }
            try await Task.sleep(for: .milliseconds(150))
        }
    }

    /// `loading coder ▕████    ▏ 45 %`
    static func text(_ state: ModelFacts, width: Int) -> String {
        guard let progress = state.progress else { return "\(state.status) \(state.id)" }
        let name = DisplayWidth.cut("\(state.status) \(state.id)", to: max(10, width - 30))
        return "\(name) ▕\(ProgressBar.bar(progress, width: 20))▏ \(Units.fixed(progress * 100, 0)) %"
    }
}
