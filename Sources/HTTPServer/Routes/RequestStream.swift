// SPDX-License-Identifier: MIT

package import NIOCore

/// A request's body, bit by bit. It is read no faster than its route takes it: some reads of the socket wait at most.
///
/// It ends with the body, and throws where the client leaves in the middle of it.
package struct RequestStream: AsyncSequence, Sendable {
    fileprivate typealias Producer = NIOThrowingAsyncSequenceProducer<
        ByteBuffer, any Error, NIOAsyncSequenceProducerBackPressureStrategies.HighLowWatermark, Delegate
    >

    /// Where the connection puts what comes.
    struct Source {
        fileprivate let source: Producer.Source

        /// - Returns: whether more may follow at once; otherwise `goOn` says when.
        func yield(_ bytes: ByteBuffer) -> Bool {
            if case .stopProducing = source.yield(bytes) { false } else { true }
        }

        func finish() { source.finish() }
        func finish(_ error: any Error) { source.finish(error) }
    }

    package struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate let iterator: Producer.AsyncIterator

        package mutating func next() async throws -> ByteBuffer? { try await iterator.next() }
    }

    fileprivate struct Delegate: NIOAsyncSequenceProducerDelegate {
        let goOn: @Sendable () -> Void

        func produceMore() { goOn() }
        func didTerminate() {}
    }

    private let producer: Producer

    /// Parts that may wait: below the first number more is read, above the second no more is.
    private static let watermarks = (low: 8, high: 32)

    /// - Parameter goOn: lets more be read; from any thread.
    static func make(_ goOn: @escaping @Sendable () -> Void) -> (RequestStream, Source) {
        let made = Producer.makeSequence(
            elementType: ByteBuffer.self,
            failureType: (any Error).self,
            backPressureStrategy: .init(lowWatermark: watermarks.low, highWatermark: watermarks.high),
            finishOnDeinit: true,
            delegate: Delegate(goOn: goOn)
        )
        return (RequestStream(producer: made.sequence), Source(source: made.source))
    }

    package func makeAsyncIterator() -> AsyncIterator { AsyncIterator(iterator: producer.makeAsyncIterator()) }
}
