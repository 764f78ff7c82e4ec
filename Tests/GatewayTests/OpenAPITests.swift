// SPDX-License-Identifier: MIT

import Foundation
import Gateway
import Testing
import Wire

/// The API's document is what is served.
@Suite("OpenAPI", .timeLimit(.minutes(5)))
struct OpenAPITests {
    @Test("docs/openapi.yaml is what --openapi prints")
    func page() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../docs/openapi.yaml")
        let text = try String(contentsOf: file, encoding: .utf8)
        #expect(text == OpenAPIDocument.yaml, "stale: run `enginehouse --openapi > docs/openapi.yaml`")
    }

    @Test("the page's types are what --page-types prints")
    func pageTypes() throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Sources/Page")
        let text = try String(contentsOf: folder.appending(path: "types/api.d.ts"), encoding: .utf8)
        #expect(text == PageTypes.text, "stale: run `enginehouse --page-types > Sources/Page/types/api.d.ts`")
        let names = text.matches(of: /export type (\w+)/).map { String($0.1) }
        #expect(Set(names).count == names.count, "a component has its name alone")
        #expect(text.contains("  threads?: {\n    generating: number;\n    prompt: number;\n  };\n"))
    }

    @Test("Each route is told of, and nothing else is")
    func routes() async throws {
        let told = OpenAPIDocument.methods
        try await TestGateway.run(FakeLeasing([:])) { gateway in
            try await gateway.client { client in
                // Models come and go only where there is a library.
                for (path, methods) in told where path != "/models" && path != "/models/reload" {
                    let asked = Self.path(path)
                    try await client.send("TRACE \(asked) HTTP/1.1\r\nHost: localhost\r\n\r\n")
                    let answer = try await client.response()
                    #expect(answer.status == 405, "\(path)")
                    let allowed = Set((answer.headers["allow"] ?? "").split(separator: ", ").map(String.init))
                    // HEAD stands wherever GET does, and OPTIONS everywhere.
                    let expected = methods.union(methods.contains("GET") ? ["HEAD"] : []).union(["OPTIONS"])
                    #expect(allowed == expected, "\(path)")
                }
            }
        }
        let known = Set(told.keys.map { Self.pattern($0) })
        let served = try Self.routes() + RelayRoute.paths
        #expect(served.count > 60)
        for path in served where !known.contains(path) {
            Issue.record("docs/openapi.yaml doesn't tell of \(path): add it to Gateway/OpenAPI")
        }
    }

    @Test("What the document refers to is there, and no two operations have one name")
    func references() throws {
        let text = OpenAPIDocument.json.text
        let names = text.matches(of: /"\$ref":"#\/components\/schemas\/(\w+)"/).map { String($0.1) }
        let there = Set(OpenAPIDocument.json["components"]?["schemas"]?.members?.map(\.name) ?? [])
        #expect(!names.isEmpty && there.isSuperset(of: names))
        let ids = text.matches(of: /"operationId":"([^"]+)"/).map { String($0.1) }
        #expect(ids.count == Set(ids).count)
    }

    /// The paths of the routes that the router answers itself, as its sources name them.
    private static func routes() throws -> [String] {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Sources/Gateway")
        let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
        var paths: [String] = []
        while let file = files?.nextObject() as? URL {
            guard file.pathExtension == "swift" else { continue }
            let text = try String(contentsOf: file, encoding: .utf8)
            for call in text.matches(of: /routes\.(?:get|post|delete)\(\s*((?:"[^"]*",?\s*)+)/) {
                paths += call.1.split(separator: "\"").filter { $0.hasPrefix("/") }.map(String.init)
            }
        }
        return paths
    }

    /// A path that can be asked for.
    private static func path(_ path: String) -> String { path.replacing(/\{\w+\}/, with: "1") }

    /// A path as the table of routes has it.
    private static func pattern(_ path: String) -> String {
        let isDeep = ["/models/{id}", "/v1/models/{id}", "/ui/{file}"].contains(path)
        return path.replacing(/\{\w+\}/, with: isDeep ? "**" : "*")
    }
}
