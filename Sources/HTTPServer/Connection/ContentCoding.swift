// SPDX-License-Identifier: MIT

package import NIOHTTP1
package import Wire

/// How a request's body is packed (RFC 9110, section 8.4).
package enum ContentCoding: Sendable, Equatable {
    /// It is as it is.
    case plain
    /// Its packing can be undone.
    case packed
    /// It is packed in a way, or in several, that this server can't unpack: the header's value.
    case unknown(String)

    /// What `Accept-Encoding` says where a packing is refused (RFC 7694).
    package static let accepted = "gzip, deflate"

    package init(_ headers: HTTPHeaders) {
        // Nearly every request has no such field, which its names' lengths tell.
        let length = "content-encoding".utf8.count
        guard headers.contains(where: { $0.name.utf8.count == length && $0.name.lowercased() == "content-encoding" })
        else {
            self = .plain
            return
        }
        let names = headers[canonicalForm: "content-encoding"].map { $0.lowercased() }
            .filter { !$0.isEmpty && $0 != "identity" }
        switch names.first {
        case nil: self = .plain
        case "gzip", "x-gzip", "deflate": self = names.count == 1 ? .packed : .unknown(names.joined(separator: ", "))
        default: self = .unknown(names.joined(separator: ", "))
        }
    }

    /// Why a request with this packing is refused: 415; nil if it isn't.
    package var refusal: APIError? {
        guard case .unknown(let name) = self else { return nil }
        return APIError(
            .invalidRequest,
            "the content-encoding '\(name.prefix(100))' of the body is not supported; send it as it is, or as gzip or deflate",
            status: 415
        )
    }
}
