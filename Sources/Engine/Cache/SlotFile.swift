// SPDX-License-Identifier: MIT

/// The tokens in a slot's file, as llama-server packs them: -1, the format's version, the count and the tokens, the count
/// of pictures and sounds. Files of older versions hold the tokens alone.
enum SlotFile {
    private static let version: Int32 = 1

    static func words(_ tokens: [Int32]) -> [Int32] {
        [-1, version, Int32(clamping: tokens.count)] + tokens + [0]
    }

    /// - Throws: `invalidRequest` for what can't be restored.
    static func tokens(_ words: [Int32]) throws(EngineError) -> [Int32] {
        guard words.first == -1 else { return words }
        guard words.count >= 3, words[1] == version, words[2] >= 0, words.count - 3 >= Int(words[2]) else {
            throw EngineError(.invalidRequest, "the file isn't one that this version can restore")
        }
        let end = 3 + Int(words[2])
        guard words.count <= end || words[end] == 0 else {
            throw EngineError(.invalidRequest, "Cannot restore media tokens without an mmproj")
        }
        return Array(words[3..<end])
    }
}
