// SPDX-License-Identifier: MIT

import API
package import Wire

/// What is taken of one device's memory, and by what, as one line.
package struct DeviceLine: Sendable, Equatable {
    /// `gpu0: models 8.2 of 13 GiB, other programs 1 GiB, 4.6 GiB free`.
    package let text: String

    init(_ device: DeviceResource) {
        func size(_ bytes: Int) -> String { Units.bytes(Double(bytes)) }
        var parts = ["models \(size(device.models)) of \(size(device.budget))"]
        if device.others > 0 { parts.append("other programs \(size(device.others))") }
        parts.append("\(size(device.free)) free")
        text = Printable.line(device.name) + ": " + parts.joined(separator: ", ")
    }

    /// The lines of an answer of `GET /activity`.
    package static func list(_ activity: JSONValue?) -> [DeviceLine] {
        (activity.flatMap(ActivityResource.init(reading:))?.devices ?? []).map(DeviceLine.init)
    }
}
