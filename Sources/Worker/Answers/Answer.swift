// SPDX-License-Identifier: MIT

package import Engine
package import Wire

/// Puts what the engine reports of one choice into a dialect: as the chunks of a stream, or as a part of one object.
package protocol Answer: Sendable {
    /// A choice that is complete.
    typealias Finished = (answer: Self, summary: GenerationSummary)

    /// Whose words errors are written in.
    static var dialect: Dialect { get }

    /// The type of a stream's content.
    static var streamType: String { get }

    /// Takes the prompt's progress.
    /// - Returns: the bytes to stream for it; empty if the dialect doesn't tell.
    mutating func progress(_ progress: PromptProgress) -> [UInt8]

    /// Takes the next token of an answer that is streamed.
    /// - Returns: the bytes to stream for it; empty if nothing can be said yet.
    /// - Throws: for output that the dialect can't express.
    mutating func append(_ token: GeneratedToken) throws(EngineError) -> [UInt8]

    /// Takes the next token of an answer that is given as a whole.
    mutating func collect(_ token: GeneratedToken)

    /// Takes the end.
    /// - Returns: the last bytes of this choice in the stream.
    mutating func finish(_ summary: GenerationSummary) throws(EngineError) -> [UInt8]

    /// What ends a stream behind all choices.
    static func end(_ choices: [Finished]) -> [UInt8]

    /// The whole answer as one value.
    static func whole(_ choices: [Finished]) -> JSONValue

    /// The whole answer as plain text; nil for one that is JSON.
    static func plainText(_ choices: [Finished]) -> [UInt8]?
}

extension Answer {
    package static var dialect: Dialect { .openAI }

    package static var streamType: String { "text/event-stream" }

    package mutating func progress(_ progress: PromptProgress) -> [UInt8] { [] }

    package static func plainText(_ choices: [Finished]) -> [UInt8]? { nil }

    package static func end(_ choices: [Finished]) -> [UInt8] { [] }
}

extension [UInt8] {
    /// One event of a stream: `data: ` and the object in one line.
    /// - Parameter name: the event's name, for dialects that have such.
    static func event(_ json: JSONValue, name: String? = nil) -> [UInt8] {
        var bytes = name.map { Array("event: \($0)\n".utf8) } ?? []
        bytes.append(contentsOf: "data: ".utf8)
        json.write(to: &bytes)
        bytes.append(contentsOf: "\n\n".utf8)
        return bytes
    }

    /// OpenAI's end of a stream.
    static let done = Array("data: [DONE]\n\n".utf8)
}
