// SPDX-License-Identifier: MIT

import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOPosix
package import Wire

/// Gets media from the web, and only from there: a name that leads into a private network is never asked.
package struct WebMedia: Sendable {
    /// Which addresses may be asked.
    private let isAllowed: @Sendable (NetworkAddress) -> Bool

    /// Time for all of one medium.
    private static let patience: Duration = .seconds(10)
    private static let redirects = 4

    /// - Parameter isAllowed: which addresses may be asked; those of the open network unless a test says otherwise.
    package init(isAllowed: @escaping @Sendable (NetworkAddress) -> Bool = { $0 == .world }) {
        self.isAllowed = isAllowed
    }

    /// What is at an address.
    /// - Parameter limit: bytes.
    /// - Throws: 400 for an address that may not be asked or gives nothing usable in time.
    package func get(_ address: WebAddress, limit: Int) async throws -> [UInt8] {
        try await withThrowingTaskGroup(of: [UInt8].self) { group in
            group.addTask { try await follow(address, limit: limit) }
            group.addTask {
                try await Task.sleep(for: Self.patience)
                throw refusal(address, "did not answer within \(Self.patience.components.seconds) s")
            }
            defer { group.cancelAll() }
            return try await group.next() ?? []
        }
    }

    private func follow(_ start: WebAddress, limit: Int) async throws -> [UInt8] {
        var address = start
        for _ in 0...Self.redirects {
            switch try await ask(address, limit: limit) {
            case .bytes(let bytes): return bytes
            case .redirect(let location):
                guard let location, let next = WebAddress(location, relativeTo: address),
                    next.isEncrypted || !address.isEncrypted
                else { throw refusal(address, "redirects to an address that may not be asked") }
                address = next
            }
        }
        throw refusal(start, "redirects more than \(Self.redirects) times")
    }

    private enum Outcome {
        case bytes([UInt8])
        case redirect(String?)
    }

    private func ask(_ address: WebAddress, limit: Int) async throws -> Outcome {
        let host = address.host
        let found = try await NIOThreadPool.singleton.runIfActive { NetworkAddress.resolve(host) }
        guard let first = found.first else { throw refusal(address, "has no address") }
        guard found.allSatisfy({ NetworkAddress($0).map(isAllowed) ?? false }) else {
            throw refusal(address, "is not on the open network")
        }
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.timeout.connect = .seconds(5)
        configuration.timeout.read = .seconds(10)
        // The address that was checked is the one that is used: a name server can't change it in between.
        configuration.dnsOverride = [host: first]
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        let result: Result<Outcome, any Error>
        do {
            var request = HTTPClientRequest(url: address.text)
            request.headers.add(name: "user-agent", value: "enginehouse/\(Version.current)")
            let response = try await client.execute(request, timeout: .seconds(10))
            if [301, 302, 303, 307, 308].contains(response.status.code) {
                result = .success(.redirect(response.headers.first(name: "location")))
            } else if response.status.code == 200 {
                let body = try await response.body.collect(upTo: limit)
                result = .success(.bytes(body.withUnsafeReadableBytes { Array($0) }))
            } else {
                result = .failure(refusal(address, "answered with status \(response.status.code)"))
            }
        } catch is NIOTooManyBytesError {
            result = .failure(refusal(address, "has more than \(limit) bytes"))
        } catch {
            result = .failure(refusal(address, "cannot be reached: \(error)"))
        }
        // A client that fails to shut down has been shut down before; there is nothing to save.
        try? await client.shutdown()
        return try result.get()
    }

    private func refusal(_ address: WebAddress, _ reason: String) -> APIError {
        APIError(.invalidRequest, "the medium cannot be loaded: '\(address.host)' \(reason)")
    }
}
