// SPDX-License-Identifier: MIT

import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import NIOHTTPTypesHTTP1
import NIOSSL
import Wire

/// A client's connection: HTTP codec, deadlines, relay, and behind it Hummingbird for the routes that the router answers
/// itself. The relay stands in front of the conversion to Hummingbird's types, which costs more than the relay does.
struct GatewayChannel: HTTPChannelHandler {
    typealias Value = NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>

    let responder: HTTPChannelHandler.Responder
    let leasing: any ModelLeasing
    let pools: UpstreamPools
    let settings: GatewaySettings
    let door: FrontDoor
    let files: ServerFiles
    let bodies: BodyBudget
    let logger: Logger
    let metrics: RelayMetrics
    let streams: ResumableStreams
    let activities: Activity

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        channel.eventLoop.makeCompletedFuture {
            let pipeline = channel.pipeline.syncOperations
            let tls = files.tls
            if let tls {
                try pipeline.addHandler(NIOSSLServerHandler(context: tls))
                // A client that ends its encrypted side is gone; none goes on to listen, as some do on plain TCP.
                try channel.syncOptions?.setOption(.allowRemoteHalfClosure, value: false)
            }
            var limits = NIOHTTPDecoderLimitConfiguration()
            limits.maxHeaderFieldSize = settings.maxHeaderBytes
            limits.maxHeaderListSize = settings.maxHeaderBytes
            limits.maxHeaderFieldCount = settings.maxHeaderCount
            try pipeline.addHandler(HTTPResponseEncoder())
            // A body that isn't let in isn't worth to be unpacked.
            let intake = try RequestIntake(
                behindDecoderOf: pipeline,
                limits: limits,
                limit: settings.relay.maxBodyBytes
            ) { [door] head in
                let (path, query) = RelayRoute.split(head.uri)
                return door.decide(method: head.method, path: path, query: query, headers: head.headers).refusal == nil
            }
            let deadlines = ConnectionDeadlines(
                request: settings.idleTimeout,
                body: settings.bodyTimeout,
                write: settings.writeTimeout,
                pace: settings.bodyPace,
                now: .now()
            )
            try pipeline.addHandler(ConnectionHandler(intake, deadlines))
            let pool = pools.pool(of: channel.eventLoop)
            try pipeline.addHandler(
                RelayHandler(
                    leasing: leasing,
                    pool: pool,
                    settings: settings.relay,
                    door: door,
                    logger: self.logger,
                    metrics: metrics,
                    streams: streams,
                    activities: activities,
                    bodies: bodies,
                    eventLoop: channel.eventLoop,
                    connection: .random(in: 0 ... .max)
                )
            )
            try pipeline.addHandler(HTTP1ToHTTPServerCodec(secure: tls != nil))
            try pipeline.addHandler(HTTPConnectionStateHandler(idleTimeout: nil, logger: logger))
            return try NIOAsyncChannel(
                wrappingChannelSynchronously: channel,
                configuration: .init(isOutboundHalfClosureEnabled: true)
            )
        }
    }

    func handle(value: Value, logger: Logger) async {
        await handleHTTP(asyncChannel: value, logger: logger)
    }
}
