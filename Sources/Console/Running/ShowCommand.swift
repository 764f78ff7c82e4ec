// SPDX-License-Identifier: MIT

import Wire

/// `enginehouse show`
struct ShowCommand {
    let context: CommandContext
    let router: RouterClient

    func run() async throws {
        let model = try await router.model(named: context.word)
        let entry = try await entry(model.id)
        if context.invocation.flag(.template) {
            guard let template = entry["chat_template"]?.string else {
                throw ConsoleError("\(model.id) has no chat template")
            }
            return context.output.write(template.hasSuffix("\n") ? template : template + "\n")
        }
        let preset = entry["preset"]?.string ?? entry["status"]?["preset"]?.string
        if context.invocation.flag(.preset) {
            guard let preset else { throw ConsoleError("the router doesn't tell the preset of \(model.id)") }
            return context.output.write(preset)
        }
        if context.writesJSON { return context.write(entry) }
        let page = ModelPage(
            model: ModelFacts(entry) ?? model,
            entry: entry,
            preset: preset,
            width: context.output.size?.columns,
            style: context.style,
            now: Clock.now
        )
        context.output.lines(page.lines)
    }

    /// All that the router says of a model, and what it says in its list where it doesn't say more.
    private func entry(_ id: String) async throws -> JSONValue {
        let name = RouterAddress.escaped(id)
        do {
            return try await router.json(.get, "/models/\(name)")
        } catch let error as ConsoleError where error.status == 404 {
            return try await router.json(.get, "/v1/models/\(name)")
        }
    }
}
