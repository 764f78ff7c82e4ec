// SPDX-License-Identifier: MIT

import NIOCore
import NIOHTTP1

/// One look at a worker's own metrics, on one event loop.
final class WorkerScrape: UpstreamDelegate {
    /// What is longer is no page of metrics.
    private static let maximumBytes = 4 << 20

    private let lease: any ModelLease
    private let pool: UpstreamPool
    private let finish: (String?) -> Void
    private var upstream: UpstreamConnection?
    private var status = HTTPResponseStatus.ok
    private var body = ByteBuffer()
    private var isOver = false

    /// - Parameter finish: called once, with the page or nil if there is none.
    init(lease: any ModelLease, pool: UpstreamPool, finish: @escaping (String?) -> Void) {
        self.lease = lease
        self.pool = pool
        self.finish = finish
    }

    func begin() {
        pool.connection(to: lease.endpoint, fresh: false) { result in
            guard case .success(let upstream) = result else { return self.end(nil) }
            guard !self.isOver else { return self.pool.release(upstream) }
            self.upstream = upstream
            let head = HTTPRequestHead(version: .http1_1, method: .GET, uri: "/metrics", headers: ["host": "localhost"])
            upstream.send(head, body: ByteBuffer(), for: self)
        }
    }

    /// Ends it without a page, unless it has ended.
    func giveUp() {
        upstream?.close()
        end(nil)
    }

    func upstreamRead(_ part: HTTPClientResponsePart, keepsAlive: Bool) {
        switch part {
        case .head(let head): status = head.status
        case .body(var bytes):
            guard body.readableBytes + bytes.readableBytes <= Self.maximumBytes else { return giveUp() }
            body.writeBuffer(&bytes)
        case .end:
            if let upstream { pool.release(upstream) }
            end(status == .ok ? String(buffer: body) : nil)
        }
    }

    func upstreamReadComplete() {
        if !isOver { upstream?.read() }
    }

    func upstreamClosed() {
        end(nil)
    }

    private func end(_ page: String?) {
        guard !isOver else { return }
        isOver = true
        upstream = nil
        lease.end()
        finish(page)
    }
}
