// SPDX-License-Identifier: MIT

package import Wire

/// What `GET /models/{id}` says beside what the list has. Each member is null where it isn't known.
package struct InspectionResource: APIResource {
    package var metadata: JSONValue?
    package var template: String?
    package var preset = ""
    package var memory: JSONValue?
    package var load: JSONValue = .null

    package init() {}

    package static let fields: [APIField<Self>] = [
        .nullable("metadata", \.metadata, .document), .nullable("chat_template", \.template),
        .usual("preset", \.preset), .nullable("memory_estimate", \.memory, .component("MemoryEstimate")),
        .usual("memory_outlook", \.load, .component("MemoryOutlook")),
    ]

    /// What a load takes, in bytes, and where that is known from.
    package static let estimate: APISchema = .object(
        [
            ("bytes", .count), ("weights_bytes", .count), ("context_bytes", .count), ("compute_bytes", .count),
            ("basis", .text),
            (
                "devices",
                .list(.object([("id", .text), ("name", .text), ("bytes", .count)], required: ["id", "name", "bytes"]))
            ),
        ],
        required: ["bytes", "weights_bytes", "context_bytes", "compute_bytes", "basis", "devices"]
    )

    /// What a load would mean now, and the models that would leave for it.
    package static let outlook: APISchema = .object(
        [("outlook", .words("lives", "fits", "evicts", "pinned", "too_large")), ("leaving", .list(.text))],
        required: ["outlook", "leaving"]
    )

    /// All that `GET /models/{id}` says.
    package static let model: APISchema = .object(
        (ModelResource.fields.map { ($0.name, $0.schema) } + fields.map { ($0.name, $0.schema) }),
        required: ModelResource.fields.filter(\.isWritten).map(\.name) + fields.filter(\.isWritten).map(\.name)
    )
}
