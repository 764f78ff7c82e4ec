// SPDX-License-Identifier: MIT

import Logging
import Platform
import Wire

/// A router in the process of a command, for as long as the command lasts.
enum DemoRouter {
    /// Runs one over a folder of models, on a free port of loopback. Neither the user's options nor downloads have a part in it.
    /// - Parameter body: what it is for; gets its address.
    /// - Throws: what keeps it from starting, or what `body` throws.
    static func run(
        _ folder: String,
        _ body: @escaping @Sendable (_ address: String) async throws -> Void
    ) async throws {
        let arguments = ["--models-dir", folder, "--host", "127.0.0.1", "--port", "0", "--shutdown-timeout", "0"]
        let options = try OptionParser.parse(arguments, environment: [:], audience: .both).values
        let settings = try RouterSettings(options, environment: [:])
        let errors = LineWriter(descriptor: STDERR_FILENO, notice: LineWriter.sentence)
        var logger = Logger(label: "router") { TextLogHandler(label: $0, writer: errors) }
        logger.logLevel = .error
        let (listening, heard) = AsyncStream<String>.makeStream()
        let (end, ask) = AsyncStream<Void>.makeStream()
        let seat = RouterSeat(listens: { if let first = $0.first { heard.yield(first) } }, end: end)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { [logger] in
                // Without an address nothing more is to be waited for.
                defer { heard.finish() }
                try await Router.run(settings, logger: logger, errors: errors, seat: seat)
            }
            var failure: (any Error)?
            for await address in listening {
                do { try await body(address) } catch { failure = error }
                break
            }
            ask.yield()
            do { try await group.waitForAll() } catch { failure = failure ?? error }
            if let failure { throw failure }
        }
        errors.flush()
    }
}
