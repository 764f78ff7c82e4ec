// SPDX-License-Identifier: MIT

import Wire

/// `enginehouse version`
struct VersionCommand {
    let context: CommandContext

    func run() {
        guard context.writesJSON else { return context.output.line("enginehouse \(Version.current)") }
        context.write(["version": .string(Version.current)])
    }
}
