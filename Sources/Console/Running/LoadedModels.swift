// SPDX-License-Identifier: MIT

import Wire

/// What loaded models are asked themselves.
enum LoadedModels {
    /// The slots of each loaded model that shows them. One that sleeps isn't asked.
    static func slots(of models: [ModelFacts], router: RouterClient) async -> [String: SlotCount] {
        await withTaskGroup(of: (String, SlotCount?).self) { group in
            for model in models where model.status == "loaded" {
                group.addTask {
                    // A model may be gone by now, or not show its slots; the column stays empty then.
                    let answer = try? await router.json(
                        .get,
                        "/slots?autoload=0&model=\(RouterAddress.escaped(model.id))",
                        within: .seconds(2)
                    )
                    return (model.id, answer.flatMap(SlotCount.init))
                }
            }
            return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
    }
}
