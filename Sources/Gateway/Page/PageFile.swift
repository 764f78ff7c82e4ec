// SPDX-License-Identifier: MIT

import HTTPServer
import NIOCore
import Page
import Synchronization

/// A file of the web page, as it is answered.
struct PageFile {
    /// Below the page's folder, such as `app.js`.
    let path: String
    /// The media type.
    let type: String
    /// A hash of the file, for its entity tag.
    let hash: String
    let body: ByteBuffer

    /// All files by their path.
    static let all: [String: PageFile] = {
        var files: [String: PageFile] = [:]
        for index in 0..<eh_page_count() {
            let file = eh_page_file_at(index)
            let path = String(cString: file.path)
            files[path] = PageFile(
                path: path,
                type: String(cString: file.type),
                hash: String(eh_page_hash(file), radix: 36),
                body: ByteBuffer(bytes: UnsafeBufferPointer(start: file.bytes, count: file.count))
            )
        }
        return files
    }()

    /// What was compressed so far, by path.
    private static let compressed = Mutex<[String: ByteBuffer]>([:])

    /// The file, or 304 if the browser has it.
    func response(to request: Request) -> Response {
        let takesGzip = Self.takesGzip(request.header("accept-encoding") ?? "")
        // Entity tags are those of what is sent (RFC 9110, section 8.8.3).
        let tag = "\"\(hash)\(takesGzip ? "-gzip" : "")\""
        var headers = PagePolicy.fields
        headers += [("etag", tag), ("vary", "Accept-Encoding")]
        let known = request.header("if-none-match") ?? ""
        if known == "*" || known.contains(tag) { return Response(status: 304, headers: headers) }
        guard takesGzip, let gzip else { return Response(contentType: type, headers: headers, body: .buffer(body)) }
        headers.append(("content-encoding", "gzip"))
        return Response(contentType: type, headers: headers, body: .buffer(gzip))
    }

    /// Whether `Accept-Encoding` names gzip, and not with a weight of 0 (RFC 9110, section 12.5.3).
    private static func takesGzip(_ field: String) -> Bool {
        field.lowercased().split(separator: ",").contains { part in
            let words = part.filter { !$0.isWhitespace }.split(separator: ";")
            guard words.first == "gzip" else { return false }
            return !words.dropFirst().contains {
                $0.hasPrefix("q=0") && $0.dropFirst(3).allSatisfy { $0 == "." || $0 == "0" }
            }
        }
    }

    /// The packed body; nil if it can't be packed.
    private var gzip: ByteBuffer? {
        if let known = Self.compressed.withLock({ $0[path] }) { return known }
        let made = GzipBody.packed(body)
        Self.compressed.withLock { $0[path] = made }
        return made
    }
}
