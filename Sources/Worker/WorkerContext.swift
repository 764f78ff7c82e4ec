// SPDX-License-Identifier: MIT

import Hummingbird
import Logging
import NIOCore
import Wire

/// What a route knows of its request's connection.
struct WorkerContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    let channel: any Channel

    init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        channel = source.channel
    }

    /// Most bytes of a body; images arrive inside of them.
    static let bodyLimit = 256 << 20
}

extension WorkerContext {
    /// Waits for something unless the client leaves.
    /// - Parameter gone: called when it does.
    func untilGone<Result>(
        _ gone: @escaping @Sendable () -> Void,
        _ body: () async throws -> Result
    ) async throws -> Result {
        let client = try await channel.pipeline.handler(type: ClientGone.self).get()
        client.watch(gone)
        defer { client.unwatch() }
        return try await body()
    }
}
