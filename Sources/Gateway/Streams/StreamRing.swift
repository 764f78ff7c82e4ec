// SPDX-License-Identifier: MIT

package import NIOCore

/// The last bytes of a stream, counted from its beginning. It is kept in blocks: whole ones are dropped from the front.
package struct StreamRing {
    /// Size of a block in bytes.
    package static let blockBytes = 16 << 10

    /// Offset of the oldest byte that is kept; a multiple of `blockBytes`.
    package private(set) var start = 0
    /// Offset behind the newest byte: how many bytes there have been.
    package private(set) var end = 0
    /// Full blocks, oldest first.
    private var full = CircularBuffer<ByteBuffer>()
    /// The block that is being filled. Not among the full ones, where writing to it would copy it.
    private var tail = ByteBuffer()

    package init() {}

    /// How many blocks of memory it holds.
    package var blocks: Int { full.count + (tail.capacity > 0 ? 1 : 0) }

    /// Adds bytes, and drops the oldest blocks if there are too many then.
    /// - Parameter maxBlocks: how many blocks may be held; one at least.
    package mutating func append(_ bytes: ByteBuffer, maxBlocks: Int) {
        var rest = bytes
        end += rest.readableBytes
        while rest.readableBytes > 0 {
            if tail.capacity == 0 {
                tail = ByteBufferAllocator().buffer(capacity: Self.blockBytes)
            } else if tail.readableBytes == Self.blockBytes {
                full.append(tail)
                tail = ByteBufferAllocator().buffer(capacity: Self.blockBytes)
            }
            let room = Self.blockBytes - tail.readableBytes
            guard let part = rest.readSlice(length: min(room, rest.readableBytes)) else { break }
            tail.writeImmutableBuffer(part)
        }
        while blocks > max(maxBlocks, 1) {
            full.removeFirst()
            start += Self.blockBytes
        }
    }

    /// A copy of the bytes from an offset on.
    /// - Parameters:
    ///   - offset: between `start` and `end`.
    ///   - limit: how many bytes at most.
    package func bytes(from offset: Int, atMost limit: Int) -> ByteBuffer {
        precondition((start...end).contains(offset), "read outside of the ring")
        let stop = min(end, offset + limit)
        var position = offset
        var copy = ByteBufferAllocator().buffer(capacity: stop - position)
        while position < stop {
            let (index, inner) = (position - start).quotientAndRemainder(dividingBy: Self.blockBytes)
            let block = index < full.count ? full[full.index(full.startIndex, offsetBy: index)] : tail
            let length = min(Self.blockBytes - inner, stop - position)
            guard let part = block.getSlice(at: block.readerIndex + inner, length: length) else { break }
            copy.writeImmutableBuffer(part)
            position += length
        }
        return copy
    }
}
