// SPDX-License-Identifier: MIT

import Essentials
import Platform
package import Wire

/// The address of one file on the hub, as its pages link to it: `https://HUB/USER/REPO/resolve/main/FILE.gguf`.
package struct HubFileAddress: Sendable, Equatable {
    /// `user/repository`.
    package let repository: String
    /// The path in the repository.
    package let file: String

    /// - Parameters:
    ///   - text: the address; `blob` may stand where `resolve` does, and a query behind it doesn't matter.
    ///   - endpoint: the hub's address.
    /// - Throws: `invalidName` for anything else, with what to do.
    package init(_ text: String, endpoint: String) throws(HubError) {
        guard let url = HubURL(text), let hub = HubURL(endpoint.hasSuffix("/") ? endpoint : endpoint + "/") else {
            throw HubError(.invalidName, "'\(text.prefix(200))' is not a web address")
        }
        let (whole, root) = (Self.path(of: url), Self.path(of: hub))
        let parts = whole.hasPrefix(root) ? whole.dropFirst(root.count).split(separator: "/") : []
        let path = parts.dropFirst(4).joined(separator: "/")
        guard url.origin == hub.origin, parts.count > 4, ["resolve", "blob"].contains(parts[2]) else {
            throw HubError(
                .invalidName,
                "'\(Self.display(url).prefix(200))' is not a file of the hub (\(hub.text)USER/REPO/resolve/main/FILE.gguf); download "
                    + "it, and name the file with 'model'"
            )
        }
        let repository = "\(parts[0])/\(parts[1])"
        guard HubReference.isValidRepository(repository), HubCache.isInside(path), GGUFFileName(path: path) != nil
        else {
            throw HubError(.invalidName, "'\(Self.display(url).prefix(200))' is not the address of a GGUF file")
        }
        guard parts[3] == "main" else {
            throw HubError(
                .invalidName,
                "'\(Self.display(url).prefix(200))' is of the version '\(parts[3])'; only the newest one, 'main', is downloaded"
            )
        }
        self.repository = repository
        file = path
    }

    /// The address for people: without the query, which may hold a signature.
    private static func display(_ url: HubURL) -> String {
        url.text.split(separator: "?", maxSplits: 1).first.map(String.init) ?? url.text
    }

    /// What stands behind the host, with what is escaped as what it stands for.
    private static func path(of url: HubURL) -> String {
        URL(string: Self.display(url))?.path(percentEncoded: false) ?? ""
    }

    /// Options that name a file on the hub by its address, with its repository and its path in the address's place.
    /// - Throws: `OptionError`.
    package static func resolved(_ options: OptionValues, endpoint: String) throws(OptionError) -> OptionValues {
        guard let text = options.modelURL else { return options }
        for name in OptionName.list(\.model, \.hfRepo, \.hfFile) where options[name] != nil {
            throw options.error(
                \.modelURL,
                "'model-url' and '\(name.rawValue)' both name a model; leave one of them out"
            )
        }
        let address: HubFileAddress
        do { address = try HubFileAddress(text, endpoint: endpoint) } catch {
            throw options.error(\.modelURL, "'model-url': \(error.message)")
        }
        var result = options
        let place = options.place(of: \.modelURL) ?? .program
        result[\.modelURL] = nil
        result.set(\.hfRepo, to: .string(address.repository), at: place)
        result.set(\.hfFile, to: .string(address.file), at: place)
        return result
    }
}
