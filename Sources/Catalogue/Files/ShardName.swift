// SPDX-License-Identifier: MIT

/// The name of one shard's file: `prefix-00001-of-00003.gguf`, as llama.cpp writes it (`llama_split_path`).
package struct ShardName: Equatable {
    /// What stands before the numbers; the model's name.
    package let prefix: String
    /// The shard's number, from 1.
    package let number: Int
    /// How many shards there are.
    package let count: Int

    package init(prefix: String, number: Int, count: Int) {
        self.prefix = prefix
        self.number = number
        self.count = count
    }

    /// Takes a file's name apart; nil for one that is not a shard's.
    package init?(fileName: String) {
        guard fileName.hasSuffix(ModelFile.suffix) else { return nil }
        let parts = fileName.dropLast(ModelFile.suffix.count).split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count >= 4, parts[parts.count - 2] == "of",
            let number = Self.number(parts[parts.count - 3]), let count = Self.number(parts[parts.count - 1]),
            (1...count).contains(number)
        else { return nil }
        self.init(prefix: parts.dropLast(3).joined(separator: "-"), number: number, count: count)
    }

    /// The file's name.
    package var fileName: String {
        "\(prefix)-\(Self.digits(number))-of-\(Self.digits(count))\(ModelFile.suffix)"
    }

    /// The name of another shard of the same model.
    package func sibling(_ number: Int) -> ShardName { ShardName(prefix: prefix, number: number, count: count) }

    private static func number(_ text: Substring) -> Int? {
        guard text.utf8.count == 5, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(text) else {
            return nil
        }
        return number > 0 ? number : nil
    }

    private static func digits(_ number: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, 5 - text.utf8.count)) + text
    }
}
