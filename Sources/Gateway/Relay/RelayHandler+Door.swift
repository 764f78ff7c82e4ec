// SPDX-License-Identifier: MIT

import HTTPServer
import Logging
import NIOCore
import NIOHTTP1
import Wire

/// A request's way in: whether it is let in, and whether the relay or the routes answer it.
extension RelayHandler {
    func admit(_ head: HTTPRequestHead, _ announced: RequestAnnouncement, _ context: ChannelHandlerContext) {
        let (path, query) = RelayRoute.split(head.uri)
        var decision = door.decide(method: head.method, path: path, query: query, headers: head.headers)
        if case .unknown = announced.coding {
            decision.fields.append(("accept-encoding", ContentCoding.accepted))
        }
        let names = RelayHeaders.names(in: head.headers)
        let id = requestID.next(names.request)
        let passage = Passage(head: head, id: id, path: path, fields: decision.fields)
        let route = route(of: head)
        if !routesClose, let early = early(head, path, decision.refusal ?? announced.coding.refusal) {
            begin(head, announced, passage, route.map { RelayRequest(route: $0, id: id, head: head) }, early)
        } else if !routesClose, let route {
            let conversation = route.source == .body ? names.conversation : nil
            let request = RelayRequest(
                route: route,
                id: id,
                conversation: conversation,
                owner: decision.owner,
                head: head
            )
            begin(head, announced, passage, request, nil)
        } else {
            reader = .routes
            routePassages.append(passage)
            if !head.isKeepAlive { routesClose = true }
            context.fireChannelRead(wrapInboundOut(.head(head)))
        }
    }

    /// Where a request goes; nil if the routes answer it.
    func route(of head: HTTPRequestHead) -> RelayRoute? {
        RelayRoute(method: head.method, uri: head.uri, hasOnlyModel: settings.hasOnlyModel)
    }

    /// What is answered without a worker.
    /// - Parameter refusal: why the request isn't let in, or its body can't be read; nil if it is.
    func early(_ head: HTTPRequestHead, _ path: Substring, _ refusal: APIError?) -> EarlyAnswer? {
        if let refusal { return .refusal(refusal) }
        guard head.method == .GET || head.method == .HEAD else { return nil }
        if settings.greetsAsOllama, path == "/" { return .greeting }
        guard path == "/health" || path == "/v1/health" else { return nil }
        return leasing.illness.map { .refusal($0) } ?? .healthy
    }

    private func begin(
        _ head: HTTPRequestHead,
        _ announced: RequestAnnouncement,
        _ passage: Passage,
        _ request: RelayRequest?,
        _ early: EarlyAnswer?
    ) {
        reader = .relay
        current = RelayExchange(passage: passage, request: request, speaksHTTP11: head.speaksHTTP11)
        run(
            state.requestHead(
                dialect: request?.route.dialect ?? Dialect(path: passage.path),
                keepsAlive: head.isKeepAlive,
                expectsContinue: announced.expectsContinue,
                contentLength: announced.length,
                early: early
            )
        )
    }

    /// A request's head as if the API began at the root. What lies outside of it becomes a path that nothing serves.
    func withoutPrefix(_ part: HTTPServerRequestPart) -> HTTPServerRequestPart {
        guard !prefix.isEmpty, case .head(var head) = part else { return part }
        let rest = head.uri.hasPrefix(prefix) ? head.uri.dropFirst(prefix.count) : nil
        switch rest?.first {
        case "/": head.uri = String(rest ?? "/")
        // Browsers are sent on to where relative links work.
        case nil where rest != nil: head.uri = "/index.html"
        case "?": head.uri = "/" + String(rest ?? "")
        default: head.uri = "/outside-of-the-prefix" + head.uri
        }
        return .head(head)
    }

    /// The access log. Neither query nor header are in it: keys may be.
    func note(_ passage: Passage) {
        guard logger.logLevel <= .debug else { return }
        var metadata: Logger.Metadata = [
            "request": "\(passage.id)", "method": "\(passage.method.rawValue)", "path": "\(passage.path)",
            "status": "\(passage.status)",
            "milliseconds": "\((NIODeadline.now() - passage.began).nanoseconds / 1_000_000)",
        ]
        if let model = passage.model { metadata["model"] = "\(model)" }
        logger.debug("Request answered", metadata: metadata)
    }
}
