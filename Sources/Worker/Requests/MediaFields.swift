// SPDX-License-Identifier: MIT

package import API
package import Wire

/// Takes the media out of a conversation's messages and leaves markers in their places.
package struct MediaFields: Sendable {
    /// The request with markers where media were.
    package let fields: RequestFields
    /// The media in the order of their markers.
    package let sources: [MediaSource]

    /// - Parameters:
    ///   - fields: the request with markers.
    ///   - sources: the media in the order of their markers.
    package init(marked fields: RequestFields, sources: [MediaSource]) {
        self.fields = fields
        self.sources = sources
    }

    /// - Throws: 400 for media that can't be read, 500 for those that the model has no projector for.
    package init(_ request: RequestFields, _ abilities: MediaAbilities) throws(APIError) {
        var sources: [MediaSource] = []
        guard let messages = request["messages"]?.array else {
            fields = request
            self.sources = []
            return
        }
        var changed: [JSONValue] = []
        for (index, message) in messages.enumerated() {
            guard let parts = message["content"]?.array else {
                changed.append(message)
                continue
            }
            var content: [JSONValue] = []
            for (place, part) in parts.enumerated() {
                let name = "messages[\(index)].content[\(place)]"
                guard let source = try Self.source(of: part, name, abilities) else {
                    content.append(part)
                    continue
                }
                sources.append(source)
                content.append(["type": "media_marker", "text": .string(abilities.marker)])
            }
            changed.append(message.replacing("content", with: .array(content)))
        }
        self.sources = sources
        fields = sources.isEmpty ? request : RequestFields(request.json.replacing("messages", with: .array(changed)))
    }

    /// The medium of one part of a message; nil for text.
    private static func source(
        of part: JSONValue,
        _ name: String,
        _ abilities: MediaAbilities
    ) throws(APIError) -> MediaSource? {
        guard let type = part["type"]?.string else { return nil }
        switch type {
        case "image_url":
            guard abilities.images else { throw .noProjector("image input is not supported", for: name) }
            guard let url = part["image_url"]?["url"]?.string ?? part["image_url"]?.string else {
                throw APIError(.invalidRequest, "'\(name).image_url.url' is missing")
            }
            return try MediaSource(url: url, field: "\(name).image_url.url")
        case "input_audio":
            guard abilities.audio else { throw .noProjector("audio input is not supported", for: name) }
            guard let audio = part["input_audio"]?["data"]?.string ?? part["input_audio"]?["url"]?.string else {
                throw APIError(.invalidRequest, "'\(name).input_audio.data' is missing")
            }
            return try MediaSource(url: audio, field: "\(name).input_audio.data")
        case "input_video", "video_url":
            throw APIError(.invalidRequest, "'\(name)' is a video, and those are not understood; send images of it")
        default:
            return nil
        }
    }
}

extension JSONValue {
    /// The object with another value for a member.
    fileprivate func replacing(_ name: String, with value: JSONValue) -> JSONValue {
        .object((members ?? []).map { $0.name == name ? Member(name, value) : $0 })
    }
}
