// SPDX-License-Identifier: MIT

import Catalogue
import Fleet
import Testing

/// Models whose files have to be downloaded before they can be loaded.
@Suite struct FleetStateDownloadTests {
    private func world(
        queueTimeout: Duration = .seconds(600),
        policy: ModelPolicy = ModelPolicy(),
        modelsMax: Int = 1
    ) -> FleetWorld {
        var settings = FleetSettings()
        settings.modelsMax = modelsMax
        settings.queueTimeout = queueTimeout
        return FleetWorld(models: ["far": .init(.remote, policy: policy), "near": .init()], settings: settings)
    }

    private func arrived(_ availability: ModelAvailability = .present) -> [String: FleetState.Model] {
        ["far": .init(availability), "near": .init()]
    }

    @Test func aRequestWaitsForTheDownloadAndForTheLoad() throws {
        var world = world()
        let tickets = [world.request("far"), world.request("far")]
        #expect(world.downloads == ["far"])
        #expect(world.state.word(of: "far") == .downloading)
        world.downloadProgressed("far", 0.5)
        #expect(world.state.models["far"]?.availability.download?.progress == 0.5)
        world.reload(arrived(), changed: ["far"])
        #expect(world.state.word(of: "far") == .loading)
        world.ready(try #require(world.launches.last))
        #expect(tickets.allSatisfy { world.answers[$0] == .granted(world.launches[0]) })
        #expect(world.violations == [])
    }

    @Test func aDownloadTakesNoPlace() {
        var world = world()
        world.request("far")
        let ticket = world.request("near")
        #expect(world.launches.count == 1)
        world.ready(world.launches[0])
        #expect(world.answers[ticket] == .granted(world.launches[0]))
        #expect(world.violations == [])
    }

    @Test func aRequestThatWaitsTooLongHearsOfTheDownloadWhichGoesOn() {
        var world = world(queueTimeout: .seconds(10))
        let ticket = world.request("far")
        world.downloadProgressed("far", 0.25)
        world.pass(.seconds(10))
        #expect(world.rejection(of: ticket)?.code == .queueTimeout)
        #expect(world.rejection(of: ticket)?.message.contains("is still being downloaded after 10 s (25 %)") == true)
        let second = world.request("far")
        #expect(world.downloads == ["far"])
        world.reload(arrived(), changed: ["far"])
        world.ready(world.launches[0])
        #expect(world.answers[second] == .granted(world.launches[0]))
        #expect(world.violations == [])
    }

    @Test func aFailedDownloadIsAFailedLoad() {
        var world = world()
        let ticket = world.request("far")
        world.downloadEnded("far", "the hub is gone")
        #expect(world.rejection(of: ticket)?.message == "model name=far failed to load: the hub is gone")
        let second = world.request("far")
        #expect(world.rejection(of: second)?.retryAfter == .seconds(1))
        #expect(world.downloads == ["far"])
        world.pass(.seconds(1))
        world.request("far")
        #expect(world.downloads == ["far", "far"])
        #expect(world.violations == [])
    }

    @Test func aWishToLoadOutlivesTheTimeForRequests() throws {
        var world = world(queueTimeout: .seconds(10), policy: ModelPolicy(loadOnStartup: true))
        try world.start()
        #expect(world.downloads == ["far"])
        let error = #expect(throws: FleetError.self) { try world.load("far") }
        #expect(error?.code == .alreadyRunning)
        world.pass(.seconds(3600))
        world.reload(arrived(), changed: ["far"])
        #expect(world.worker(of: "far") != nil)
        #expect(world.violations == [])
    }

    @Test func withoutAWishNothingIsLoadedAfterwards() {
        var world = world()
        let ticket = world.request("far")
        world.cancel(ticket)
        world.reload(arrived(), changed: ["far"])
        #expect(world.launches == [])
        #expect(world.state.word(of: "far") == .unloaded)
        #expect(world.violations == [])
    }

    @Test func aDownloadCanBeGivenUp() {
        var world = world()
        let ticket = world.request("far")
        world.downloadAbandoned("far")
        #expect(world.rejection(of: ticket)?.code == .notRunning)
        world.downloadEnded("far", "late news")
        world.request("far")
        #expect(world.downloads == ["far", "far"])
        #expect(world.violations == [])
    }

    @Test func aReloadThatBringsNothingNewChangesNothing() {
        var world = world()
        let ticket = world.request("far")
        world.reload(arrived(.remote), changed: [])
        #expect(world.downloads == ["far"])
        #expect(world.waiting[ticket] != nil)
        world.reload(arrived(.remote), changed: ["far"])
        #expect(world.downloads == ["far", "far"])
        world.reload(arrived(.unusable(reason: "it is cut off")), changed: ["far"])
        #expect(world.rejection(of: ticket)?.code == .unusable)
        #expect(world.violations == [])
    }

    @Test func aRequestThatMayNotLoadDoesNotDownload() {
        var world = world()
        let ticket = world.request("far", autoload: false)
        #expect(world.rejection(of: ticket)?.code == .notLoaded)
        #expect(world.downloads == [])
        #expect(world.violations == [])
    }

    @Test func whatRunsServesUntilItsNewFilesAreThere() {
        var world = world()
        world.request("near")
        let worker = world.launches[0]
        world.ready(worker)
        world.reload(["far": .init(), "near": .init(.remote)], changed: ["near"])
        let ticket = world.request("near")
        #expect(world.downloads == ["near"])
        world.endLease(worker)
        world.exit(worker)
        #expect(world.launches.count == 1)
        world.reload(["far": .init(), "near": .init()], changed: ["near"])
        world.ready(world.launches[1])
        #expect(world.answers[ticket] == .granted(world.launches[1]))
        #expect(world.violations == [])
    }
}
