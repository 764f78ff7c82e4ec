// SPDX-License-Identifier: MIT

import Wire

/// `enginehouse rm`
struct RemoveCommand {
    let context: CommandContext
    let router: RouterClient

    func run() async throws {
        let list = try await router.models()
        let models = try context.invocation.words.map { try list.model(named: $0) }
        for model in models where !model.canRemove && model.status != "downloading" {
            throw ConsoleError(
                "\(model.id) was neither downloaded nor made by the router; delete its file yourself\(model.path.map { ": \($0)" } ?? "")"
            )
        }
        for model in models {
            // One that a client has made is a few lines: the files are mostly another model's.
            let bytes = model.source == "created" ? nil : model.bytes
            let size = bytes.map { " (\(Units.bytes($0))) from the disk" } ?? ""
            guard try context.confirms("Delete \(model.id)\(size)?", "rm", "to delete \(model.id)") else {
                context.say("\(model.id) stays.")
                continue
            }
            _ = try await router.json(.delete, "/models?model=\(RouterAddress.escaped(model.id))")
            if context.writesJSON {
                context.write(["model": .string(model.id), "status": "deleted"])
            } else {
                context.output.line(
                    "\(model.id) is deleted\(bytes.map { ", \(Units.bytes($0)) are free" } ?? "")"
                )
            }
        }
    }
}
