// SPDX-License-Identifier: MIT

/// What a router is doing: `GET /activity`.
package struct ActivityResource: APIResource {
    package static let component: String? = "Activity"

    /// The router's clock, in seconds since 1970.
    package var now = 0.0
    package var devices: [DeviceResource] = []
    package var requests: [RunningRequestResource] = []
    /// Those that have ended, the last one first.
    package var recent: [EndedRequestResource] = []

    package init() {}

    package static let fields: [APIField<Self>] = [
        .always("now", \.now), .always("devices", \.devices), .always("requests", \.requests),
        .always("recent", \.recent),
    ]
}
