// SPDX-License-Identifier: MIT

import Foundation
import GGUF
import Platform
import Testing

@Suite struct HeaderTests {
    @Test(arguments: [UInt32(2), 3])
    func readsAnHonestFile(version: UInt32) throws {
        var builder = GGUFBuilder.model()
        builder.version = version
        let header = try GGUFHeader(bytes: builder.bytes())
        #expect(header.version == version)
        #expect(header.alignment == 32)
        #expect(header.dataOffset.isMultiple(of: 32))
        #expect(header.text("general.name") == "Test")
        #expect(header.count("llama.context_length") == 4096)
        #expect(header.metadata["tokenizer.ggml.tokens"] == .array(of: .string, count: 3))
        #expect(header.metadata["tokenizer.ggml.scores"] == .array(of: .float32, count: 3))
        #expect(header.tensors.map(\.name) == ["token_embd.weight", "blk.0.attn_q.weight"])
        #expect(header.tensors[1].elementCount == 4096)
        #expect(header.tensors[1].byteCount == 4096 / 32 * 34)
        #expect(header.tensors[1].offset == 768)
    }

    @Test func readsEveryType() throws {
        var builder = GGUFBuilder()
        let values: [(String, [UInt8], GGUFValue)] = [
            ("u8", le(UInt32(0)) + le(UInt8(200)), .unsigned(200)),
            ("i8", le(UInt32(1)) + le(Int8(-3)), .signed(-3)),
            ("u16", le(UInt32(2)) + le(UInt16(60000)), .unsigned(60000)),
            ("i16", le(UInt32(3)) + le(Int16(-300)), .signed(-300)),
            ("u32", le(UInt32(4)) + le(UInt32.max), .unsigned(UInt64(UInt32.max))),
            ("i32", le(UInt32(5)) + le(Int32.min), .signed(Int64(Int32.min))),
            ("f32", le(UInt32(6)) + le(Float(0.5).bitPattern), .float(0.5)),
            ("bool", le(UInt32(7)) + [1], .bool(true)),
            ("text", le(UInt32(8)) + GGUFBuilder.string("Grüße"), .string("Grüße")),
            ("broken text", le(UInt32(8)) + GGUFBuilder.string([0x61, 0xFF]), .string("a\u{FFFD}")),
            ("u64", le(UInt32(10)) + le(UInt64.max), .unsigned(.max)),
            ("i64", le(UInt32(11)) + le(Int64.min), .signed(.min)),
            ("f64", le(UInt32(12)) + le(Double(1e300).bitPattern), .float(1e300)),
            (
                "nested",
                le(UInt32(9)) + le(UInt32(9)) + le(UInt64(2)) + le(UInt32(0)) + le(UInt64(1)) + [7] + le(UInt32(8))
                    + le(UInt64(1)) + GGUFBuilder.string("x"),
                .array(of: .array, count: 2)
            ),
        ]
        for (key, payload, _) in values { builder.add(key, payload: payload) }
        let header = try GGUFHeader(bytes: builder.bytes())
        for (key, _, value) in values { #expect(header.metadata[key] == value, "\(key)") }
        #expect(header.count("i8") == nil)
        #expect(header.text("u8") == nil)
        #expect(header.flag("bool") == true)
    }

    @Test func keepsTheFirstElementsOfArraysIfItIsAskedTo() throws {
        var limits = GGUFLimits()
        limits.arrayElements = 2
        let header = try GGUFHeader(bytes: GGUFBuilder.model().bytes(), limits: limits)
        #expect(
            header.metadata["tokenizer.ggml.tokens"]
                == .array(of: .string, count: 3, first: [.string("a"), .string("b")])
        )
        #expect(
            header.metadata["tokenizer.ggml.scores"] == .array(of: .float32, count: 3, first: [.float(0), .float(1)])
        )
        #expect(header.tensors.count == 2)
        #expect(header.arrayCount("tokenizer.ggml.tokens") == 3)
        limits.arrayElements = 100
        let whole = try GGUFHeader(bytes: GGUFBuilder.model().bytes(), limits: limits)
        #expect(
            whole.metadata["tokenizer.ggml.scores"]
                == .array(of: .float32, count: 3, first: [.float(0), .float(1), .float(2)])
        )
    }

    @Test func keepsLongTextByItsLengthOnly() throws {
        var limits = GGUFLimits()
        limits.stringBytes = 10
        var builder = GGUFBuilder.model()
        builder.add("long", string: String(repeating: "x", count: 11))
        builder.add("short", string: "y")
        let header = try GGUFHeader(bytes: builder.bytes(), limits: limits)
        #expect(header.metadata["long"] == .skippedString(byteCount: 11))
        #expect(header.text("short") == "y")
    }

    @Test func keepsNoMoreTextThanTheLimit() throws {
        var limits = GGUFLimits()
        limits.allStringBytes = 100
        var builder = GGUFBuilder()
        for index in 0..<10 { builder.add("k\(index)", string: String(repeating: "x", count: 30)) }
        let header = try GGUFHeader(bytes: builder.bytes(), limits: limits)
        #expect(header.metadata.count == 10)
        #expect(header.metadata.values.filter { $0 == .skippedString(byteCount: 30) }.count == 7)
    }

    @Test func keepsNoMoreKeysThanTheLimit() throws {
        var limits = GGUFLimits()
        limits.allKeyBytes = 100
        var builder = GGUFBuilder()
        for index in 0..<50 { builder.add("k\(index)", uint32: 1) }
        let error = #expect(throws: GGUFError.self) { try GGUFHeader(bytes: builder.bytes(), limits: limits) }
        #expect(error?.code == .limitExceeded)
    }

    @Test func honoursTheFilesAlignment() throws {
        var builder = GGUFBuilder()
        builder.alignment = 128
        builder.add("general.alignment", uint32: 128)
        builder.addTensor("a", [3], type: 0, bytes: 12)
        builder.addTensor("b", [1], type: 0, bytes: 4)
        let header = try GGUFHeader(bytes: builder.bytes())
        #expect(header.alignment == 128)
        #expect(header.tensors[1].offset == 128)
    }

    @Test func readsFilesThroughItsWindow() throws {
        // A header of some 3 MiB, in which strings and numbers lie across every boundary of the reader's window.
        var builder = GGUFBuilder.model()
        builder.add("big", strings: (0..<120_000).map { "token number \($0)" })
        builder.add("numbers", floats: [Float](repeating: 1, count: 200_000))
        builder.add("text", string: String(repeating: "é", count: 400_000))
        builder.add("last", uint32: 42)
        let bytes = builder.bytes()
        let folder = try TemporaryFolder()
        let header = try GGUFHeader(path: folder.write("big.gguf", bytes))
        #expect(header == (try GGUFHeader(bytes: bytes)))
        #expect(header.count("last") == 42)
        #expect(header.arrayCount("big") == 120_000)
        #expect(header.text("text")?.utf8.count == 800_000)
    }

    @Test func blockSizesAreThoseOfTheFormat() {
        #expect(Set(GGMLType.all.map(\.rawValue)).count == GGMLType.all.count)
        for type in GGMLType.all { #expect(GGMLType(rawValue: type.rawValue)?.name == type.name) }
        for gap: UInt32 in [4, 5, 31, 32, 33, 36, 37, 38, 43, .max] { #expect(GGMLType(rawValue: gap) == nil) }
    }
}
