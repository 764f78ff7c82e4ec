// SPDX-License-Identifier: MIT

import Wire

/// Blocks that hold a text with a title: documents and results of a search.
enum AnthropicDocument {
    /// The parts of a message that say what the block says.
    /// - Throws: 400 for a document that is no text.
    static func parts(
        _ block: JSONValue,
        _ place: String,
        _ warnings: inout RequestWarnings
    ) throws(APIError) -> [JSONValue] {
        if block["citations"]?["enabled"]?.bool == true {
            warnings.add("'citations' have no effect: answers come without")
        }
        var head: [String] = []
        if let title = block["title"]?.string { head.append("Title: \(title)") }
        if let context = block["context"]?.string { head.append("Context: \(context)") }
        if let source = block["source"]?.string { head.append("Source: \(source)") }
        let start = "<document>\n" + head.map { $0 + "\n" }.joined()
        let parts = [ChatMessage.text(start)] + (try content(block, place)) + [ChatMessage.text("\n</document>")]
        let texts = parts.compactMap { $0["text"]?.string }
        return texts.count == parts.count ? [ChatMessage.text(texts.joined())] : parts
    }

    private static func content(_ block: JSONValue, _ place: String) throws(APIError) -> [JSONValue] {
        if block["type"]?.string == "search_result" { return try blocks(block["content"], "\(place).content") }
        let source = block["source"] ?? .null
        switch source["type"]?.string {
        case "text":
            guard let text = source["data"]?.string else {
                throw APIError(.invalidRequest, "the document '\(place)' needs 'source.data'")
            }
            return [ChatMessage.text(text)]
        case "content":
            return try blocks(source["content"], "\(place).source.content")
        case let other:
            throw APIError(
                .invalidRequest,
                "'\(place).source.type' must be text or content, not '\(other ?? "")': other documents can't be read here"
            )
        }
    }

    private static func blocks(_ value: JSONValue?, _ place: String) throws(APIError) -> [JSONValue] {
        switch value {
        case .string(let text): return [ChatMessage.text(text)]
        case .array(let list):
            var parts: [JSONValue] = []
            for (index, block) in list.enumerated() {
                parts.append(try AnthropicRequest.part(block, "\(place)[\(index)]"))
            }
            return parts
        default: throw APIError(.invalidRequest, "'\(place)' must be a string or an array of blocks")
        }
    }
}
