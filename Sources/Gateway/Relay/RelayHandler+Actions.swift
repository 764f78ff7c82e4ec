// SPDX-License-Identifier: MIT

import NIOCore
import NIOHTTP1
import Wire

extension RelayHandler {
    /// Does what the state machine says.
    func run(_ actions: [State.Action]) {
        for action in actions { run(action) }
    }

    private func run(_ action: State.Action) {
        switch action {
        case .sendContinue: writeInterimResponse()
        case .requestLease(let exchange): requestLease(exchange)
        case .cancelLease:
            current.withdraw?()
            current.withdraw = nil
        case .endLease(let lease):
            current.inUse = nil
            lease.end()
        case .connect(let lease, let fresh, let exchange): connect(lease, fresh: fresh, exchange: exchange)
        case .send(let upstream): send(on: upstream)
        case .readUpstream(let upstream): upstream.read()
        case .releaseUpstream(let upstream): pool.release(upstream)
        case .closeUpstream(let upstream): upstream.close()
        case .explainLoss(let lease, let exchange): explainLoss(of: lease, exchange: exchange)
        case .forwardHead(let lease, let closes): forwardHead(lease, closes: closes)
        case .endResponse:
            tellUntold()
            writeEnd()
        case .beginStream(let closes): beginStream(closes: closes)
        case .ping: ping()
        case .answer(let error, let dialect, let closes): answer(error, dialect, closes: closes)
        case .answerHealthy(let closes): answerHealthy(closes: closes)
        case .answerGreeting(let closes):
            write(
                ByteBuffer(staticString: "Ollama is running"),
                "text/plain; charset=utf-8",
                status: .ok,
                [:],
                closes: closes
            )
        case .answerReleased(let closes): answerReleased(closes: closes)
        case .endStream(let error, let dialect): endStream(error, dialect)
        case .probeClient(let probe): probeClient(probe)
        case .takeNext: drain()
        case .discardRest: discardRest()
        case .closeClient: closeClient()
        case .abortClient:
            endActivity(.failed)
            context?.flush()
            context?.close(promise: nil)
        }
    }

    // MARK: The lease

    private func requestLease(_ exchange: Int) {
        guard let request = current.request else { return }
        do throws(APIError) {
            // One that asks for another worker is known already.
            if current.modelName == nil, try becomesKnown(request, exchange) {
                return run(state.released(exchange: exchange))
            }
        } catch {
            return run(state.rejected(error, exchange: exchange))
        }
        let name = current.modelName ?? ""
        expectSilence()
        current.timing.asked = lastProgress
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        let withdraw = leasing.lease(name, autoload: request.route.autoload, isUse: request.route.isUse) { result in
            if bound.eventLoop.inEventLoop {
                bound.value.settle(result, exchange)
            } else {
                bound.eventLoop.execute { bound.value.settle(result, exchange) }
            }
        }
        if state.isLeasing(exchange) { current.withdraw = withdraw }
    }

    /// Looks into a request that is complete.
    /// - Returns: whether it only wanted its model to leave, which it does.
    private func becomesKnown(_ request: RelayRequest, _ exchange: Int) throws(APIError) -> Bool {
        beginActivity(exchange: exchange)
        let name = try RelayTarget.model(of: request, among: leasing.models)
        current.modelName = name
        current.activity?.note { $0.model = String(name.prefix(200)) }
        try keepStream(exchange: exchange)
        guard let wish = try OllamaWish(request, standard: settings.ollamaKeepAlive) else { return false }
        current.request?.wish = wish
        if wish.onlyReleases, let error = leasing.release(name) { throw error }
        return wish.onlyReleases
    }

    private func settle(_ result: Result<any ModelLease, APIError>, _ exchange: Int) {
        // The request that it was asked for may be over, and another one at hand.
        guard state.isLeasing(exchange) else {
            if case .success(let lease) = result { lease.end() }
            return
        }
        current.withdraw = nil
        switch result {
        case .success(let lease):
            current.timing.granted = .now()
            current.inUse = lease
            current.kept?.granted()
            current.passage?.model = lease.model
            // Only who had to wait may have waited for a load.
            current.load = current.timing.granted - current.timing.asked > .milliseconds(1) ? lease.loadTime : nil
            noteGrant(lease)
            if let wish = current.request?.wish { lease.keep(wish.keepAlive, isStandard: !wish.isOwn) }
            current.request?.load = current.load
            run(state.granted(lease, exchange: exchange))
        case .failure(let error): run(state.rejected(error, exchange: exchange))
        }
    }

    private func explainLoss(of lease: any ModelLease, exchange: Int) {
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        lease.explainLoss(within: settings.lossTimeout) { error in
            bound.eventLoop.execute { bound.value.run(bound.value.state.lossExplained(error, exchange: exchange)) }
        }
    }

    // MARK: The worker

    private func connect(_ lease: any ModelLease, fresh: Bool, exchange: Int) {
        pool.connection(to: lease.endpoint, fresh: fresh) { result in
            switch result {
            case .success(let upstream):
                self.run(self.state.connected(upstream, hasServed: upstream.served > 0, exchange: exchange))
            case .failure:
                self.run(self.state.connectFailed(isCutOff: lease.isCutOff(), exchange: exchange))
            }
        }
    }

