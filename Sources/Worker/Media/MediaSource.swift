// SPDX-License-Identifier: MIT

package import Engine
import Essentials
package import Wire

/// Where a request says that a medium is.
package enum MediaSource: Sendable, Equatable {
    /// In the request itself.
    case bytes(Medium)
    /// In a file below the media folder, named from there.
    case file(String)
    /// On the web.
    case web(WebAddress)

    /// Reads what `url` says: `data:` with base64, `file://`, `http(s)://`, or plain base64.
    /// - Parameter field: the field's name, for errors.
    /// - Throws: 400.
    package init(url: String, field: String) throws(APIError) {
        if url.hasPrefix("data:") {
            self = .bytes(try Self.data(url, field))
        } else if url.hasPrefix("file://") {
            self = .file(String(url.dropFirst("file://".count)))
        } else if url.hasPrefix("http://") || url.hasPrefix("https://") {
            guard let address = WebAddress(url) else {
                throw APIError(.invalidRequest, "'\(field)' is not an address that can be asked")
            }
            self = .web(address)
        } else {
            self = .bytes(try Self.base64(url[...], field))
        }
    }

    /// RFC 2397, with the types that are understood.
    private static func data(_ url: String, _ field: String) throws(APIError) -> Medium {
        guard let comma = url.utf8.firstIndex(of: UInt8(ascii: ",")) else {
            throw APIError(.invalidRequest, "'\(field)' must have a comma between its type and its data")
        }
        let type = url[..<comma].lowercased()
        guard type.hasPrefix("data:image/") || type.hasPrefix("data:audio/") else {
            throw APIError(.invalidRequest, "'\(field)' must be of a type image/… or audio/…")
        }
        guard type.hasSuffix(";base64") else {
            throw APIError(.invalidRequest, "'\(field)' must be encoded as base64: data:image/png;base64,…")
        }
        return try base64(url[url.index(after: comma)...], field)
    }

    /// RFC 4648, padded or not, of one line or several.
    package static func base64(_ text: Substring, _ field: String) throws(APIError) -> Medium {
        var bytes = text.utf8.filter { $0 != 0x0A && $0 != 0x0D && $0 != 0x20 }
        while bytes.count % 4 != 0, bytes.count % 4 != 1 { bytes.append(UInt8(ascii: "=")) }
        guard !bytes.isEmpty, let data = Data(base64Encoded: Data(bytes)), !data.isEmpty else {
            throw APIError(.invalidRequest, "'\(field)' is neither an address nor base64")
        }
        return Medium([UInt8](data))
    }
}
