// SPDX-License-Identifier: MIT

package import NIOCore

/// How much of streams is kept for clients that come back, and for how long.
package struct ConversationLimits: Sendable {
    /// How many streams at a time, running and ended.
    package var streams = 256
    /// How many bytes of one stream; llama-server's figure.
    package var bytesEach = 4 << 20
    /// How many bytes of all streams together.
    package var bytes = 128 << 20
    /// How long a stream is kept after its end; llama-server's figure.
    package var age: TimeAmount = .seconds(300)

    package init() {}

    var blocksEach: Int { max(1, bytesEach / StreamRing.blockBytes) }
    var blocks: Int { bytes / StreamRing.blockBytes }
}
