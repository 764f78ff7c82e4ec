// SPDX-License-Identifier: MIT

import CLlama

/// What the media of one request may be.
package struct MediaLimits: Sendable, Equatable {
    /// Media in one request.
    package var count = 64
    /// Bytes of one medium's file.
    package var bytes = 32 << 20
    /// Pixels of one image.
    package var pixels = 40_000_000
    /// How much longer than the other one side of an image may be.
    package var aspectRatio = 200
    /// Passes in which a JPEG is stored: each costs time for the whole image, however few bytes it has.
    package var scans = 100
    /// Seconds of one sound.
    package var seconds = 1_800.0

    package init() {}

    /// What a checked medium costs.
    struct Cost {
        /// Bytes in memory once it is ready for the projector.
        let preparedBytes: Int
    }

    /// Looks at media before anything is unpacked.
    /// - Throws: `invalidRequest`.
    func check(_ media: [Medium], for projector: Projector) throws(EngineError) -> [Cost] {
        guard media.count <= count else {
            throw EngineError(.invalidRequest, "the request has \(media.count) media and \(count) are allowed")
        }
        var costs: [Cost] = []
        for (index, medium) in media.enumerated() {
            costs.append(try check(medium, index + 1, projector))
        }
        return costs
    }

    private func check(_ medium: Medium, _ number: Int, _ projector: Projector) throws(EngineError) -> Cost {
        func refusal(_ reason: String) -> EngineError { EngineError(.invalidRequest, "medium \(number) \(reason)") }
        guard !medium.bytes.isEmpty else { throw refusal("is empty") }
        guard medium.bytes.count <= bytes else {
            throw refusal("has \(medium.bytes.count) bytes and \(bytes) are allowed; send a smaller file")
        }
        switch MediaKind(of: medium.bytes) {
        case nil:
            throw refusal("is neither an image (JPEG, PNG, BMP, GIF) nor a sound (WAV, MP3, FLAC)")
        case .image:
            guard projector.takesImages else { throw refusal("is an image, and this model takes none") }
            return try checkImage(medium.bytes, refusal)
        case .audio(let format):
            guard projector.takesAudio else { throw refusal("is a sound, and this model takes none") }
            guard let duration = format.seconds(of: medium.bytes) else { throw refusal("is broken") }
            guard duration <= seconds else {
                throw refusal("is \(Int(clamping: Int64(duration))) seconds long and \(Int(seconds)) are allowed")
            }
            // Samples as floats, and the spectrum that is made of them: 128 values each hundredth of a second.
            return Cost(preparedBytes: Int(duration * Double(projector.sampleRate * 4 + 100 * 128 * 4)))
        }
    }

    private func checkImage(_ bytes: [UInt8], _ refusal: (String) -> EngineError) throws(EngineError) -> Cost {
        var width: Int32 = 0
        var height: Int32 = 0
        let status = bytes.withUnsafeBufferPointer { eh_image_size($0.baseAddress, $0.count, &width, &height) }
        guard status == 0, width > 0, height > 0 else { throw refusal("is a broken image") }
        let area = Int(width) * Int(height)
        guard area <= pixels else {
            throw refusal("has \(width) × \(height) pixels and \(pixels) are allowed; send a smaller image")
        }
        guard max(width, height) <= Int32(aspectRatio) * min(width, height) else {
            throw refusal("has \(width) × \(height) pixels; one side may be \(aspectRatio) times the other")
        }
        if bytes.starts(with: [0xFF, 0xD8]),
            zip(bytes, bytes.dropFirst()).lazy.filter({ $0 == 0xFF && $1 == 0xDA }).count > scans
        {
            throw refusal("is stored in more than \(scans) passes; save it again as an ordinary JPEG")
        }
        guard bytes.withUnsafeBufferPointer({ eh_image_is_bounded($0.baseAddress, $0.count) }) else {
            throw refusal("is broken: it holds more than its size says, or less")
        }
        // Pixels as floats; a small image is scaled up, to no more than a thousand pixels a side.
        return Cost(preparedBytes: max(area, 1 << 20) * 3 * 4)
    }
}
