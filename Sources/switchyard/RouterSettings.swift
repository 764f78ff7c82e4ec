// SPDX-License-Identifier: MIT

import Fleet
import Gateway
import Wire

/// Everything that a router needs to know, once the command line is read.
struct RouterSettings: Sendable {
    /// Directories with models.
    var modelDirectories: [String] = []
    /// Levels of folders to look into below those.
    var modelDirectoriesDepth = 2
    /// The file with a section for each model.
    var presetFile: String?
    /// All that the router was told, for the models' options.
    var options = OptionValues()
    /// The worker's executable; nil for the one beside this program's.
    var workerProgram: String?
    var fleet = FleetSettings()
    var gateway = GatewaySettings()
    /// How long streams may go on after a request to stop.
    var shutdownTimeout: Duration = .seconds(30)
}
