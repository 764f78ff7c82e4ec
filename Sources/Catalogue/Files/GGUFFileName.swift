// SPDX-License-Identifier: MIT

/// What the path of a GGUF file in a repository tells: quantisation tag and place among shards.
///
/// The rules are those of llama.cpp (`get_gguf_split_info` in common/download.cpp).
package struct GGUFFileName: Sendable, Equatable {
    /// The path without numbers of shards and suffix.
    package let prefix: String
    /// What stands behind the last `-` or `.`, in capitals, with `UD-` if that stands before it; empty if there is
    /// none.
    ///
    /// `UD` marks another way of quantising, whose files stand beside the plain ones. llama.cpp leaves it out of tags,
    /// so that one of the two can't be named.
    package let tag: String
    /// The shard's number, from 1; 1 for a single file.
    package let shard: Int
    /// How many shards there are; 1 for a single file.
    package let shardCount: Int

    /// - Parameter path: with `/` between folders; nil for one that doesn't end in `.gguf`.
    package init?(path: String) {
        guard path.hasSuffix(ModelFile.suffix), path != ModelFile.suffix else { return nil }
        if let name = ShardName(fileName: path) {
            prefix = name.prefix
            shard = name.number
            shardCount = name.count
        } else {
            prefix = String(path.dropLast(ModelFile.suffix.count))
            shard = 1
            shardCount = 1
        }
        tag = Self.tag(of: prefix)
    }

    /// What begins the tag of a file that was quantised with differing types for its tensors.
    package static let dynamicPrefix = "UD-"

    /// The number of bits per weight that a tag speaks of: 4 of `Q4_K_M`, 16 of `BF16`; 0 if it names none.
    package static func bits(of tag: String) -> Int {
        let digits = tag.drop { !$0.isASCII || !$0.isNumber }.prefix { $0.isASCII && $0.isNumber }
        return Int(digits.prefix(4)) ?? 0
    }

    /// Whether the file's name, the last part of a path, is that of a companion of models or of a matrix.
    package static func isNamedCompanion(_ path: String) -> Bool {
        let name = path.split(separator: "/").last ?? ""
        return ["mmproj", "imatrix", "mtp-", "eagle3-", "dflash-", "dspark-"].contains { name.contains($0) }
    }

    private static func tag(of prefix: String) -> String {
        guard let separator = prefix.lastIndex(where: { $0 == "-" || $0 == "." }) else { return "" }
        let word = prefix[prefix.index(after: separator)...]
        guard word.utf8.allSatisfy({ Self.isTagByte($0) }) else { return "" }
        let before = prefix[..<separator]
        let start = before.lastIndex { $0 == "-" || $0 == "." || $0 == "/" }.map { before.index(after: $0) }
        let isDynamic = before[(start ?? before.startIndex)...].uppercased() == "UD"
        return (isDynamic ? dynamicPrefix : "") + word.uppercased()
    }

    private static func isTagByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
