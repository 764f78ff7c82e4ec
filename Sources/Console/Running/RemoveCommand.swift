// SPDX-License-Identifier: MIT

import Wire

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// `enginehouse rm`
struct RemoveCommand {
    let context: CommandContext
    let router: RouterClient

    func run() async throws {
        let list = try await router.models()
        let models = try context.invocation.words.map { try list.model(named: $0) }
        for model in models where !model.canRemove && model.status != "downloading" {
            throw ConsoleError(
                "\(model.id) was not downloaded by the router; delete its file yourself\(model.path.map { ": \($0)" } ?? "")"
            )
        }
        for model in models {
            guard try isMeant(model) else {
                context.say("\(model.id) stays.")
                continue
            }
            _ = try await router.json(.delete, "/models?model=\(RouterAddress.escaped(model.id))")
            if context.writesJSON {
                context.write(["model": .string(model.id), "status": "deleted"])
            } else {
                context.output.line(
                    "\(model.id) is deleted\(model.bytes.map { ", \(Units.bytes($0)) are free" } ?? "")"
                )
            }
        }
    }

    private func isMeant(_ model: ModelFacts) throws -> Bool {
        if context.invocation.flag(.yes) { return true }
        guard isatty(STDIN_FILENO) == 1, isatty(STDERR_FILENO) == 1 else {
            throw UsageError("rm asks on a terminal only; give -y to delete \(model.id) without a question")
        }
        var errors = StandardError()
        errors.write("Delete \(model.id)\(model.bytes.map { " (\(Units.bytes($0)))" } ?? "") from the disk? [y/N] ")
        let answer = readLine()?.lowercased() ?? ""
        return answer == "y" || answer == "yes"
    }
}
