// SPDX-License-Identifier: MIT

import API
package import Wire

/// What a router does at one moment.
package struct TopSnapshot: Sendable {
    package var models: [ModelFacts]
    package var slots: [String: SlotCount]
    package var requests: [ActiveRequest]
    package var recent: [ActiveRequest]
    /// Each device's memory, and what holds it.
    package var devices: [DeviceLine]
    /// The router's clock, in seconds since 1970.
    package var now: Double
    /// Why this isn't new any more.
    package var problem: String?

    package init(models: [ModelFacts], slots: [String: SlotCount], activity: JSONValue?, now: Double) {
        self.models = models
        self.slots = slots
        let activity = activity.flatMap(ActivityResource.init(reading:))
        requests = (activity?.requests ?? []).map { ActiveRequest($0) }
        recent = (activity?.recent ?? []).map { ActiveRequest($0) }
        devices = (activity?.devices ?? []).map(DeviceLine.init)
        self.now = activity?.now ?? now
    }
}
