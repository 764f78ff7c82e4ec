// SPDX-License-Identifier: MIT

import Wire

/// `switchyard version`
struct VersionCommand {
    let context: CommandContext

    func run() {
        guard context.writesJSON else { return context.output.line("switchyard \(Version.current)") }
        context.write(["version": .string(Version.current)])
    }
}
