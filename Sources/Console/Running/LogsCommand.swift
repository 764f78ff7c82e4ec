// SPDX-License-Identifier: MIT

import Wire

/// `enginehouse logs`
struct LogsCommand {
    let context: CommandContext
    let router: RouterClient

    func run() async throws {
        let model = try await router.model(named: context.word)
        let path = "/models/\(RouterAddress.escaped(model.id))/logs"
        var skip = 0
        if let count = context.invocation.integer(.lines) {
            var lines = 0
            try await router.lines(.get, path, accept: "text/plain") { _ in
                lines += 1
                return true
            }
            skip = max(0, lines - count)
        }
        let isFollowing = context.invocation.flag(.follow)
        try await router.lines(.get, path + (isFollowing ? "?follow=1" : ""), accept: "text/plain") { line in
            if skip > 0 {
                skip -= 1
            } else if context.writesJSON {
                context.write(.string(line))
            } else {
                context.output.line(context.output.isTerminal ? Printable.text(line) : line)
            }
            return true
        }
    }
}
