// SPDX-License-Identifier: MIT

import Wire

/// `enginehouse models`
package struct ModelsCommand {
    let context: CommandContext
    let router: RouterClient

    func run() async throws {
        let list = try await router.models()
        let wanted = context.word.lowercased()
        func isWanted(_ name: String) -> Bool { wanted.isEmpty || name.lowercased().contains(wanted) }
        let models = list.models.filter { isWanted($0.id) || $0.aliases.contains(where: isWanted) }
        if context.invocation.flag(.quiet) { return context.output.lines(models.map(\.id)) }
        if context.writesJSON {
            let ids = Set(models.map(\.id))
            return context.write(list.json.keeping { entry in entry["id"]?.string.map(ids.contains) ?? false })
        }
        guard !models.isEmpty else {
            return context.say(
                wanted.isEmpty
                    ? "The router knows no model: `enginehouse pull` lists some to download, or start it with --models-dir DIR."
                    : "No model's name holds '\(context.word)'; `enginehouse models` lists all."
            )
        }
        context.output.table(Self.table(models, now: Clock.now))
        if let problem = list.problem { context.say("Models may be missing: \(problem)") }
    }

    /// - Parameter now: seconds since 1970.
    package static func table(_ models: [ModelFacts], now: Double) -> TextTable {
        var table = TextTable([
            // Whole, since it is what one has to type; all else makes room for it.
            .init("NAME"),
            .init("STATUS", importance: 9),
            .init("SIZE", numeric: true, importance: 8),
            .init("QUANT", importance: 7),
            .init("PARAMS", numeric: true, importance: 5),
            .init("CONTEXT", numeric: true, importance: 6),
            .init("INPUT", importance: 4),
            .init("MEMORY", numeric: true, importance: 3),
            .init("USED", importance: 2),
            .init("SOURCE", importance: 1),
        ])
        table.rows = models.map { model in
            [
                .init(model.id + (model.isPinned ? " (pinned)" : "")),
                status(model),
                .init(model.bytes.map(Units.bytes) ?? ""),
                .init(model.quantization ?? ""),
                .init(model.parameters.map(Units.count) ?? ""),
                .init(model.contextLength.map(String.init) ?? ""),
                .init(model.inputs.joined(separator: "+")),
                .init(model.memory.map { $0 > 0 ? Units.bytes($0) : "" } ?? ""),
                .init(model.lastUsed.map { Units.ago(now - $0) } ?? ""),
                .init(model.source ?? ""),
            ]
        }
        return table
    }

    static func status(_ model: ModelFacts) -> TextTable.Cell {
        var text = model.status
        if let progress = model.progress, ["loading", "downloading"].contains(model.status) {
            text += " " + Units.fixed(progress * 100, 0) + " %"
        }
        let tone: Style.Tone? =
            switch model.status {
            case "loaded": .green
            case "failed": .red
            case "loading", "downloading": .yellow
            case "sleeping": .cyan
            default: .dim
            }
        return .init(text, tone)
    }
}
