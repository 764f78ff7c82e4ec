// SPDX-License-Identifier: MIT

extension GatewaySettings {
    /// The rules by which requests that come in by an address are let in.
    /// - Throws: `GatewayError` if the key file is no good, or anybody could use the server without a key.
    package func frontDoor(at address: ListenAddress) throws(GatewayError) -> FrontDoor {
        var keys = apiKeys
        if let apiKeyFile { keys += try APIKeyFile.keys(at: apiKeyFile) }
        keys.removeAll(where: \.isEmpty)
        guard address.isLocal || !keys.isEmpty || insecure else {
            throw GatewayError(
                .unguarded,
                "listening on \(address) lets everybody who reaches this machine use the server: set an API key with "
                    + "--api-key or --api-key-file, or say --insecure if that is wanted"
            )
        }
        return FrontDoor(
            authentication: Authentication(keys: keys),
            crossOrigin: CrossOrigin(
                origins: corsOrigins.filter { $0 != "localhost" },
                methods: corsMethods,
                headers: corsHeaders,
                allowsCredentials: corsCredentials
            ),
            // A name that leads here although it isn't ours was made to lead here (DNS rebinding). Browsers can't be led
            // to a Unix socket, and an address for others has names that we can't know.
            hostNames: address.isLocal && address.isTCP ? hostNames : nil
        )
    }
}
