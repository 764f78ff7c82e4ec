// SPDX-License-Identifier: MIT

import API
import Engine
import NIOCore
import Wire

/// A form that asks for what is said in a sound, read as the chat completion that it stands for.
struct TranscriptionFields: Sendable {
    /// How the text is given.
    enum Format: String, Sendable {
        case json
        case text
        case verbose = "verbose_json"
    }

    let format: Format
    let sound: Medium
    /// What the caller says that is spoken; nil for nothing.
    let language: String?
    /// The chat completion, with a marker where the sound is.
    let chat: RequestFields

    /// Fields that mean something else in a chat completion, or nothing.
    private static let own: Set<String> = [
        "file", "prompt", "language", "response_format", "model", "stream", "messages", "timestamp_granularities[]",
        "timestamp_granularities", "include[]",
    ]

    /// - Parameters:
    ///   - body: the form.
    ///   - boundary: what stands between the form's parts.
    ///   - words: what the model is asked for, `system` and `user`.
    ///   - marker: stands for the sound in the conversation.
    /// - Throws: 400 naming the field.
    init(form body: ByteBuffer, boundary: String, words: JSONValue, marker: String) throws(APIError) {
        let parts = MultipartScan.parts(in: body.readableBytesSpan, boundary: boundary)
        guard let file = parts.first(where: { $0.name == "file" && $0.isFile }) else {
            throw APIError(.invalidRequest, "No input file found for transcription: 'file' is missing in the form")
        }
        sound = Medium(Array(body.readableBytesView.dropFirst(file.range.lowerBound).prefix(file.range.count)))
        var values: [(name: String, text: String)] = []
        for part in parts where !part.isFile {
            values.append((part.name, MultipartScan.text(of: part, in: body.readableBytesSpan)))
        }
        func value(_ name: String) -> String? { values.last { $0.name == name }?.text }
        let wanted = value("response_format") ?? "json"
        guard let format = Format(rawValue: wanted) else {
            throw APIError(
                .invalidRequest,
                "'response_format' must be json, text or verbose_json, not '\(wanted)': the model gives no times"
            )
        }
        guard !values.contains(where: { $0.name.hasPrefix("timestamp_granularities") && $0.text == "word" }) else {
            throw APIError(.invalidRequest, "'timestamp_granularities' cannot be word: the model gives no times")
        }
        self.format = format
        language = value("language").flatMap { $0.isEmpty ? nil : $0 }
        let prompt = value("prompt").flatMap { $0.isEmpty ? nil : $0 } ?? words["user"]?.string ?? ""
        let request = prompt + (language.map { " (language: \($0))" } ?? "") + marker
        var messages: [JSONValue] = []
        if let system = words["system"]?.string, !system.isEmpty {
            messages.append(["role": "system", "content": .string(system)])
        }
        messages.append(["role": "user", "content": .string(request)])
        var members: [JSONValue.Member] = [
            .init("messages", .array(messages)), .init("stream", .bool(value("stream") == "true")),
        ]
        // A form has texts only; what looks like a number or a truth is one.
        for (name, text) in values where !Self.own.contains(name) {
            let parsed = try? JSONValue(parsing: text)
            members.append(.init(name, parsed?.double != nil || parsed?.bool != nil ? parsed ?? .null : .string(text)))
        }
        chat = RequestFields(.object(members))
    }
}
