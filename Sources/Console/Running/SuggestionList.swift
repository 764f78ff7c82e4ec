// SPDX-License-Identifier: MIT

import API
import Catalogue
import Wire

/// `enginehouse pull` without a model: those to begin with, and whether there is room for them.
struct SuggestionList {
    let context: CommandContext
    let router: RouterClient

    func run() async throws {
        let room = try await room()
        if context.writesJSON { return context.write(["data": .array(Self.json(room))]) }
        context.output.table(Self.table(room))
        context.say("\n`enginehouse pull NAME` downloads one of them; so does USER/REPO:TAG for any other on the hub.")
    }

    /// What the router says of its machine; without a router that of this machine, where one would run.
    private func room() async throws -> ModelRoom? {
        do {
            let answer = try await router.json(.get, "/activity", within: .seconds(10))
            let devices = ActivityResource(reading: answer)?.devices ?? []
            if let room = ModelRoom(budgets: devices.map { ($0.id, Int64($0.budget)) }) { return room }
        } catch let error as ConsoleError where error.status == nil || error.status == 404 {
            // None runs, or one that doesn't tell.
        }
        return await LocalRoom(surroundings: context.surroundings).room
    }

    /// - Parameter room: nil where nothing is known of the memory.
    static func table(_ room: ModelRoom?) -> TextTable {
        var table = TextTable([
            .init("NAME"), .init("SIZE", numeric: true), .init("PARAMETERS", numeric: true, importance: 1),
            .init("MEMORY", numeric: true, importance: 2), .init("FITS", importance: 3),
            .init("GOOD FOR", importance: 0, minimum: 16),
        ])
        table.rows = SuggestedModels.all.map { model in
            [
                .init(model.name), .init(Units.bytes(Double(model.bytes))),
                .init(Units.count(Double(model.parameters))), .init(Units.bytes(Double(model.memory))),
                fit(model, room), .init(model.purpose),
            ]
        }
        return table
    }

    private static func fit(_ model: SuggestedModel, _ room: ModelRoom?) -> TextTable.Cell {
        switch room.map(model.fit) {
        case .gpu?: .init("on the GPU", .green)
        case .memory?: .init("yes", .green)
        case SuggestedModel.Fit.none?: .init("no", .yellow)
        case nil: ""
        }
    }

    private static func json(_ room: ModelRoom?) -> [JSONValue] {
        SuggestedModels.all.map { model in
            [
                "name": .string(model.name), "model": .string(model.reference), "bytes": .integer(model.bytes),
                "parameters": .integer(model.parameters), "memory_bytes": .integer(model.memory),
                "task": .string(model.task.rawValue), "purpose": .string(model.purpose),
                "fit": room.map { .string(model.fit(in: $0).rawValue) } ?? .null,
            ]
        }
    }
}
