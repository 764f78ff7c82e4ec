// SPDX-License-Identifier: MIT

package import Logging
import Platform

/// Writes a line of text for each event, as swift-log does: time, level, label, metadata by name, source, message. What
/// stands in the metadata may come from strangers, and is shown on one line.
package struct TextLogHandler: LogHandler {
    package var metadata: Logger.Metadata = [:]
    package var metadataProvider: Logger.MetadataProvider?
    package var logLevel = Logger.Level.info
    private let label: String
    private let write: @Sendable (String) -> Void

    package init(label: String, writer: LineWriter) {
        self.init(label: label, write: writer.append)
    }

    /// - Parameter write: takes a line, without its end, from any thread.
    package init(label: String, write: @escaping @Sendable (String) -> Void) {
        self.label = label
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
        write(
            Self.line(
                "\(Self.now()) \(event.level) \(label):",
                facts,
                source: event.source,
                message: "\(event.message)"
            )
        )
    }

    /// One line, without its end.
    package static func line(_ head: String, _ facts: Logger.Metadata, source: String, message: String) -> String {
        let words = facts.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)".printable }
        return ([head] + words + ["[\(source)]", message.printable]).joined(separator: " ")
    }

    /// The local time with its distance from UTC, as in `2026-01-31T13:59:00+0100`.
    private static func now() -> String {
        var seconds = time(nil)
        var parts = tm()
        guard localtime_r(&seconds, &parts) != nil else { return "?" }
        var text = [CChar](repeating: 0, count: 64)
        let count = strftime(&text, text.count, "%Y-%m-%dT%H:%M:%S%z", &parts)
        return String(decoding: text.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
