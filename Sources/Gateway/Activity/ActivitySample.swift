// SPDX-License-Identifier: MIT

package import Fleet

/// What is measured at the end of a stretch of time, beside what happened to requests in it.
package struct ActivitySample: Sendable {
    /// When it was taken, in seconds since 1970.
    package let time: Double
    package let fleet: FleetMetrics
    /// Nil where the system doesn't tell.
    package let memory: SystemMemory?

    package init(time: Double, fleet: FleetMetrics, memory: SystemMemory?) {
        self.time = time
        self.fleet = fleet
        self.memory = memory
    }
}
