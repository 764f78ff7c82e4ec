// SPDX-License-Identifier: MIT

import Catalogue
import Library
import Platform
import Testing
import Wire

/// Which files make up a model, and what the hub's listing says of them.
@Suite struct HubFileChoiceTests {
    private func choose(_ paths: [String], _ name: String, file: String? = nil) throws -> HubFileChoice {
        let files = paths.map { HubFile(path: $0, sizeBytes: 1, oid: String(repeating: "a", count: 64)) }
        return try HubFileChoice(files, for: try HubReference(name), file: file)
    }

    @Test func withoutATag() throws {
        let all = ["m-F16.gguf", "m-Q8_0.gguf", "m-Q4_K_M.gguf", "README.md"]
        #expect(try choose(all, "u/r").primary.path == "m-Q4_K_M.gguf")
        #expect(try choose(["m-F16.gguf", "m-Q8_0.gguf"], "u/r").primary.path == "m-Q8_0.gguf")
        #expect(try choose(["mmproj-m.gguf", "m-imatrix.gguf", "m.gguf"], "u/r").primary.path == "m.gguf")
        #expect(throws: HubError(.notFound, "'u/r' has no GGUF model")) {
            try choose(["mmproj-m.gguf", "a.txt"], "u/r")
        }
    }

    @Test func withATag() throws {
        #expect(try choose(["m-Q8_0.gguf", "m-Q4_K_M.gguf"], "u/r:q8_0").primary.path == "m-Q8_0.gguf")
        #expect(try choose(["m-BF16.gguf", "m-F16.gguf"], "u/r:F16").primary.path == "m-F16.gguf")
        #expect(try choose(["m-UD-Q4_K_XL.gguf"], "u/r:UD-Q4_K_XL").primary.path == "m-UD-Q4_K_XL.gguf")
        #expect(try choose(["Q6_K.d/m.gguf", "b.gguf"], "u/r:Q6_K").primary.path == "Q6_K.d/m.gguf")
        let error = #expect(throws: HubError.self) { try choose(["m-Q8_0.gguf"], "u/r:Q2_K") }
        #expect(error?.message == "'u/r' has no model with the tag 'Q2_K'; it has m-Q8_0.gguf")
    }

    @Test func byPath() throws {
        #expect(try choose(["a/m-Q8_0.gguf", "m-Q4_K_M.gguf"], "u/r", file: "a/m-Q8_0.gguf").tag == "Q8_0")
        #expect(throws: HubError.self) { try choose(["m.gguf"], "u/r", file: "n.gguf") }
    }

    @Test func shardsAndProjector() throws {
        let all = [
            "q/m-Q8_0-00002-of-00002.gguf", "q/m-Q8_0-00001-of-00002.gguf", "mmproj-F16.gguf", "mmproj-F32.gguf",
        ]
        let choice = try choose(all, "u/r:Q8_0")
        #expect(choice.shards.map(\.path) == [all[1], all[0]])
        #expect(choice.projector?.path == "mmproj-F16.gguf")
        // What makes the model visible comes last.
        #expect(choice.files.map(\.path) == ["mmproj-F16.gguf", all[0], all[1]])
        let error = #expect(throws: HubError.self) { try choose([all[1]], "u/r:Q8_0") }
        #expect(error?.message == "shard 2 of 2 is missing in the repository: q/m-Q8_0-00002-of-00002.gguf")
    }

    @Test func theListingIsNotTrusted() throws {
        let oid = String(repeating: "A", count: 64)
        let json = try JSONValue(
            parsing: """
                [{"type":"file","path":"m.gguf","size":5,"oid":"x","lfs":{"oid":"\(oid)","size":7}},
                 {"type":"file","path":"../m.gguf","size":5,"oid":"\(oid)"}, {"type":"directory","path":"d"},
                 {"type":"file","path":"n.gguf","size":5,"oid":"short"}, {"type":"file","path":"o.gguf","oid":"\(oid)"},
                 {"type":"file","path":"p.gguf","size":-5,"oid":"\(oid)"}, 7]
                """
        )
        #expect(HubListing.files(json) == [HubFile(path: "m.gguf", sizeBytes: 7, oid: oid.lowercased())])
        #expect(HubListing.files(.object([])) == nil)
    }

    @Test func branches() throws {
        let a = String(repeating: "a", count: 40)
        let b = String(repeating: "b", count: 40)
        func branch(_ text: String) throws -> String? { HubListing.branch(try JSONValue(parsing: text))?.commit }
        #expect(
            try branch(#"{"branches":[{"name":"x","targetCommit":"\#(a)"},{"name":"main","targetCommit":"\#(b)"}]}"#)
                == b
        )
        #expect(
            try branch(#"{"branches":[{"name":"../x","targetCommit":"\#(a)"},{"name":"y","targetCommit":"\#(b)"}]}"#)
                == b
        )
        #expect(try branch(#"{"branches":[{"name":"main","targetCommit":"abc"}]}"#) == nil)
        #expect(try branch("[]") == nil)
    }

    @Test func furtherPages() {
        #expect(HubListing.next("<https://h/a?cursor=x>; rel=\"next\"") == "https://h/a?cursor=x")
        #expect(HubListing.next("<https://h/a>; rel=\"prev\"") == nil)
        #expect(HubListing.next("") == nil)
    }
}
