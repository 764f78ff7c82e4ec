// SPDX-License-Identifier: MIT

package import Catalogue
import Platform

/// What to do with the answer to a request for the rest of a file.
package enum RangeAnswer: Equatable {
    /// The body continues what is there.
    case append
    /// The body is the whole file: what is there is dropped.
    case restart
    /// Nothing is missing.
    case complete
    /// What is there is of no use: it is dropped, and the whole file asked for.
    case askAgain

    /// - Parameters:
    ///   - have: the bytes that are there.
    ///   - size: the bytes that the file must have.
    ///   - oid: the file's hash, by which some hubs tag it.
    ///   - entityTag: the answer's `X-Linked-ETag` or `ETag`.
    ///   - contentRange: its `Content-Range`.
    ///   - contentLength: its `Content-Length`.
    /// - Throws: `wrongContent` for an answer about another file, `unavailable`, `denied`, `notFound` for an error.
    package init(
        status: Int,
        have: UInt64,
        size: UInt64,
        oid: String,
        entityTag: String?,
        contentRange: String?,
        contentLength: UInt64?
    ) throws(HubError) {
        if let tag = Self.oid(in: entityTag), (200..<300).contains(status), tag.utf8.count == oid.utf8.count, tag != oid
        {
            throw HubError(.wrongContent, "the hub has another file there now than it has listed")
        }
        switch status {
        case 206:
            guard let range = Self.range(contentRange), range.first == have, range.size == nil || range.size == size
            else {
                self = .askAgain
                return
            }
            self = .append
        case 200:
            if let contentLength, contentLength != size {
                throw HubError(.wrongContent, "the hub sends \(contentLength) bytes and had listed \(size)")
            }
            self = .restart
        case 416:
            self = have == size ? .complete : .askAgain
        default:
            throw HubError(status: status, what: "the file")
        }
    }

    /// A hash in an entity tag, such as `W/"0123…"`.
    private static func oid(in entityTag: String?) -> String? {
        guard var tag = entityTag.map({ Substring($0) }) else { return nil }
        if tag.hasPrefix("W/") { tag = tag.dropFirst(2) }
        guard tag.count > 2, tag.hasPrefix("\""), tag.hasSuffix("\"") else { return nil }
        let text = tag.dropFirst().dropLast().lowercased()
        return HubCache.isObjectID(text) ? text : nil
    }

    /// Takes `bytes FIRST-LAST/SIZE` apart.
    private static func range(_ text: String?) -> (first: UInt64, size: UInt64?)? {
        guard let text, text.lowercased().hasPrefix("bytes ") else { return nil }
        let parts = text.dropFirst(6).split(separator: "/")
        guard parts.count == 2, let dash = parts[0].firstIndex(of: "-"), let first = UInt64(parts[0][..<dash]) else {
            return nil
        }
        return (first, UInt64(parts[1]))
    }
}

extension HubError {
    /// What an HTTP status of the hub means.
    /// - Parameter what: what was asked for, such as `the repository 'a/b'`.
    package init(status: Int, what: String) {
        switch status {
        case 401, 403:
            self.init(
                .denied,
                "the hub refuses access to \(what); it may be private, gated or misspelt, or the token is wrong"
            )
        case 404, 410:
            self.init(.notFound, "the hub doesn't have \(what)")
        case 429:
            self.init(.unavailable, "the hub asks us to wait (429)")
        default:
            self.init(.unavailable, "the hub answers \(status) when asked for \(what)")
        }
    }
}
