// SPDX-License-Identifier: MIT

import Essentials
import Platform

/// A file of API keys: one a line, without the spaces around it. Empty lines and those that begin with `#` don't count.
package enum APIKeyFile {
    /// - Throws: `GatewayError` if the file can't be read or holds no key; an open server would be the wrong answer.
    package static func keys(at path: String) throws(GatewayError) -> [String] {
        let text: String
        do {
            text = try String(contentsOfFile: path, encoding: .utf8)
        } catch {
            throw GatewayError(.badKeyFile, "the API key file '\(path)' cannot be read")
        }
        let keys = keys(in: text)
        guard !keys.isEmpty else { throw GatewayError(.badKeyFile, "the API key file '\(path)' holds no key") }
        return keys
    }

    package static func keys(in text: String) -> [String] {
        text.split(whereSeparator: \.isNewline)
            .map { line in
                let start = line.drop { $0.isWhitespace }
                let end = start.lastIndex { !$0.isWhitespace }
                return end.map { String(start[...$0]) } ?? ""
            }
            .filter { !$0.isEmpty && !$0.hasPrefix("#") }
    }
}
