// SPDX-License-Identifier: MIT

import Engine
import Foundation
import Testing

/// Case B2: a head in the place of a model is refused with a sentence; the engine would end the process.
@Suite("Files that are no whole models")
struct ModelHeadTests {
    /// A GGUF header with an architecture and the names of tensors.
    private func header(_ architecture: String, _ tensors: [String]) -> Data {
        var data = Data("GGUF".utf8)
        func put<Number: FixedWidthInteger>(_ number: Number) {
            withUnsafeBytes(of: number.littleEndian) { data.append(contentsOf: $0) }
        }
        func put(_ text: String) {
            put(UInt64(text.utf8.count))
            data.append(contentsOf: text.utf8)
        }
        put(UInt32(3))
        put(UInt64(tensors.count))
        put(UInt64(1))
        put("general.architecture")
        put(UInt32(8))
        put(architecture)
        for (index, name) in tensors.enumerated() {
            put(name)
            put(UInt32(1))
            put(UInt64(8))
            put(UInt32(0))
            put(UInt64(index * 32))
        }
        data.append(Data(count: 64 - data.count % 32 + 32 * tensors.count))
        return data
    }

    private func with(_ data: Data, _ body: (String) async throws -> Void) async throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).gguf")
        try data.write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        try await body(file.path)
    }

    @Test(
        "are known by their metadata and tensors",
        arguments: [
            ("qwen35", ["blk.4.nextn.eh_proj.weight", "output.weight"], ModelHead.mtp),
            ("qwen35", ["blk.0.attn_q.weight", "blk.4.nextn.eh_proj.weight"], nil),
            ("eagle3", ["blk.0.attn_q.weight"], .eagle3), ("dflash", ["blk.0.attn_q.weight"], .dflash),
            ("gemma4-assistant", ["blk.0.attn_q.weight"], .assistant), ("llama", ["blk.0.attn_q.weight"], nil),
            ("clip", ["v.blk.0.ln1.weight"], nil),
        ] as [(String, [String], ModelHead?)]
    )
    func kinds(architecture: String, tensors: [String], head: ModelHead?) async throws {
        try await with(header(architecture, tensors)) { #expect(ModelHead(path: $0) == head) }
    }

    @Test("what isn't a file of this kind is no head")
    func others() async throws {
        try await with(Data("nothing".utf8)) { #expect(ModelHead(path: $0) == nil) }
        #expect(ModelHead(path: "/nowhere/model.gguf") == nil)
        #expect(ModelHead(path: EngineFixture.models.appending(path: "stories-chat-Q8_0.gguf").path) == nil)
    }

    @Test("are refused as models and as draft models")
    func refused() async throws {
        try await with(header("qwen35", ["blk.4.nextn.eh_proj.weight"])) { path in
            let alone = await #expect(throws: EngineError.self) { try await EngineFixture.start(path: path) }
            #expect(alone?.code == .loadFailed)
            #expect(alone?.message.contains("cannot answer without its model") == true)
            let draft = await #expect(throws: EngineError.self) {
                try await EngineFixture.start {
                    var options = SpeculationOptions(kinds: [.draftModel])
                    options.draft = DraftModelOptions(model: ModelOptions(path: path))
                    $0.speculation = options
                }
            }
            #expect(draft?.code == .loadFailed)
            #expect(draft?.message.contains("a multi-token prediction (MTP) head") == true)
        }
    }
}
