// SPDX-License-Identifier: MIT

/// What is taken of a device's memory, and by what, in bytes.
package struct DeviceResource: APIResource {
    package static let component: String? = "Device"

    package var id = ""
    package var name = ""
    package var total = 0
    package var free = 0
    /// What models may take.
    package var budget = 0
    /// What models take.
    package var models = 0
    /// What other programs hold.
    package var others = 0
    package var reserved = 0

    package init() {}

    package static let fields: [APIField<Self>] = [
        .always("id", \.id), .always("name", \.name), .usual("total_bytes", \.total, .count),
        .usual("free_bytes", \.free), .usual("budget_bytes", \.budget), .usual("models_bytes", \.models),
        .usual("other_bytes", \.others), .usual("reserved_bytes", \.reserved),
    ]
}
