// SPDX-License-Identifier: MIT

import Catalogue
import Platform
import Testing
import Wire

@Suite("The address of a file on the hub")
struct HubFileAddressTests {
    private let hub = "https://hub.example"

    @Test(
        "names its repository and its path",
        arguments: [
            ("https://hub.example/u/r-GGUF/resolve/main/x-Q8_0.gguf", "u/r-GGUF", "x-Q8_0.gguf"),
            ("https://hub.example/u/r/blob/main/a/b%20c.gguf?download=true", "u/r", "a/b c.gguf"),
            ("https://HUB.example:443/u/r/resolve/main/x.gguf#top", "u/r", "x.gguf"),
        ] as [(String, String, String)]
    )
    func names(text: String, repository: String, file: String) throws {
        let address = try HubFileAddress(text, endpoint: hub)
        #expect(address.repository == repository && address.file == file)
    }

    @Test(
        "is no other address",
        arguments: [
            ("x.gguf", "is not a web address"), ("file:///x.gguf", "is not a web address"),
            ("https://other.example/u/r/resolve/main/x.gguf", "is not a file of the hub"),
            ("http://hub.example/u/r/resolve/main/x.gguf", "is not a file of the hub"),
            ("https://hub.example/u/r/tree/main/x.gguf", "is not a file of the hub"),
            ("https://hub.example/u/r/resolve/main", "is not a file of the hub"),
            ("https://hub.example/u/r/resolve/main/x.bin", "is not the address of a GGUF file"),
            ("https://hub.example/u/r/resolve/main/a/%2E%2E/x.gguf", "is not the address of a GGUF file"),
            ("https://hub.example/u/r/resolve/v2/x.gguf", "is of the version 'v2'"),
        ] as [(String, String)]
    )
    func others(text: String, message: String) {
        let error = #expect(throws: HubError.self) { try HubFileAddress(text, endpoint: hub) }
        #expect(error?.message.contains(message) == true)
    }

    @Test("takes the place of repository and file among options")
    func options() throws {
        func options(_ ini: String) throws -> OptionValues {
            let presets = try PresetFile("[m]\n" + ini, path: "p.ini")
            return try HubFileAddress.resolved(presets.models[0].options, endpoint: hub)
        }
        let own = try options("mu = https://hub.example/u/r/resolve/main/x.gguf\nc = 7")
        #expect(own.hfRepo == "u/r" && own.hfFile == "x.gguf" && own[\.modelURL] == nil)
        #expect(own.place(of: \.hfRepo) == .file("p.ini", line: 2) && own.given(\.contextSize) == 7)
        let error = #expect(throws: OptionError.self) { try options("model-url = https://x/y\nmodel = /z") }
        #expect(error?.description == "p.ini:2: 'model-url' and 'model' both name a model; leave one of them out")
    }
}
