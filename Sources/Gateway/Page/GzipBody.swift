// SPDX-License-Identifier: MIT

package import NIOCore
import NIOEmbedded
import NIOHTTP1
import NIOHTTPCompression

/// Packs bodies as gzip, by the compressor that NIO has for requests: it gives out what it makes only through a channel.
package enum GzipBody {
    /// - Returns: the packed bytes; nil if they can't be made.
    package static func packed(_ body: ByteBuffer) -> ByteBuffer? {
        let channel = EmbeddedChannel(handler: NIOHTTPRequestCompressor(encoding: .gzip))
        defer { _ = try? channel.finish() }
        do {
            let head = HTTPRequestHead(version: .http1_1, method: .POST, uri: "/")
            channel.write(HTTPClientRequestPart.head(head), promise: nil)
            channel.write(HTTPClientRequestPart.body(.byteBuffer(body)), promise: nil)
            try channel.writeOutbound(HTTPClientRequestPart.end(nil))
            var result = ByteBuffer()
            while let part = try channel.readOutbound(as: HTTPClientRequestPart.self) {
                if case .body(.byteBuffer(let bytes)) = part { result.writeImmutableBuffer(bytes) }
            }
            return result.readableBytes > 0 ? result : nil
        } catch {
            return nil
        }
    }
}
