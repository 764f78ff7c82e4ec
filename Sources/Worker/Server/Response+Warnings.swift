// SPDX-License-Identifier: MIT

import HTTPServer

extension Response {
    /// The same with a header `warning` for each field of the request that has no effect. The worker logs them as well.
    /// - Parameter sentences: what isn't plain ASCII in them is left out.
    func warning(_ sentences: [String]) -> Response {
        var response = self
        for sentence in sentences {
            let text = sentence.unicodeScalars.filter {
                $0.isASCII && $0.value >= 0x20 && $0.value < 0x7F && $0 != "\""
            }.prefix(warningLimit)
            response.headers.append(
                (Self.warningHeader, "199 enginehouse \"\(String(String.UnicodeScalarView(text)))\"")
            )
        }
        return response
    }

    /// Characters of a sentence; a request may bring its own words.
    private var warningLimit: Int { 240 }

    /// RFC 7234's header for what is odd about an answer.
    static let warningHeader = "warning"
}
