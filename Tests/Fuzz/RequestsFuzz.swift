// SPDX-License-Identifier: MIT

import API
import Requests
import Wire

/// libFuzzer's entry: any bytes as a body are found to have a `model` or not, and become a chat request or an error in
/// each dialect; the rest of a form is looked at as well, and what the fields of a sound say. The same bytes are taken for a grammar
/// and, where they are an object, for a JSON schema.
@_cdecl("LLVMFuzzerTestOneInput")
package func fuzz(_ data: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: data, count: count))
    _ = try? RequestScan.find("model", in: bytes.span.bytes)
    if let value = try? RequestScan.value("keep_alive", in: bytes.span.bytes) { _ = KeepAlive(json: value) }
    _ = MultipartScan.field("model", in: bytes.span.bytes, boundary: "x")
    if case .audio(let format)? = MediaKind(of: bytes) { _ = format.seconds(of: bytes) }
    _ = try? GrammarCheck.check(String(decoding: bytes, as: UTF8.self))
    guard let fields = try? RequestFields(body: bytes.span.bytes) else { return 0 }
    // What was read can be written, and means the same.
    let again = try? JSONValue(parsing: fields.json.text)
    precondition(again?.text == fields.json.text, "a value changes when it is written and read")
    _ = try? ChatRequest.canonical(fields)
    _ = try? AnthropicRequest.read(fields)
    _ = try? ResponsesRequest.read(fields)
    _ = try? OllamaRequest(chat: fields, contextSize: 512, shifts: false)
    _ = try? OllamaRequest(generate: fields, contextSize: 512, shifts: true)
    for use in [SchemaCheck.Use.answer(isStrict: false), .tool] {
        _ = try? SchemaCheck.check(fields.json, at: "schema", for: use)
    }
    return 0
}
