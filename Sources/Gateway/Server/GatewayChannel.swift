// SPDX-License-Identifier: MIT

import HTTPServer
import Logging
import NIOCore
import NIOHTTP1
import NIOSSL
import Wire

/// What a client's connection is made of: HTTP codec, deadlines, relay, and behind it the routes that the router answers itself.
struct GatewayChannel: Sendable {
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
    let answerer: RouteAnswerer

    /// Makes up a connection's pipeline, on its event loop.
    func add(to channel: any Channel) throws {
        let pipeline = channel.pipeline.syncOperations
        if let tls = files.tls {
            try pipeline.addHandler(NIOSSLServerHandler(context: tls))
            // A client that ends its encrypted side is gone; none goes on to listen, as some do on plain TCP.
            try channel.syncOptions?.setOption(.allowRemoteHalfClosure, value: false)
        }
        var limits = NIOHTTPDecoderLimitConfiguration()
        limits.maxHeaderFieldSize = settings.maxHeaderBytes
        limits.maxHeaderListSize = settings.maxHeaderBytes
        limits.maxHeaderFieldCount = settings.maxHeaderCount
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
        let connection = HTTPConnection(
            intake,
            deadlines,
            endsWithInput: false,
            // The process that goes on with the socket can't answer what came in here already.
            firstRequestGrace: settings.inherited.isEmpty ? nil : .seconds(1)
        )
        try pipeline.addHandler(connection)
        let relay = RelayHandler(
            leasing: leasing,
            pool: pools.pool(of: channel.eventLoop),
            settings: settings.relay,
            door: door,
            logger: logger,
            metrics: metrics,
            streams: streams,
            activities: activities,
            bodies: bodies,
            eventLoop: channel.eventLoop,
            connection: .random(in: 0 ... .max)
        )
        try pipeline.addHandler(relay)
        connection.passRequests(to: relay)
        try pipeline.addHandler(
            RouteHandler(answerer: answerer, behind: connection, isNext: false, eventLoop: channel.eventLoop)
        )
    }
}
