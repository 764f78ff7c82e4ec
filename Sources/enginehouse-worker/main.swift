// SPDX-License-Identifier: MIT

import Essentials
import Logging
import Platform
import Wire
import Worker

// Standard error. The router reads it; for a worker alone there may be no reader.
let errorWriter = LineWriter(descriptor: STDERR_FILENO)
let arguments = Array(CommandLine.arguments.dropFirst())
let (environment, renamed) = FormerVariables.renamed(in: ProcessInfo.processInfo.environment)
do {
    let parsed = try OptionParser.parse(
        arguments,
        environment: environment,
        audience: .worker
    )
    let options = parsed.values
    if options.help {
        print("enginehouse-worker serves one GGUF file.\n\n" + OptionHelp.text(for: .worker))
        exit(0)
    }
    if options.version {
        print("enginehouse-worker \(Version.current)")
        exit(0)
    }
    if options.about {
        print(try WorkerAbout.json().text)
        exit(0)
    }
    if options.listDevices {
        print(try WorkerAbout.devices(options))
        exit(0)
    }
    LoggingSystem.bootstrap { TextLogHandler(label: $0, writer: errorWriter) }
    var logger = Logger(label: "worker")
    logger.logLevel = Logger.Level(verbosity: options.verbosity)
    let warn = { [logger] (parsed: ParsedOptions) in
        for warning in parsed.warnings {
            logger.warning("Options", metadata: ["place": "\(warning.place)", "reason": "\(warning.message)"])
        }
    }
    warn(parsed)
    for warning in renamed { logger.warning("Environment", metadata: ["reason": "\(warning)"]) }
    if options.measure {
        let event = try MemoryLook.event(options) { try String(contentsOfFile: $0, encoding: .utf8) }
        print(event.line)
        exit(0)
    }
    if let server = try DeviceServer(options) { try server.run(logger) }
    let host = WorkerHost(
        logger: logger,
        readFile: { try String(contentsOfFile: $0, encoding: .utf8) },
        now: { Int64(Date().timeIntervalSince1970) },
        mark: {
            errorWriter.append($0)
            errorWriter.flush()
        },
        // Without the engine's destructors: its thread still computes.
        exit: { status in
            errorWriter.flush()
            _exit(status)
        }
    )
    let status = try await host.run(options) { arguments in
        let parsed = try OptionParser.parse(arguments, environment: environment, audience: .worker)
        warn(parsed)
        return parsed.values
    }
    errorWriter.flush()
    _exit(status)
} catch {
    errorWriter.append("enginehouse-worker: \(error)")
    errorWriter.flush()
    exit(2)
}
