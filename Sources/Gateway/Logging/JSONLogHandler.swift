// SPDX-License-Identifier: MIT

package import Logging
import Wire

/// Writes one JSON object a line: `time` (seconds since 1970), `level`, `label`, `message`, then the metadata by name.
package struct JSONLogHandler: LogHandler {
    private static let reserved: Set<String> = ["time", "level", "label", "message"]

    package var metadata: Logger.Metadata = [:]
    package var metadataProvider: Logger.MetadataProvider?
    package var logLevel = Logger.Level.info
    private let label: String
    private let now: @Sendable () -> Double
    private let write: @Sendable (String) -> Void

    /// - Parameters:
    ///   - now: seconds since 1970.
    ///   - write: takes a whole line without its end, from any thread.
    package init(label: String, now: @escaping @Sendable () -> Double, write: @escaping @Sendable (String) -> Void) {
        self.label = label
        self.now = now
        self.write = write
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        var facts = metadata
        if let provided = metadataProvider?.get() { facts.merge(provided) { _, new in new } }
        if let own = event.metadata { facts.merge(own) { _, new in new } }
        if let error = event.error { facts["error"] = "\(error)" }
        var members: [JSONValue.Member] = [
            .init("time", .number(now())),
            .init("level", .string(event.level.rawValue)),
            .init("label", .string(label)),
            .init("message", .string("\(event.message)")),
        ]
        for (name, value) in facts.sorted(by: { $0.key < $1.key }) {
            members.append(.init(Self.reserved.contains(name) ? name + "_" : name, Self.json(value)))
        }
        write(JSONValue.object(members).text)
    }

    private static func json(_ value: Logger.Metadata.Value) -> JSONValue {
        switch value {
        case .string(let text): .string(text)
        case .stringConvertible(let value): .string("\(value)")
        case .array(let values): .array(values.map(json))
        case .dictionary(let values):
            .object(values.sorted { $0.key < $1.key }.map { .init($0.key, json($0.value)) })
        }
    }
}
