// SPDX-License-Identifier: MIT

import HTTPTypes
import Hummingbird
import NIOCore
import Page

/// A file of the web page, as it is answered.
struct PageFile {
    /// The media type.
    let type: String
    /// The entity tag, in its quotes (RFC 9110, section 8.8.3).
    let tag: String
    let body: ByteBuffer

    /// All files by their path below the page's folder, such as `app.js`.
    static let all: [String: PageFile] = {
        var files: [String: PageFile] = [:]
        for index in 0..<sy_page_count() {
            let file = sy_page_file_at(index)
            files[String(cString: file.path)] = PageFile(
                type: String(cString: file.type),
                tag: "\"" + String(sy_page_hash(file), radix: 36) + "\"",
                body: ByteBuffer(bytes: UnsafeBufferPointer(start: file.bytes, count: file.count))
            )
        }
        return files
    }()

    /// The file, or 304 if the browser has it.
    func response(to request: Request) -> Response {
        var headers = PagePolicy.fields
        headers[.eTag] = tag
        let known = request.headers[.ifNoneMatch] ?? ""
        if known == "*" || known.contains(tag) { return Response(status: .notModified, headers: headers) }
        headers[.contentType] = type
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: body))
    }
}
