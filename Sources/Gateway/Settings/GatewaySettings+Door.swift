// SPDX-License-Identifier: MIT

import Platform

extension GatewaySettings {
    /// All keys, of the options and of the file as it is now.
    /// - Throws: `GatewayError` if the key file is no good.
    func allKeys() throws(GatewayError) -> [String] {
        var keys = apiKeys
        if let apiKeyFile { keys += try APIKeyFile.keys(at: apiKeyFile) }
        keys.removeAll(where: \.isEmpty)
        return keys
    }

    /// The rules by which requests that come in by an address are let in.
    /// - Parameter keys: the keys, if they are shared with other addresses.
    /// - Throws: `GatewayError` for a key file that can't be used, or an address that others can reach without a key.
    package func frontDoor(at address: ListenAddress, keys shared: KeyRing? = nil) throws(GatewayError) -> FrontDoor {
        let keys: KeyRing
        if let shared { keys = shared } else { keys = KeyRing(Authentication(keys: try allKeys())) }
        guard address.isLocal || keys.current.isOn || insecure else {
            throw GatewayError(
                .unguarded,
                "every machine that reaches \(address) could use the server without a key: set one with --api-key or "
                    + "--api-key-file, or allow that with --insecure"
            )
        }
        return FrontDoor(
            keys: keys,
            crossOrigin: CrossOrigin(
                origins: corsOrigins.filter { $0 != "localhost" },
                methods: corsMethods,
                headers: corsHeaders,
                allowsCredentials: corsCredentials
            ),
            // A name that leads here although it isn't ours was made to lead here (DNS rebinding). Browsers can't be led
            // to a Unix socket, and an address for others has names that only the operator knows.
            hostNames: address.isTCP && (address.isLocal || !hostNames.isEmpty) ? hostNames : nil
        )
    }
}
