// SPDX-License-Identifier: MIT

/// Whose words an error is written in.
package enum Dialect: Sendable {
    case openAI
    /// OpenAI's responses, whose streams have events with names.
    case responses
    case anthropic
    case ollama

    /// The dialect of a path without its query.
    package init(path: Substring) {
        // By bytes, and of one type: each request asks.
        let path = path.utf8
        if path.starts(with: "/v1/messages".utf8) {
            let rest = path.dropFirst("/v1/messages".utf8.count)
            self = rest.isEmpty || rest.first == UInt8(ascii: "/") ? .anthropic : .openAI
        } else if path.elementsEqual("/v1/responses".utf8) || path.elementsEqual("/responses".utf8) {
            self = .responses
        } else {
            self = path.starts(with: "/api/".utf8) ? .ollama : .openAI
        }
    }

    /// The dialect of a path without its query.
    package init(path: String) {
        self.init(path: path[...])
    }
}
