// SPDX-License-Identifier: MIT

import Pages
import Requests
import Wire

/// libFuzzer's entry: any bytes as the address that a request names, as a query, as an IP address, and as a worker's page of
/// figures.
@_cdecl("LLVMFuzzerTestOneInput")
package func fuzz(_ data: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let text = String(decoding: UnsafeBufferPointer(start: data, count: count), as: UTF8.self)
    if let address = WebAddress(text) {
        precondition(WebPort.isUsable(in: address.text), "an address got a port that no socket has")
        _ = WebAddress("../x?y#z", relativeTo: address)
    }
    _ = WebPort.isUsable(in: text)
    _ = NetworkAddress(text)
    let query = QueryString(text[...])
    _ = query["url"] ?? query["model"] ?? query["from"]
    var page = MetricsPage()
    page.merge(text, model: "m")
    _ = page.text
    return 0
}
