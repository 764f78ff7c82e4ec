// SPDX-License-Identifier: MIT

import Wire

/// `enginehouse load`
struct LoadCommand {
    let context: CommandContext
    let router: RouterClient

    func run() async throws {
        let model = try await router.models().model(named: context.word)
        if model.status == "loaded" || model.status == "sleeping" { return done(model.id, model.status, nil) }
        if model.status != "loading" {
            _ = try await router.json(.post, "/models/load", body: ["model": .string(model.id)])
        }
        guard !context.invocation.flag(.noWait) else { return done(model.id, "loading", nil) }
        let begin = ContinuousClock.now
        let wait = LoadWait(router: router, model: model.id, environment: context.environment)
        guard try await Interrupt.race({ try await wait.run() }) != nil else {
            throw ConsoleError("\(model.id) goes on loading; `enginehouse unload \(model.id)` stops it")
        }
        done(model.id, "loaded", ContinuousClock.now - begin)
    }

    private func done(_ id: String, _ status: String, _ time: Duration?) {
        guard !context.writesJSON else { return context.write(["model": .string(id), "status": .string(status)]) }
        let seconds = time.map { " after \(Units.span($0 / .seconds(1)))" }
        switch status {
        case "loading": context.output.line("\(id) is being loaded")
        case "sleeping": context.output.line("\(id) sleeps; the next request wakes it")
        default: context.output.line("\(id) is loaded\(seconds ?? "")")
        }
    }
}
