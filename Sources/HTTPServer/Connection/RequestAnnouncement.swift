// SPDX-License-Identifier: MIT

package import NIOHTTP1

/// What a request's head says of what follows it, found in one walk over the header, since each request asks.
package struct RequestAnnouncement: Sendable {
    /// `Content-Length`, in bytes; nil without one, and for what is no number.
    package private(set) var length: Int?
    /// Whether the client waits to be told to go on (RFC 9110, section 10.1.1).
    package private(set) var expectsContinue = false
    package private(set) var coding = ContentCoding.plain
    package private(set) var wish = ProtocolWish.none

    package init(_ head: HTTPRequestHead) {
        var mayWish = head.method == .CONNECT
        for (name, value) in head.headers {
            // Lengths spare most comparisons.
            switch name.utf8.count {
            case 6 where name.lowercased() == "expect":
                expectsContinue = expectsContinue || (head.speaksHTTP11 && value.lowercased() == "100-continue")
            case 7: mayWish = true
            case 14 where length == nil && name.lowercased() == "content-length": length = Int(value)
            case 16 where coding == .plain && name.lowercased() == "content-encoding":
                coding = ContentCoding(head.headers)
            default: break
            }
        }
        if mayWish { wish = ProtocolWish(head) }
    }
}

extension HTTPRequestHead {
    /// Whether the client knows interim answers, chunks, and connections that are kept unless told otherwise.
    package var speaksHTTP11: Bool { version.major == 1 && version.minor >= 1 }
}
