// SPDX-License-Identifier: MIT

import API
import Testing
import Wire

/// Resources: one declaration of a member is how it is written, read and described.
@Suite("Resources of the API") struct ResourceTests {
    private static func model() -> ModelResource {
        var model = ModelResource()
        model.id = "m"
        model.aliases = ["other"]
        model.status.value = "loaded"
        model.status.log = ["a", "b"]
        model.details.bytes = 7
        model.details.threads = ModelDetails.Threads()
        model.header = ModelHeader()
        return model
    }

    @Test("what is written is read again")
    func again() throws {
        let model = Self.model()
        #expect(try ModelResource(json: model.json).json == model.json)
        #expect(ModelResource(reading: model.json)?.json == model.json)
        var ended = EndedRequestResource()
        ended.request.id = "1"
        ended.outcome = "done"
        ended.status = 200
        var page = ActivityResource()
        page.recent = [ended]
        page.devices = [DeviceResource()]
        #expect(try ActivityResource(json: page.json).json == page.json)
    }

    @Test("members stand in one object, null or left out as declared")
    func members() {
        let json = Self.model().json
        #expect(json["details"]?["quantization"] == .null && json["details"]?["idle_seconds"] == nil)
        #expect(json["gguf"]?["size"] == 0 && json["alias_of"] == nil)
        var running = RunningRequestResource()
        running.request.id = "5"
        #expect(running.json["id"] == "5" && running.json["queue_position"] == .null)
    }

    @Test("a wrong member is an error with its place, and nothing to one that reads what others say")
    func places() throws {
        let text = #"""
            {"id": "m", "object": "model", "owned_by": "x", "created": 1, "status": {"value": "loaded", "log": ["a", 2]},
             "details": {"bytes": "many", "pinned": true}, "unknown": 1}
            """#
        let json = try JSONValue(parsing: text)
        let error = #expect(throws: APIError.self) { try ModelResource(json: json) }
        #expect(error?.message == "'status.log[1]' must be a string, not a number")
        let model = try #require(ModelResource(reading: json))
        #expect(model.status.log == ["a"] && model.details.bytes == nil && model.details.isPinned)
        #expect(throws: APIError.self) { try ModelResource(json: ["id": "m"]) }
        #expect(ModelResource(reading: 5) == nil)
    }

    @Test("the shape is that of what is written")
    func shape() throws {
        let shape = ModelResource.shape.json
        let names = Set(shape["properties"]?.members?.map(\.name) ?? [])
        #expect(names.isSuperset(of: Self.model().json.members?.map(\.name) ?? []))
        let required = Set(shape["required"]?.array?.compactMap(\.string) ?? [])
        #expect(required.isSuperset(of: ["id", "status", "details"]) && required.isDisjoint(with: ["gguf", "meta"]))
        #expect(required.isSubset(of: ModelResource().json.members?.map(\.name) ?? []))
        #expect(ModelResource.schema.json["$ref"] == "#/components/schemas/Model")
    }
}
