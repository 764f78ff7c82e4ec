// SPDX-License-Identifier: MIT

import Engine
import Wire

/// Puts what the engine reports into a dialect: as the chunks of a stream, or as one object. One value serves one
/// request.
protocol Answer: Sendable {
    /// Takes the prompt's progress.
    /// - Returns: the bytes to stream for it; empty if the dialect doesn't tell.
    mutating func progress(_ progress: PromptProgress) -> [UInt8]

    /// Takes the next token.
    /// - Returns: the bytes to stream for it; empty if nothing can be said yet.
    /// - Throws: for output that the dialect can't express.
    mutating func append(_ token: GeneratedToken) throws(EngineError) -> [UInt8]

    /// Takes the end.
    /// - Returns: the last bytes of the stream.
    mutating func finish(_ summary: GenerationSummary) throws(EngineError) -> [UInt8]

    /// The whole answer as one object, after `finish`.
    func whole(_ summary: GenerationSummary) -> JSONValue
}

extension Answer {
    mutating func progress(_ progress: PromptProgress) -> [UInt8] { [] }
}

extension [UInt8] {
    /// One event of a stream: `data: ` and the object in one line.
    static func event(_ json: JSONValue) -> [UInt8] {
        var bytes = Array("data: ".utf8)
        json.write(to: &bytes)
        bytes.append(contentsOf: "\n\n".utf8)
        return bytes
    }

    /// OpenAI's end of a stream.
    static let done = Array("data: [DONE]\n\n".utf8)
}
