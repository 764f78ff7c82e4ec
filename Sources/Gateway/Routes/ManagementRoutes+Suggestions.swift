// SPDX-License-Identifier: MIT

import API
import Catalogue
import Fleet
import HTTPServer
import Wire

/// The route that tells the models of the hub to begin with.
extension ManagementRoutes {
    func addSuggestions(to routes: inout RouteTable) {
        routes.get("/models/suggested", task: { _ in Response(Self.suggestions(fleet.room).json) })
    }

    /// Those that suit a machine first, then the others in the list's order.
    static func suggestions(_ room: ModelRoom?) -> SuggestedModelsResource {
        let picks = SuggestedModels.picks(room)
        let fitting = room.map(SuggestedModels.fitting) ?? []
        let first = picks + fitting.filter { !picks.contains($0) }
        var list = SuggestedModelsResource()
        list.data = (first + SuggestedModels.all.filter { !first.contains($0) }).map { model in
            var resource = SuggestedModelResource()
            resource.name = model.name
            resource.model = model.reference
            resource.bytes = Int(model.bytes)
            resource.parameters = Int(model.parameters)
            resource.memory = Int(model.memory)
            resource.task = model.task.rawValue
            resource.purpose = model.purpose
            resource.fit = room.map { model.fit(in: $0).rawValue }
            resource.isPick = picks.contains(model)
            return resource
        }
        return list
    }
}
