// SPDX-License-Identifier: MIT

import Engine
import Testing

@Suite("How long a sound is")
struct AudioFormatTests {
    private func little(_ value: Int, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
    }

    private func wav(format: Int = 1, rate: Int = 16_000, claimed: Int? = nil, data: Int = 32_000) -> [UInt8] {
        let head = Array("RIFF".utf8) + little(36 + data, 4) + Array("WAVEfmt ".utf8) + little(16, 4)
        let facts =
            little(format, 2) + little(1, 2) + little(rate, 4) + little(rate * 2, 4) + little(2, 2) + little(16, 2)
        return head + facts + Array("data".utf8) + little(claimed ?? data, 4) + [UInt8](repeating: 0, count: data)
    }

    @Test("WAV: as long as its bytes, whatever it claims")
    func wave() {
        #expect(AudioFormat.wav.seconds(of: wav()) == 1)
        #expect(AudioFormat.wav.seconds(of: wav(rate: 8_000)) == 2)
        #expect(AudioFormat.wav.seconds(of: wav(claimed: 0xFFFF_FFFF)) == nil)
        #expect(AudioFormat.wav.seconds(of: wav(claimed: 32_001)) == nil)
        #expect(AudioFormat.wav.seconds(of: wav(rate: 0)) == nil)
        // Packed sounds.
        #expect(AudioFormat.wav.seconds(of: wav(format: 2)) == nil)
        for length in [0, 11, 12, 20, 30, 43] {
            #expect(AudioFormat.wav.seconds(of: Array(wav().prefix(length))) == nil)
        }
    }

    @Test("FLAC: what STREAMINFO says")
    func flac() {
        var bytes = Array("fLaC".utf8) + [UInt8](repeating: 0, count: 60)
        // 44,100 Hz is 0x0AC44, 20 bits; 88,200 samples.
        bytes.replaceSubrange(18..<26, with: [0x0A, 0xC4, 0x42, 0xF0, 0x00, 0x01, 0x58, 0x88])
        #expect(AudioFormat.flac.seconds(of: bytes) == 2)
        bytes.replaceSubrange(21..<26, with: [0xFF, 0xFF, 0xFF, 0xFF, 0xFF])
        #expect(AudioFormat.flac.seconds(of: bytes).map { $0 > 1_000_000 } == true)
        bytes.replaceSubrange(21..<26, with: [0, 0, 0, 0, 0])
        #expect(AudioFormat.flac.seconds(of: bytes) == nil)
        #expect(AudioFormat.flac.seconds(of: Array(bytes.prefix(20))) == nil)
    }

    @Test("MP3: frame by frame, over what is none")
    func mp3() throws {
        // MPEG 1, layer III, 128 kbit/s, 44,100 Hz: 417 bytes and 1,152 samples.
        let frame = [0xFF, 0xFB, 0x90, 0x00] + [UInt8](repeating: 0, count: 413)
        let tag = Array("ID3".utf8) + [4, 0, 0, 0, 0, 1, 0] + [UInt8](repeating: 0xFF, count: 128)
        let frames = (0..<100).flatMap { _ in frame }
        for bytes in [frames, tag + frames, tag + [1, 2, 3] + frames] {
            let seconds = try #require(AudioFormat.mp3.seconds(of: bytes))
            #expect(abs(seconds - 2.612) < 0.01)
        }
        #expect(AudioFormat.mp3.seconds(of: Array(repeating: 0xFF, count: 4_000)) == nil)
    }

    @Test("files are known by their first bytes")
    func kinds() {
        #expect(MediaKind(of: wav()) == .audio(.wav))
        #expect(MediaKind(of: [0xFF, 0xD8, 0xFF, 0xE0]) == .image)
        #expect(MediaKind(of: Array("GIF89a".utf8)) == .image)
        for text in ["", "B", "RIFF1234WEBP", "<svg", "\u{0}\u{0}\u{0}\u{18}ftypmp42", "%PDF"] {
            #expect(MediaKind(of: Array(text.utf8)) == nil)
        }
    }
}
