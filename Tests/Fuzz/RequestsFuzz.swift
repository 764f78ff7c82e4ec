// SPDX-License-Identifier: MIT

import Requests
import Wire

/// libFuzzer's entry: any bytes as a body are found to have a `model` or not, and become a chat request or an error in
/// each dialect; the rest of a form is looked at as well, and what the fields of a sound say.
@_cdecl("LLVMFuzzerTestOneInput")
package func fuzz(_ data: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: data, count: count))
    _ = try? RequestScan.find("model", in: bytes.span.bytes)
    _ = MultipartScan.field("model", in: bytes.span.bytes, boundary: "x")
    if case .audio(let format)? = MediaKind(of: bytes) { _ = format.seconds(of: bytes) }
    guard let fields = try? RequestFields(body: bytes.span.bytes) else { return 0 }
    // What was read can be written, and means the same.
    let again = try? JSONValue(parsing: fields.json.text)
    precondition(again?.text == fields.json.text, "a value changes when it is written and read")
    _ = try? ChatRequest.canonical(fields)
    _ = try? AnthropicRequest.read(fields)
    _ = try? ResponsesRequest.read(fields)
    return 0
}
