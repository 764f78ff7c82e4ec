// SPDX-License-Identifier: MIT

import Foundation
import Gateway
import Platform
import Testing

struct AuthenticationTests {
    private let guarded = Authentication(keys: ["sk-one", "zwei"])

    @Test(
        "Only health and the welcome page are open, and only to look at",
        arguments: [
            ("GET", "/health", true), ("HEAD", "/health", true), ("GET", "/v1/health", true), ("GET", "/", true),
            ("OPTIONS", "/models", true), ("POST", "/health", false), ("DELETE", "/", false), ("GET", "/models", false),
            ("GET", "/v1/models", false), ("POST", "/models", false), ("DELETE", "/models", false),
            ("GET", "/props", false), ("GET", "/metrics", false), ("GET", "/models/sse", false), ("GET", "//", false),
            ("GET", "/health/", false), ("GET", "/Health", false), ("GET", "", false), ("PATCH", "/nowhere", false),
        ]
    )
    func publicRoutes(method: String, path: String, isOpen: Bool) {
        #expect(guarded.allows(method: method, path: path, authorization: nil, apiKey: nil) == isOpen)
    }

    @Test(
        "Which keys open",
        arguments: [
            ("Bearer sk-one", nil, true), ("bearer sk-one", nil, true), ("Bearer  zwei", nil, true),
            ("sk-one", nil, true), (nil, "zwei", true), ("Bearer wrong", "zwei", true), ("Bearer sk-on", nil, false),
            ("Bearer sk-one1", nil, false), ("Bearer ", nil, false), ("Bearer", nil, false), ("", nil, false),
            (nil, "", false), (nil, nil, false), ("Basic sk-one", nil, false), ("Bearer sk-onesk-one", nil, false),
        ] as [(String?, String?, Bool)]
    )
    func keys(authorization: String?, apiKey: String?, opens: Bool) {
        let allows = guarded.allows(method: "POST", path: "/x", authorization: authorization, apiKey: apiKey)
        #expect(allows == opens)
    }

    @Test("Who keeps a key keeps the number, and no number comes twice: streams belong to it")
    func owners() {
        func owner(_ rules: Authentication, _ key: String) -> Int? { rules.owner(authorization: nil, apiKey: key) }
        let first = Authentication(keys: ["a", "", "b"])
        #expect(owner(first, "a") == 0 && owner(first, "b") == 1 && owner(first, "") == nil)
        let second = Authentication(keys: ["c", "b"], after: first)
        #expect(owner(second, "a") == nil && owner(second, "b") == 1 && owner(second, "c") == 2)
        let third = Authentication(keys: ["a"], after: second)
        #expect(owner(third, "a") == 3)
    }

    @Test("Without keys everything is open")
    func off() {
        let open = Authentication(keys: [])
        #expect(!open.isOn)
        #expect(open.allows(method: "DELETE", path: "/models", authorization: nil, apiKey: nil))
    }

    @Test("A key file: one a line, comments and empty lines apart")
    func file() {
        #expect(APIKeyFile.keys(in: "# keys\n\n  sk-one \r\nzwei drei\n\t#x\n") == ["sk-one", "zwei drei"])
    }

    @Test("A key file that isn't there, or is empty, keeps the server from starting")
    func badFile() throws {
        var settings = GatewaySettings()
        settings.apiKeyFile = "/nonexistent/keys"
        #expect(throws: GatewayError.self) { try settings.frontDoor(at: settings.addresses[0]) }
        let path = NSTemporaryDirectory() + "/eh-keys-\(UInt32.random(in: 0 ... .max))"
        defer { try? FileManager.default.removeItem(atPath: path) }
        try "# none yet\n".write(toFile: path, atomically: false, encoding: .utf8)
        settings.apiKeyFile = path
        #expect(throws: GatewayError(.badKeyFile, "the API key file '\(path)' holds no key")) {
            try settings.frontDoor(at: settings.addresses[0])
        }
    }
}
