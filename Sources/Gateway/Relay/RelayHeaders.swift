// SPDX-License-Identifier: MIT

import NIOCore
import NIOHTTP1
import Wire

/// Which header fields cross the relay. Hop-by-hop fields are RFC 9110, section 7.6.1; the others are llama-server's.
enum RelayHeaders {
    /// The fields of a request as the worker gets them.
    /// - Parameters:
    ///   - bodyBytes: length of the collected body.
    ///   - id: the request's id.
    ///   - load: how long the model took to load for it; nil where the worker needn't know.
    static func request(_ fields: HTTPHeaders, bodyBytes: Int, id: String, load: Duration? = nil) -> HTTPHeaders {
        var result: [(String, String)] = []
        result.reserveCapacity(fields.count + 3)
        let named = named(in: fields)
        result.append(("host", "localhost"))
        for (name, value) in fields where !isDropped(name, fromRequest: true) && !named.contains(name) {
            result.append((name, value))
        }
        result.append(("content-length", String(bodyBytes)))
        result.append(("x-request-id", id))
        if let load { result.append((InternalHeader.load, String(TimeAmount(load).nanoseconds))) }
        return HTTPHeaders(result)
    }

    /// The fields of a worker's response as the client gets them.
    /// - Parameter added: what the router says about the response.
    static func response(_ fields: HTTPHeaders, model: String, added: [CrossOrigin.Field]) -> HTTPHeaders {
        var result = answer(fields, reserving: added.count + 3)
        result.append(("x-enginehouse-model", visible(model)))
        for (name, value) in added { result.append((name, value)) }
        return HTTPHeaders(result)
    }

    /// The fields of another server's response that concern its body.
    /// - Parameter more: how many fields are to follow.
    static func answer(_ fields: HTTPHeaders, reserving more: Int = 0) -> [(String, String)] {
        var result: [(String, String)] = []
        result.reserveCapacity(fields.count + more)
        let named = named(in: fields)
        for (name, value) in fields where !isDropped(name, fromRequest: false) && !named.contains(name) {
            result.append((name, value))
        }
        return result
    }

    /// What the client calls its request, and the conversation that it is part of.
    static func names(in fields: HTTPHeaders) -> (request: String?, conversation: String?) {
        var names: (request: String?, conversation: String?)
        for (name, value) in fields {
            switch name.utf8.count {
            case 12 where names.request == nil && ASCII.equal(name, "x-request-id"): names.request = value
            case 17 where names.conversation == nil && ASCII.equal(name, "x-conversation-id"):
                if !value.isEmpty { names.conversation = value }
            default: break
            }
        }
        return names
    }

    /// Text as a header value can carry it: what is not printable ASCII is percent-encoded.
    static func visible(_ text: String) -> String {
        guard !text.utf8.allSatisfy({ isVisible($0) }) else { return text }
        let digits = Array("0123456789ABCDEF".utf8)
        var output: [UInt8] = []
        for byte in text.utf8 {
            if isVisible(byte) {
                output.append(byte)
            } else {
                output.append(contentsOf: [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]])
            }
        }
        return String(decoding: output, as: UTF8.self)
    }

    private static func isVisible(_ byte: UInt8) -> Bool {
        (0x21...0x7E).contains(byte) && byte != UInt8(ascii: "%")
    }

    /// The fields that `Connection` names.
    private static func named(in fields: HTTPHeaders) -> NamedFields {
        NamedFields(
            fields[canonicalForm: "connection"].map(String.init).filter {
                !ASCII.equal($0, "close") && !ASCII.equal($0, "keep-alive")
            }
        )
    }

    /// A client's key is for the router alone: workers and logs never see it.
    private static func isDropped(_ name: String, fromRequest: Bool) -> Bool {
        // Comparing lengths first spares most comparisons.
        switch name.utf8.count {
        case 2: ASCII.equal(name, "te")
        case 4: fromRequest && ASCII.equal(name, "host")
        case 6: fromRequest ? ASCII.equal(name, "expect") : ASCII.equal(name, "server")
        case 7: ASCII.equal(name, "trailer") || ASCII.equal(name, "upgrade")
        case 9: fromRequest && ASCII.equal(name, "x-api-key")
        case 10: ASCII.equal(name, "connection") || ASCII.equal(name, "keep-alive")
        case 12: ASCII.equal(name, "x-request-id")
        case 13: fromRequest && ASCII.equal(name, "authorization")
        case 14: fromRequest && ASCII.equal(name, "content-length")
        case 15: fromRequest && ASCII.equal(name, "accept-encoding")
        // The body goes on unpacked.
        case 16: ASCII.equal(name, "proxy-connection") || (fromRequest && ASCII.equal(name, "content-encoding"))
        case 17: ASCII.equal(name, "transfer-encoding")
        case 18: ASCII.equal(name, "proxy-authenticate") || (fromRequest && ASCII.equal(name, InternalHeader.load))
        case 19: ASCII.equal(name, "proxy-authorization") || (!fromRequest && isCORS(name))
        default: !fromRequest && isCORS(name)
        }
    }

    private static func isCORS(_ name: String) -> Bool {
        let prefix = "access-control-"
        return name.utf8.count > prefix.utf8.count && ASCII.equal(name.prefix(prefix.count), prefix)
    }

    /// Header names that a message declared to be for one hop; nearly always none.
    private struct NamedFields {
        let names: [String]

        init(_ names: [String]) {
            self.names = names
        }

        func contains(_ name: String) -> Bool {
            names.contains { ASCII.equal($0, name) }
        }
    }
}
