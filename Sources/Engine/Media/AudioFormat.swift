// SPDX-License-Identifier: MIT

/// The sounds that the engine decodes. Their headers say how long they are, and the decoder takes their word for it, so
/// they are held against the bytes that are there.
package enum AudioFormat: Equatable {
    case wav
    case mp3
    case flac

    /// How long a sound is at most; nil for a file that is broken.
    package func seconds(of bytes: [UInt8]) -> Double? {
        switch self {
        case .wav: Self.wavSeconds(bytes)
        case .mp3: Self.mp3Seconds(bytes)
        case .flac: Self.flacSeconds(bytes)
        }
    }

    /// RIFF: a list of chunks, of which `fmt ` and `data` are needed. Sizes beyond the file are a lie.
    private static func wavSeconds(_ bytes: [UInt8]) -> Double? {
        var bytesPerSecond = 0
        var at = 12
        while at + 8 <= bytes.count {
            let size = little(bytes, at + 4, 4)
            let isData = bytes[at..<at + 4].elementsEqual("data".utf8)
            guard size <= bytes.count - at - 8 else { return nil }
            if bytes[at..<at + 4].elementsEqual("fmt ".utf8), size >= 16 {
                let frame = little(bytes, at + 20, 2)
                bytesPerSecond = little(bytes, at + 12, 4) * frame
                let format = little(bytes, at + 8, 2)
                // Plain numbers only: what is packed would have to be unpacked to know its length.
                guard [1, 3, 0xFFFE].contains(format), frame > 0 else { return nil }
            }
            if isData { return bytesPerSecond > 0 ? Double(size) / Double(bytesPerSecond) : nil }
            at += 8 + size + size % 2
        }
        return nil
    }

    /// The STREAMINFO block: 20 bits of sample rate, then 16 bits on, 36 bits of samples (RFC 9639, 8.2).
    private static func flacSeconds(_ bytes: [UInt8]) -> Double? {
        guard bytes.count >= 42, bytes[4] & 0x7F == 0 else { return nil }
        let rate = Int(bytes[18]) << 12 | Int(bytes[19]) << 4 | Int(bytes[20]) >> 4
        let samples =
            Int(bytes[21] & 0x0F) << 32 | Int(bytes[22]) << 24 | Int(bytes[23]) << 16 | Int(bytes[24]) << 8
            | Int(bytes[25])
        guard rate > 0, samples > 0 else { return nil }
        return Double(samples) / Double(rate)
    }

    /// The frames one by one (ISO 11172-3, 2.4.1.3 and ISO 13818-3): each says how long it is and how much it plays.
    private static func mp3Seconds(_ bytes: [UInt8]) -> Double? {
        var at = 0
        if bytes.starts(with: "ID3".utf8), bytes.count >= 10 {
            at = 10 + bytes[6..<10].reduce(0) { $0 << 7 | Int($1 & 0x7F) }
        }
        var seconds = 0.0
        while at + 4 <= bytes.count {
            guard let frame = MP3Frame(bytes[at..<at + 4]) else {
                // The decoder looks for the next frame byte by byte.
                at += 1
                continue
            }
            seconds += frame.seconds
            at += frame.bytes
        }
        return seconds > 0 ? seconds : nil
    }

    private static func little(_ bytes: [UInt8], _ at: Int, _ count: Int) -> Int {
        bytes[at..<at + count].reversed().reduce(0) { $0 << 8 | Int($1) }
    }
}

/// The header of one frame of an MP3 file.
private struct MP3Frame {
    let bytes: Int
    let seconds: Double

    private static let rates = [44_100, 48_000, 32_000]
    private static let bitrates1: [[Int]] = [
        [32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
        [32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
        [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
    ]
    private static let bitrates2: [[Int]] = [
        [32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256],
        [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
        [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
    ]

    /// - Returns: nil for four bytes that begin no frame.
    init?(_ header: ArraySlice<UInt8>) {
        let bytes = Array(header)
        let version = Int(bytes[1] >> 3 & 3)
        let layer = 3 - Int(bytes[1] >> 1 & 3)
        let rate = Int(bytes[2] >> 2 & 3)
        let bitrate = Int(bytes[2] >> 4)
        guard bytes[0] == 0xFF, bytes[1] & 0xE0 == 0xE0, version != 1, layer < 3, rate < 3, (1...14).contains(bitrate)
        else { return nil }
        let isFirst = version == 3
        let hertz = Self.rates[rate] >> (isFirst ? 0 : version == 2 ? 1 : 2)
        let kilobits = (isFirst ? Self.bitrates1 : Self.bitrates2)[layer][bitrate - 1]
        let samples = layer == 0 ? 384 : layer == 2 && !isFirst ? 576 : 1_152
        let padding = Int(bytes[2] >> 1 & 1) * (layer == 0 ? 4 : 1)
        self.bytes = max(4, samples * kilobits * 125 / hertz + padding)
        seconds = Double(samples) / Double(hertz)
    }
}
