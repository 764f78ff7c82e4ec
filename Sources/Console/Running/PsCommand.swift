// SPDX-License-Identifier: MIT

import Wire

/// `enginehouse ps`
package struct PsCommand {
    let context: CommandContext
    let router: RouterClient

    func run() async throws {
        let list = try await router.models()
        let models = list.models.filter(\.isAlive)
        if context.invocation.flag(.quiet) { return context.output.lines(models.map(\.id)) }
        let slots = await LoadedModels.slots(of: models, router: router)
        if context.writesJSON {
            let ids = Set(models.map(\.id))
            let alive = list.json.keeping { entry in entry["id"]?.string.map(ids.contains) ?? false }
            return context.write(
                .object(
                    (alive.members ?? []).map { member in
                        guard member.name == "data", let entries = member.value.array else { return member }
                        return .init("data", .array(entries.map { Self.entry($0, slots) }))
                    }
                )
            )
        }
        guard !models.isEmpty else {
            return context.say("No model is loaded; a request or `enginehouse load MODEL` loads one.")
        }
        context.output.table(Self.table(models, slots: slots, now: Clock.now))
        // A router of another kind doesn't tell.
        let devices = DeviceLine.list(try? await router.json(.get, "/activity"))
        if !devices.isEmpty { context.output.lines([""] + devices.map(\.text)) }
    }

    private static func entry(_ entry: JSONValue, _ slots: [String: SlotCount]) -> JSONValue {
        guard let members = entry.members, let count = entry["id"]?.string.flatMap({ slots[$0] }) else { return entry }
        let value: JSONValue = ["busy": .integer(Int64(count.busy)), "total": .integer(Int64(count.total))]
        return .object(members + [.init("slots", value)])
    }

    /// - Parameter now: seconds since 1970.
    package static func table(_ models: [ModelFacts], slots: [String: SlotCount], now: Double) -> TextTable {
        var table = TextTable([
            // Whole, since it is what one has to type; all else makes room for it.
            .init("NAME"),
            .init("STATUS", importance: 9),
            .init("MEMORY", numeric: true, importance: 5),
            .init("SLOTS", importance: 4),
            .init("IDLE", importance: 3),
            .init("EXPIRES", importance: 2),
            .init("CONTEXT", numeric: true, importance: 1),
        ])
        table.rows = models.map { model in
            let count = slots[model.id]
            let isBusy = (count?.busy ?? model.requests ?? 0) > 0
            let idle =
                model.status == "loading" ? "" : isBusy ? "busy" : model.idle.map { Units.span($0.rounded()) } ?? ""
            return [
                .init(model.id),
                ModelsCommand.status(model),
                .init(model.memory.map { $0 > 0 ? Units.bytes($0) : "" } ?? ""),
                .init(count.map { "\($0.busy) of \($0.total)" } ?? ""),
                .init(idle),
                .init(
                    model.isPinned
                        ? "never" : model.expires.map { "in " + Units.span(max(0, $0 - now).rounded()) } ?? ""
                ),
                .init((model.contextSize ?? model.contextLength).map(String.init) ?? ""),
            ]
        }
        return table
    }
}
