// SPDX-License-Identifier: MIT

import Catalogue
package import Wire

/// What `GET /models` says.
package struct ModelList: Sendable {
    package let models: [ModelFacts]
    /// The answer as it came.
    package let json: JSONValue
    /// Why models may be missing.
    package let problem: String?
    /// Whether the server has one model, which answers to every name.
    package let isSingle: Bool

    package init(_ json: JSONValue) {
        self.json = json
        models = (json["data"]?.array ?? []).compactMap(ModelFacts.init)
        problem = (json["problem"]?.string).map(Printable.line)
        isSingle = json["models"] != nil
    }

    /// The model that a name stands for.
    /// - Throws: `ConsoleError` with the nearest name.
    package func model(named name: String) throws(ConsoleError) -> ModelFacts {
        if let found = models.first(where: { $0.isCalled(name) }) { return found }
        if isSingle, let only = models.first { return only }
        if let suggested = SuggestedModels.named(name) {
            let reference = suggested.reference.lowercased()
            if let found = models.first(where: { $0.id.lowercased() == reference }) { return found }
            throw ConsoleError(
                "the router doesn't have \(suggested.name) yet: `enginehouse pull \(suggested.name)` gets it",
                status: 404
            )
        }
        let names = models.flatMap { [$0.id] + $0.aliases }
        let nearest =
            EditDistance.nearest(to: name, among: names)
            ?? (name.count < 2 ? nil : names.first { $0.lowercased().contains(name.lowercased()) })
        let hint =
            nearest.map { "did you mean '\($0)'?" }
            ?? (models.isEmpty
                ? "it has none: `enginehouse pull USER/REPO` gets one" : "`enginehouse models` lists all")
        throw ConsoleError("the router has no model '\(Printable.line(name))'; \(hint)", status: 404)
    }
}
