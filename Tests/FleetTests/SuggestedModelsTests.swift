// SPDX-License-Identifier: MIT

import Catalogue
import Testing

@Suite("The models to begin with")
struct SuggestedModelsTests {
    /// A machine, what is picked for it, and the best three that have room there.
    struct Machine: Sendable, CustomTestStringConvertible {
        let name: String
        let room: ModelRoom?
        let picks: [String]
        let best: [String]

        var testDescription: String { name }
    }

    private static func gibibytes(_ host: Int64, gpus: Int64 = 0) -> ModelRoom {
        ModelRoom(host: host << 30, gpus: gpus << 30)
    }

    static let machines = [
        Machine(name: "nothing known", room: nil, picks: ["gemma-4-e4b", "qwen3.5-4b", "qwen3.5-0.8b"], best: []),
        Machine(name: "1 GiB", room: gibibytes(1), picks: [], best: []),
        Machine(name: "2 GiB", room: gibibytes(2), picks: ["qwen3.5-0.8b"], best: ["qwen3.5-0.8b"]),
        Machine(
            name: "4 GiB",
            room: gibibytes(4),
            picks: ["qwen3.5-4b", "qwen3.5-0.8b"],
            best: ["qwen3.5-4b", "qwen3.5-0.8b"]
        ),
        // A processor computes what has few active parameters, however large it is, before a dense model of nine billion.
        Machine(
            name: "8 GiB",
            room: gibibytes(8),
            picks: ["gemma-4-e4b", "qwen3.5-0.8b"],
            best: ["gemma-4-e4b", "qwen3.5-4b", "qwen3.5-0.8b"]
        ),
        Machine(
            name: "16 GiB",
            room: gibibytes(16),
            picks: ["gpt-oss-20b", "qwen3.5-4b", "qwen3.5-0.8b"],
            best: ["gpt-oss-20b", "gemma-4-e4b", "qwen3.5-4b"]
        ),
        Machine(
            name: "64 GiB",
            room: gibibytes(64),
            picks: ["qwen3.6-35b", "gemma-4-e4b", "qwen3.5-0.8b"],
            best: ["qwen3.6-35b", "gemma-4-26b", "qwen3-coder-30b"]
        ),
        Machine(
            name: "a GPU of 12 GiB",
            room: gibibytes(28, gpus: 11),
            picks: ["qwen3.5-9b", "qwen3.5-0.8b"],
            best: ["qwen3.5-9b", "gemma-4-e4b", "qwen3.5-4b"]
        ),
        Machine(
            name: "two GPUs of 16 GiB",
            room: gibibytes(16, gpus: 30),
            picks: ["qwen3.6-35b", "qwen3.5-9b", "qwen3.5-0.8b"],
            best: ["qwen3.6-35b", "gemma-4-26b", "qwen3-coder-30b"]
        ),
    ]

    @Test("suit a machine", arguments: machines)
    func picks(machine: Machine) {
        #expect(SuggestedModels.picks(machine.room).map(\.name) == machine.picks)
        let fitting = machine.room.map(SuggestedModels.fitting) ?? []
        #expect(fitting.prefix(3).map(\.name) == machine.best)
        for model in fitting { #expect(model.task == .chat && machine.room.map(model.fit) != SuggestedModel.Fit.none) }
    }

    @Test("fit where their memory is, on GPUs first")
    func fit() throws {
        let model = try #require(SuggestedModels.named("Qwen3.5-0.8B"))
        let need = model.memory
        #expect(need > model.bytes && model.bytes == 737_504_352)
        #expect(model.fit(in: ModelRoom(host: need, gpus: need)) == .gpu)
        #expect(model.fit(in: ModelRoom(host: need, gpus: need - 1)) == .memory)
        #expect(model.fit(in: ModelRoom(host: need - 1)) == SuggestedModel.Fit.none)
    }

    @Test("are named once, and by what the hub takes")
    func names() throws {
        #expect(Set(SuggestedModels.all.map(\.name)).count == SuggestedModels.all.count)
        #expect(Set(SuggestedModels.all.map(\.task)) == Set(SuggestedModel.Task.allCases))
        for model in SuggestedModels.all {
            let reference = try HubReference(model.reference)
            #expect(reference.tag != nil && reference.text == model.reference)
            #expect(model.name == model.name.lowercased() && !model.name.contains("/"))
            #expect(model.activeParameters <= model.parameters && model.bytes > 0 && model.purpose.count <= 32)
        }
        #expect(SuggestedModels.named("nothing") == nil)
    }

    @Test("need the devices' budgets, the GPUs' together")
    func room() {
        #expect(ModelRoom(budgets: []) == nil)
        #expect(ModelRoom(budgets: [("host", 5), ("0000:01", 7), ("0000:02", 8)]) == ModelRoom(host: 5, gpus: 15))
        #expect(ModelRoom(budgets: [("host", .max), ("a", .max), ("b", .max)]) == ModelRoom(host: .max, gpus: .max))
        #expect(ModelRoom(budgets: [("host", -1)]) == ModelRoom(host: 0))
    }
}
