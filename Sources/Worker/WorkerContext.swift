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
