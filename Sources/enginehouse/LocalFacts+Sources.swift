// SPDX-License-Identifier: MIT

import Catalogue
import Console
import Fleet
import Wire

extension LocalFacts {
    /// Looks into the sources that options and the environment name, as the server does when it starts.
    init(options: OptionValues, environment: [String: String]) {
        self.init()
        let sources = SourceSettings(options, environment: environment)
        cache = sources.catalogue.hubCache?.root
        do {
            let catalogue = try sources.catalogue.catalogue()
            modelCount = catalogue.entries.count
            broken = catalogue.entries.compactMap { entry in entry.problem.map { (entry.id, $0) } }
            problems = catalogue.notes.filter(\.hidesModels).map { "\($0.path): \($0.message)" }
        } catch {
            problems = ["\(error)"]
        }
        do {
            _ = try RuntimeDirectory(environment: environment).remove()
        } catch {
            runtimeProblem = "\(error)"
        }
    }
}