    private func send(on upstream: UpstreamConnection) {
        guard let request = current.request else { preconditionFailure("a request was forgotten before it was sent") }
        expectWorker()
        current.timing.sent = lastWorkerByte
        upstream.send(request.upstreamHead, body: request.body, for: self)
    }

    // MARK: The client

    private func writeInterimResponse() {
        guard current.speaksHTTP11 else { return }
        let head = HTTPResponseHead(version: .http1_1, status: .continue)
        context?.writeAndFlush(wrapOutboundOut(.head(head)), promise: nil)
    }

    private func probeClient(_ probe: State.Action.Probe) {
        switch probe {
        case .interimResponse:
            writeInterimResponse()
        // A kept stream goes on in any case, and is not to hold what isn't part of it.
        case .comment where current.isBetweenEvents && current.kept == nil:
            writeBody(ByteBuffer(string: ":\n\n"))
            context?.flush()
        case .comment:
            break
        }
    }

    private func answer(_ error: APIError, _ dialect: Dialect, closes: Bool) {
        current.request = nil
        current.problem = error.message
        dropKept()
        let wait = error.retryAfterSeconds.map { HTTPHeaders([("retry-after", String($0))]) } ?? [:]
        write(
            ByteBuffer(bytes: error.body(in: dialect)),
            status: .init(statusCode: error.status(in: dialect)),
            wait,
            closes: closes
        )
    }

    /// Ollama's answer to a request that only wanted its model to leave.
    private func answerReleased(closes: Bool) {
        let now = Int64(activities.wallClock())
        let isChat = current.passage?.path == "/api/chat"
        current.request = nil
        write(
            ByteBuffer(bytes: OllamaWish.released(current.modelName ?? "", isChat: isChat, now: now).bytes),
            status: .ok,
            [:],
            closes: closes
        )
    }

    private func answerHealthy(closes: Bool) {
        write(ByteBuffer(staticString: #"{"status":"ok"}"#), status: .ok, [:], closes: closes)
    }

    /// Writes a whole response of the router's own.
    private func write(
        _ body: ByteBuffer,
        _ type: String = "application/json; charset=utf-8",
        status: HTTPResponseStatus,
        _ fields: HTTPHeaders,
        closes: Bool
    ) {
        var head = HTTPResponseHead(version: current.version, status: status)
        head.headers = ["content-type": type, "content-length": String(body.readableBytes)]
        head.headers.add(contentsOf: fields)
        writeHead(&head, closes: closes)
        context?.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
        writeEnd()
    }

    private func endStream(_ error: APIError, _ dialect: Dialect) {
        current.problem = error.message
        let gap = current.isBetweenEvents ? "" : dialect == .ollama ? "\n" : "\n\n"
        writeBody(ByteBuffer(string: gap + error.event(in: dialect)))
        concludePassage()
        guard let context else { return }
        // Without the last chunk: a client that doesn't look at events doesn't take this for a whole answer.
        let flushed = context.eventLoop.makePromise(of: Void.self)
        context.writeAndFlush(wrapOutboundOut(.body(.byteBuffer(ByteBuffer()))), promise: flushed)
        let delay = settings.cutDelay
        let loop = context.eventLoop
        written = flushed.futureResult.flatMap { loop.scheduleTask(in: delay) {}.futureResult }
    }

    /// The request at hand is answered, as far as it will be.
    private func concludePassage() {
        endKept()
        endActivity()
        if let passage = current.passage {
            note(passage)
            if let model = passage.model, passage.method == .POST {
                metrics.answered(model, status: passage.status, firstToken: current.timing.firstToken)
            }
        }
        current.passage = nil
    }

    private func writeEnd() {
        concludePassage()
        guard let context else { return }
        let isLast = state.isClosed || state.isDeaf
        let promise = isLast ? context.eventLoop.makePromise(of: Void.self) : nil
        written = promise?.futureResult
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: promise)
    }

    /// Writes a head of the router's own, with what every response gets.
    func writeHead(_ head: inout HTTPResponseHead, closes: Bool) {
        current.passage?.status = head.status.code
        for (name, value) in current.passage?.allFields ?? [] { head.headers.add(name: name, value: value) }
        addConnectionField(to: &head, closes: closes)
        context?.write(wrapOutboundOut(.head(head)), promise: nil)
    }

    func addConnectionField(to head: inout HTTPResponseHead, closes: Bool) {
        if closes {
            head.headers.add(name: "connection", value: "close")
        } else if !current.speaksHTTP11 {
            head.headers.add(name: "connection", value: "keep-alive")
        }
    }

    private func discardRest() {
        guard let context else { return }
        discarding = context.eventLoop.assumeIsolated().scheduleTask(in: settings.discardTimeout) { [weak self] in
            self?.context?.close(promise: nil)
        }
        context.read()
    }

    private func closeClient() {
        held.removeAll()
        guard let context else { return }
        guard let written else { return context.close(promise: nil) }
        written.assumeIsolated().whenComplete { [weak self] _ in self?.context?.close(promise: nil) }
    }
}
