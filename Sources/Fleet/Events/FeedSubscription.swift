// SPDX-License-Identifier: MIT

/// What one subscriber reads of a feed. It is read by one task.
package struct FeedSubscription<Element: Sendable>: AsyncSequence, Sendable {
    /// What a subscriber gets.
    package enum Item: Sendable {
        case element(Element)
        /// The subscriber fell behind, and elements after this point are lost to it. The last item.
        case lagged
    }

    let stream: AsyncStream<Element>
    let mark: LagMark

    package struct AsyncIterator: AsyncIteratorProtocol {
        var base: AsyncStream<Element>.Iterator
        let mark: LagMark
        private var isOver = false

        init(base: AsyncStream<Element>.Iterator, mark: LagMark) {
            self.base = base
            self.mark = mark
        }

        package mutating func next() async -> Item? {
            guard !isOver else { return nil }
            if let element = await base.next() { return .element(element) }
            isOver = true
            return mark.isSet ? .lagged : nil
        }
    }

    package func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(base: stream.makeAsyncIterator(), mark: mark)
    }
}

extension FeedSubscription.Item: Equatable where Element: Equatable {}
