// SPDX-License-Identifier: MIT

import Fleet
import TestKit
import Testing

@Suite struct FleetStateCoresTests {
    private func world(cores: Int?) -> FleetWorld {
        var settings = FleetSettings()
        settings.cores = cores
        var world = FleetWorld(models: ["a": .init(), "b": .init()], settings: settings)
        for (number, model) in ["a", "b"].enumerated() {
            world.request(model)
            world.ready(world.launches[number])
            world.endLease(world.launches[number])
        }
        world.pass(.seconds(5))
        return world
    }

    private func told(_ world: FleetWorld) -> [String] {
        world.actions.compactMap { action in
            if case .threads(let worker, let share) = action { "\(worker): \(share.generating)" } else { nil }
        }
    }

    @Test("one model alone is told nothing, two share the cores while both compute")
    func two() {
        var world = world(cores: 4)
        let (a, b) = (world.launches[0], world.launches[1])
        // The second one began within the first one's pause.
        #expect(told(world) == ["\(a): 2", "\(b): 2"])
        world.request("a")
        #expect(told(world).suffix(1) == ["\(a): 4"])
        world.request("b")
        #expect(told(world).suffix(1) == ["\(a): 2"])
        world.endLease(a)
        #expect(told(world).suffix(1) == ["\(a): 2"])
        world.pass(.seconds(2))
        #expect(told(world).suffix(1) == ["\(b): 4"])
        #expect(world.violations.isEmpty)
        #expect(world.state.threads(of: "b") == .init(generating: 4, prompt: 4))
    }

    @Test("a look at a model makes it compute nothing")
    func look() {
        var world = world(cores: 4)
        world.request("a")
        let before = told(world)
        world.request("b", isUse: false)
        world.endLease(world.launches[1], isUse: false)
        #expect(told(world) == before)
    }

    @Test("a worker that dies gives its cores back")
    func death() {
        var world = world(cores: 4)
        world.request("a")
        world.request("b")
        world.exit(world.launches[1], .signaled(9))
        #expect(told(world).last == "\(world.launches[0]): 4")
        #expect(world.violations.isEmpty)
    }

    @Test("nothing is said where the cores aren't known")
    func unknown() {
        var world = world(cores: nil)
        world.request("a")
        world.request("b")
        #expect(told(world).isEmpty)
    }
}
