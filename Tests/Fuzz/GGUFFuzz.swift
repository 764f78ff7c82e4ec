// SPDX-License-Identifier: MIT

import GGUF

/// libFuzzer's entry: reading any bytes as a GGUF header returns or throws.
@_cdecl("LLVMFuzzerTestOneInput")
package func fuzz(_ data: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: data, count: count))
    var limits = GGUFLimits()
    limits.arrayElements = 100
    _ = try? GGUFHeader(bytes: bytes, limits: limits)
    if let header = try? GGUFHeader(bytes: bytes) { _ = GGUFModelInfo(header: header).quantisation }
    return 0
}
