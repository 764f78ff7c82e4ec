// SPDX-License-Identifier: MIT

import Fleet
import Gateway
import Wire

/// Everything that a router needs to know, once the command line is read.
struct RouterSettings: Sendable {
    /// Where models come from.
    var sources: SourceSettings
    /// Where the sections for single models come from.
    var presets = PresetSource.nowhere
    /// All that the router was told, for the models' options.
    var options = OptionValues()
    /// The worker's executable; nil for the one beside this program's.
    var workerProgram: String?
    /// Whether processes wait for models, and serve one after another.
    var reusesWorkers = true
    /// Whether log lines are JSON objects.
    var logsJSON = false
    /// Where each model's log is written, beside the memory; nil for nowhere.
    var logDirectory: String?
    /// What writes the files that options name for logs.
    var logFiles: LogWriter?
    var fleet = FleetSettings()
    var gateway = GatewaySettings()
    /// Tells the program that started this one how the server is.
    var notices = SupervisorNotices(nil)
    /// How long that program waits for a sign of life; nil for as long as it takes.
    var watchdog: Duration?
    /// How long streams may go on after a request to stop.
    var shutdownTimeout: Duration = .seconds(30)
}
