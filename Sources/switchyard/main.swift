// SPDX-License-Identifier: MIT

import Logging

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

let logger = Logger(label: "switchyard") { StreamLogHandler.standardError(label: $0) }
do {
    try await Router.run(RouterSettings(), logger: logger)
} catch {
    logger.critical("The router cannot go on", metadata: ["error": "\(error)"])
    exit(1)
}
// Whatever still runs has no client and no worker any more.
exit(0)
