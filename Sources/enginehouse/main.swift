// SPDX-License-Identifier: MIT

import Catalogue
import Console
import Essentials
import Fleet
import Gateway
import Library
import Logging
import Platform
import Wire

func say(_ text: String) {
    var errors = StandardError()
    print("enginehouse: \(text)", to: &errors)
}

var arguments = Array(CommandLine.arguments.dropFirst())
let (environment, renamed) = FormerVariables.renamed(in: ProcessInfo.processInfo.environment)
for warning in renamed { say("warning: \(warning)") }
if ConsoleProgram.takes(arguments) {
    let surroundings = Surroundings(
        environment: environment,
        workerPath: OwnProgram.sibling("enginehouse-worker"),
        demoFolders: DemoModels.folders(program: OwnProgram.directory),
        withRouter: DemoRouter.run,
        hostMemory: { SystemMemory.device()?.total },
        serverOptions: { () throws(OptionError) in try OptionSources.read([], environment: environment) },
        localFacts: { LocalFacts(options: $0, environment: environment) }
    )
    exit(await ConsoleProgram.run(arguments, surroundings))
}
if arguments.first == "serve" { arguments.removeFirst() }
let parsed: ParsedOptions
do {
    parsed = try OptionSources.read(arguments, environment: environment)
} catch {
    say("\(error)")
    exit(2)
}
let options = parsed.values
if options.help {
    print(
        CommandHelp.serving + "\nWith a running router:\n\n" + CommandHelp.list() + "\n" + OptionHelp.text(for: .both)
    )
    exit(0)
}
if options.helpMarkdown {
    print(OptionHelp.markdown(), terminator: "")
    exit(0)
}
if options.openAPI {
    print(OpenAPIDocument.yaml, terminator: "")
    exit(0)
}
if options.pageTypes {
    print(PageTypes.text, terminator: "")
    exit(0)
}
if options.version {
    print("enginehouse \(Version.current)")
    exit(0)
}
if options.about {
    say("--about: is an option of enginehouse-worker; `enginehouse doctor` shows what it says")
    exit(2)
}
if options.listDevices {
    let servers = options.list(\.rpc)
    let asked = ["--list-devices"] + (servers.isEmpty ? [] : ["--rpc", servers.joined(separator: ",")])
    let program = options.worker ?? OwnProgram.sibling("enginehouse-worker")
    say(OwnProgram.become(program, asked))
    exit(1)
}
let writesJSON = options.logFormat == "json"
// Standard error may be a pipe without a reader, which must hold up nothing from here on.
let errorWriter = LineWriter(
    descriptor: STDERR_FILENO,
    notice: writesJSON ? JSONLogHandler.notice : LineWriter.sentence
)
func errorLog(_ label: String) -> any LogHandler {
    writesJSON
        ? JSONLogHandler.writing(to: errorWriter, label: label) : TextLogHandler(label: label, writer: errorWriter)
}
let logFiles = LogWriter(logger: Logger(label: "router", factory: errorLog))
if let path = options.logFile {
    do {
        try logFiles.open(path)
    } catch {
        say("\(options.error(\.logFile, error.description))")
        exit(2)
    }
}
var logger = Logger(label: "router") { label -> any LogHandler in
    guard let path = options.logFile else { return errorLog(label) }
    let file: any LogHandler =
        writesJSON
        ? JSONLogHandler(label: label, now: { Date().timeIntervalSince1970 }) {
            logFiles.append($0, to: path)
        } : TextLogHandler(label: label) { logFiles.append($0, to: path) }
    return MultiplexLogHandler([errorLog(label), file])
}
logger.logLevel = Logger.Level(verbosity: options.verbosity)
for warning in parsed.warnings {
    logger.warning("Options", metadata: ["place": "\(warning.place)", "reason": "\(warning.message)"])
}
do {
    var options = options
    // A file that is named in place of the environment's address wins.
    if options[\.model] != nil, options.place(of: \.modelURL)?.isCommandLine == false { options[\.modelURL] = nil }
    let endpoint = ModelHub.Settings(environment: environment).endpoint
    options = try HubFileAddress.resolved(options, endpoint: endpoint)
    var settings = try RouterSettings(options, environment: environment)
    settings.logFiles = logFiles
    if options.uiMCPProxy {
        logger.warning("Pages may have requests forwarded to whatever this machine reaches (--ui-mcp-proxy)")
    }
    if let path = options.model {
        try SingleModel.check(options, logger: logger)
        try await settings.fetchDraft(logger: logger)
        let model = SingleModel(options, path: path)
        try await Router.run(settings, model: model, logger: logger, errors: errorWriter)
    } else if let name = options.hfRepo, try await !settings.takePresets(of: name, logger: logger) {
        try SingleModel.check(options, logger: logger)
        let hub = HubModel(
            name: name,
            file: options.hfFile,
            withProjector: options.mmprojAuto,
            sources: settings.sources,
            logger: logger
        )
        let model = SingleModel(options, name: name, entry: try await hub.entry())
        try await settings.fetchDraft(logger: logger)
        try await Router.run(settings, model: model, logger: logger, errors: errorWriter)
    } else {
        try await Router.run(settings, logger: logger, errors: errorWriter)
    }
} catch {
    errorWriter.append("enginehouse: \(error)")
    errorWriter.flush()
    exit(error is OptionError ? 2 : 1)
}
errorWriter.flush()
logFiles.flush()
// Whatever still runs has no client and no worker any more.
exit(0)
