// SPDX-License-Identifier: MIT

import Catalogue
import Wire

/// `enginehouse pull`
struct PullCommand {
    let context: CommandContext
    let router: RouterClient

    func run() async throws {
        guard let word = context.invocation.words.first else {
            return try await SuggestionList(context: context, router: router).run()
        }
        let suggested = SuggestedModels.named(word)
        if suggested == nil, !word.contains("/"),
            let near = EditDistance.nearest(to: word.lowercased(), among: SuggestedModels.all.map(\.name))
        {
            throw UsageError("'\(Printable.line(word))' is no USER/REPO; did you mean '\(near)'?")
        }
        let name = suggested?.reference ?? word
        if context.invocation.flag(.noWait) {
            _ = try await router.json(.post, "/models", body: ["model": .string(name)])
            return done(name, "downloading", "\(name) is being downloaded; `enginehouse models` shows how far it is")
        }
        let watch = PullWatch(router: router, name: name, environment: context.environment)
        switch try await Interrupt.race({ try await watch.run() }) {
        case .downloaded(let id): done(id, "downloaded", "\(id) is downloaded" + Self.next(suggested, id))
        case .present(let id): done(id, "present", "\(id) is there already")
        case nil:
            try await stop(name)
            throw ConsoleError("stopped; what has arrived is kept, and `enginehouse pull \(word)` goes on from there")
        }
    }

    /// What to do with a model that is there now.
    private static func next(_ model: SuggestedModel?, _ id: String) -> String {
        if let model, model.task != .chat { return "" }
        return "; `enginehouse chat \(model?.name ?? id)` talks to it"
    }

    /// Gives the download up, also where the router has only just begun to ask the hub.
    private func stop(_ name: String) async throws {
        for _ in 0..<4 {
            do {
                let body: JSONValue = ["model": .string(name), "keep_partial": true]
                _ = try await router.json(.post, "/models/unload", body: body, within: .seconds(10))
                return
            } catch let error as ConsoleError where error.status == 400 || error.status == 404 {
                try await Task.sleep(for: .milliseconds(250))
            }
        }
    }

    private func done(_ id: String, _ status: String, _ sentence: String) {
        guard context.writesJSON else { return context.output.line(sentence) }
        context.write(["model": .string(id), "status": .string(status)])
    }
}
