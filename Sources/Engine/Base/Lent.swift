// SPDX-License-Identifier: MIT

/// A text for C, with its length: what ends at the first NUL would lose what stands behind it.
enum Lent {
    /// Lends a text's UTF-8 to a call; the pointer is valid in it only.
    static func text<Result>(
        _ text: String,
        to body: (_ bytes: UnsafePointer<CChar>?, _ count: Int) -> Result
    ) -> Result {
        var text = text
        return text.withUTF8 { utf8 in
            utf8.withMemoryRebound(to: CChar.self) { body($0.baseAddress, $0.count) }
        }
    }
}
