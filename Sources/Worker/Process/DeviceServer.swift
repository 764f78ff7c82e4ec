// SPDX-License-Identifier: MIT

package import Engine
package import Logging
package import Wire

/// What `enginehouse-worker --rpc-server` does: this machine computes parts of models that workers of other machines have. It speaks the
/// protocol of llama.cpp's RPC, which asks for no key.
package struct DeviceServer {
    private let host: String
    private let port: UInt16
    private let threads: Int

    /// - Returns: nil where the option isn't given.
    /// - Throws: `OptionError` for what is no address.
    package init?(_ options: OptionValues) throws(OptionError) {
        guard let text = options.rpcServer else { return nil }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, let port = UInt16(parts[1]), port > 0 else {
            throw options.error(\.rpcServer, "must be HOST:PORT, such as 127.0.0.1:50052, not '\(text)'")
        }
        host = String(parts[0])
        self.port = port
        let wanted = options.threads ?? 0
        threads = wanted > 0 ? wanted : Int(WorkerSettings.defaultThreads)
    }

    /// Serves as long as the process lives.
    /// - Throws: `EngineError` where it can't listen.
    package func run(_ logger: Logger) throws(EngineError) {
        let address = "\(host):\(port)"
        if NetworkAddress(host) != .loopback {
            let warning: Logger.Message = """
                Nothing asks for a key here: each program that can reach this address can use these devices and what lies in their memory. \
                Keep it on a private network.
                """
            logger.warning(warning, metadata: ["address": "\(address)"])
        }
        EngineRuntime.start(leastLevel: 3) { _ in }
        try EngineRuntime.serveDevices(at: address, threads: threads)
    }
}
