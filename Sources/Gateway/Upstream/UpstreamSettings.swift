// SPDX-License-Identifier: MIT

package import NIOCore
import Platform

/// How the router keeps its connections to workers.
package struct UpstreamSettings: Sendable {
    /// Longest time for a connection to come about.
    package var connectTimeout: TimeAmount = .seconds(5)
    /// How many unused connections one event loop keeps.
    package var maxIdle = 256
    /// How long an unused connection is kept.
    package var maxIdleAge: TimeAmount = .seconds(60)

    package init() {}

    /// The error of a Unix socket whose queue is full.
    static let wouldBlock = EAGAIN
}
