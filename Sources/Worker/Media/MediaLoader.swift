// SPDX-License-Identifier: MIT

package import Engine
import NIOPosix
import Wire

/// Gets the media of requests, as far as the operator lets requests name them.
package struct MediaLoader: Sendable {
    package var limits = MediaLimits()
    /// The folder whose files requests may name; nil for none.
    package var folder: MediaFolder?
    /// What is asked for media on the web; nil where requests may not name any.
    package var web: WebMedia?

    package init() {}

    /// The media's bytes.
    /// - Throws: 400 for a medium that may not be had or isn't there.
    package func load(_ sources: [MediaSource]) async throws -> [Medium] {
        guard sources.count <= limits.count else {
            throw APIError(
                .invalidRequest,
                "the request has \(sources.count) media and \(limits.count) are allowed"
            )
        }
        var media: [Medium] = []
        for source in sources {
            switch source {
            case .bytes(let medium):
                media.append(medium)
            case .file(let name):
                guard let folder else {
                    throw APIError(
                        .invalidRequest,
                        "file:// URLs are not allowed unless --media-path is specified; send the file's bytes as data:"
                    )
                }
                let limit = limits.bytes
                let bytes = try await NIOThreadPool.singleton.runIfActive {
                    Result { () throws(APIError) in try folder.read(name, limit: limit) }
                }
                media.append(Medium(try bytes.get()))
            case .web(let address):
                guard let web else {
                    throw APIError(
                        .invalidRequest,
                        "media on the web are not loaded unless --allow-media-urls is given; send the bytes as data:"
                    )
                }
                media.append(Medium(try await web.get(address, limit: limits.bytes)))
            }
        }
        return media
    }
}
