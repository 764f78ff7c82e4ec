// SPDX-License-Identifier: MIT

/// Lists of strings for C.
enum CStrings {
    /// Lends strings to a call; the pointers are valid in it only.
    static func lend<Result>(
        _ texts: [String],
        to body: (_ strings: UnsafePointer<UnsafePointer<CChar>?>?, _ count: Int32) -> Result
    ) -> Result {
        // One buffer for all, so that there is one thing to keep alive.
        var bytes: [CChar] = []
        var starts: [Int] = []
        for text in texts {
            starts.append(bytes.count)
            bytes += text.utf8CString
        }
        return bytes.withUnsafeBufferPointer { buffer in
            let pointers = starts.map { start in buffer.baseAddress.map { $0 + start } }
            return pointers.withUnsafeBufferPointer { body($0.baseAddress, Int32($0.count)) }
        }
    }
}
