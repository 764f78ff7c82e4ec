// SPDX-License-Identifier: MIT

package import Wire

/// What is taken of one device's memory, and by what, as one line.
package struct DeviceLine: Sendable, Equatable {
    /// `gpu0: models 8.2 of 13 GiB, other programs 1 GiB, 4.6 GiB free`.
    package let text: String

    /// - Parameter json: an entry of `devices` in `GET /activity`; nil for what is none.
    init?(_ json: JSONValue) {
        guard let name = json["name"]?.string, let budget = json["budget_bytes"]?.double else { return nil }
        func bytes(_ name: String) -> Double { json[name]?.double ?? 0 }
        var parts = ["models \(Units.bytes(bytes("models_bytes"))) of \(Units.bytes(budget))"]
        if bytes("other_bytes") > 0 { parts.append("other programs \(Units.bytes(bytes("other_bytes")))") }
        parts.append("\(Units.bytes(bytes("free_bytes"))) free")
        text = Printable.line(name) + ": " + parts.joined(separator: ", ")
    }

    /// The lines of an answer of `GET /activity`.
    package static func list(_ activity: JSONValue?) -> [DeviceLine] {
        (activity?["devices"]?.array ?? []).compactMap(DeviceLine.init)
    }
}
