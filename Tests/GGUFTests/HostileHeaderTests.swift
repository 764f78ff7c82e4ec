// SPDX-License-Identifier: MIT

import GGUF
import Platform
import Testing

/// Headers that lie, break the rules or are damaged: each is refused with its code and with words that help.
@Suite struct HostileHeaderTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var code: GGUFFault
        var words: String
        var bytes: [UInt8]

        init(_ name: String, _ code: GGUFFault, _ words: String, _ bytes: [UInt8]) {
            self.name = name
            self.code = code
            self.words = words
            self.bytes = bytes
        }

        var testDescription: String { name }
    }

    @Test(arguments: firstBytes + metadata + tensors)
    func isRefused(_ hostile: Case) throws {
        let inMemory = #expect(throws: GGUFError.self) { try GGUFHeader(bytes: hostile.bytes) }
        #expect(inMemory?.code == hostile.code)
        #expect(inMemory?.message.contains(hostile.words) == true, "\(inMemory?.message ?? "")")
        #expect(inMemory?.message.contains("\n") == false)

        let folder = try TemporaryFolder()
        let path = try folder.write("hostile.gguf", hostile.bytes)
        let inFile = #expect(throws: GGUFError.self) { try GGUFHeader(path: path) }
        #expect(inFile == inMemory)
    }

    /// A model with one change.
    private static func altered(_ change: (inout GGUFBuilder) -> Void) -> [UInt8] {
        var builder = GGUFBuilder.model()
        change(&builder)
        return builder.bytes()
    }

    /// A model with one more value, of which only the start is written.
    private static func value(_ payload: [UInt8]) -> [UInt8] {
        altered { $0.add("test.value", payload: payload) }
    }

    /// A model with one more tensor description.
    private static func tensor(
        _ name: String = "bad",
        _ dimensions: [Int64] = [32],
        type: UInt32 = 0,
        offset: UInt64 = 0
    ) -> [UInt8] {
        altered { $0.addTensor(.init(name: Array(name.utf8), dimensions: dimensions, type: type, offset: offset)) }
    }

    private static let firstBytes: [Case] = [
        Case("empty", .notGGUF, "it is empty", []),
        Case("two bytes", .notGGUF, "its size is 2", [0x47, 0x47]),
        Case("magic only", .truncated, "the file header", Array("GGUF".utf8)),
        Case("wrong magic", .notGGUF, "starts with 'ABCD'", altered { $0.magic = Array("ABCD".utf8) }),
        Case("binary magic", .notGGUF, "bytes 01 ff 00 a0", [1, 0xFF, 0, 0xA0, 0, 0]),
        Case("zeroes", .notGGUF, "never finished", [UInt8](repeating: 0, count: 4096)),
        Case("web page", .notGGUF, "web page", Array("<!DOCTYPE html><html></html>".utf8)),
        Case("LFS pointer", .notGGUF, "git lfs pull", Array("version https://git-lfs.github.com/spec/v1\n".utf8)),
        Case("GGML", .notGGUF, "before GGUF", Array("tjgg\u{1}\u{0}\u{0}\u{0}".utf8)),
        Case("version 0", .unsupportedVersion, "version 0", altered { $0.version = 0 }),
        Case("version 1", .unsupportedVersion, "no longer", altered { $0.version = 1 }),
        Case("version 4", .unsupportedVersion, "version 4", altered { $0.version = 4 }),
        Case("big-endian", .bigEndian, "big-endian", altered { $0.version = 0x0300_0000 }),
        Case("header cut in its counts", .truncated, "the file header", Array(altered { _ in }.prefix(20))),
        Case("2^62 keys", .limitExceeded, "4611686018427387904 metadata keys", altered { $0.keyCount = 1 << 62 }),
        Case("2^64-1 keys", .limitExceeded, "metadata keys", altered { $0.keyCount = .max }),
        Case("2^60 tensors", .limitExceeded, "1152921504606846976 tensors", altered { $0.tensorCount = 1 << 60 }),
        Case("negative tensors", .limitExceeded, "tensors", altered { $0.tensorCount = UInt64(bitPattern: -1) }),
        Case("more keys than there are", .truncated, "", altered { $0.keyCount = 12 }),
    ]

    private static let metadata: [Case] = [
        Case("value type 13", .malformed, "'test.value' has the unknown type 13", value(le(UInt32(13)))),
        Case("value type -1", .malformed, "unknown type 4294967295", value(le(Int32(-1)))),
        Case("2^40 bytes of text", .truncated, "1099511627776 bytes", value(le(UInt32(8)) + le(UInt64(1) << 40))),
        Case("2^64-1 bytes of text", .truncated, "'test.value'", value(le(UInt32(8)) + le(UInt64.max))),
        Case("2^60 numbers", .truncated, "'test.value'", value(le(UInt32(9)) + le(UInt32(4)) + le(UInt64(1) << 60))),
        Case("2^62 numbers", .truncated, "any file", value(le(UInt32(9)) + le(UInt32(10)) + le(UInt64(1) << 62))),
        Case("2^62 texts", .truncated, "any file", value(le(UInt32(9)) + le(UInt32(8)) + le(UInt64(1) << 62))),
        Case("2^62 arrays", .truncated, "any file", value(le(UInt32(9)) + le(UInt32(9)) + le(UInt64(1) << 62))),
        Case("array of type 99", .malformed, "type 99", value(le(UInt32(9)) + le(UInt32(99)) + le(UInt64(1)))),
        Case(
            "text in array too long",
            .truncated,
            "'test.value'",
            value(le(UInt32(9)) + le(UInt32(8)) + le(UInt64(2)) + GGUFBuilder.string("a") + le(UInt64.max - 7))
        ),
        Case(
            "10,000 nested arrays",
            .limitExceeded,
            "nests arrays",
            value((0..<10_000).reduce(into: le(UInt32(9))) { bytes, _ in bytes += le(UInt32(9)) + le(UInt64(1)) })
        ),
        Case("key twice", .malformed, "'general.name' occurs twice", altered { $0.add("general.name", string: "x") }),
        Case("empty key", .malformed, "is empty", altered { $0.add("", uint32: 1) }),
        Case("key not UTF-8", .malformed, "not valid UTF-8", altered { $0.add(rawKey: [0xC3, 0x28], payload: le(0)) }),
        Case(
            "long key",
            .limitExceeded,
            "70000 bytes",
            altered { $0.add(String(repeating: "k", count: 70_000), uint32: 1) }
        ),
        Case(
            "key on two lines",
            .malformed,
            "'a\u{FFFD}b'",
            altered {
                $0.add("a\nb", uint32: 1)
                $0.add("a\nb", uint32: 1)
            }
        ),
        Case("alignment 0", .malformed, "power of two", altered { $0.add("general.alignment", uint32: 0) }),
        Case("alignment 48", .malformed, "power of two", altered { $0.add("general.alignment", uint32: 48) }),
        Case("alignment 2^40", .malformed, "power of two", altered { $0.add("general.alignment", uint64: 1 << 40) }),
        Case("alignment text", .malformed, "power of two", altered { $0.add("general.alignment", string: "32") }),
        Case("cut in the metadata", .truncated, "", Array(altered { _ in }.prefix(120))),
    ]

    private static let tensors: [Case] = [
        Case("five dimensions", .malformed, "has 5 dimensions", tensor("bad", [1, 1, 1, 1, 1])),
        Case("negative dimension", .malformed, "a dimension of -32", tensor("bad", [-32])),
        Case("zero dimension", .malformed, "a dimension of 0", tensor("bad", [32, 0])),
        Case("too many elements", .malformed, "elements", tensor("bad", [1 << 31, 1 << 31, 1 << 31])),
        Case("2^63 elements", .malformed, "elements", tensor("bad", [1 << 62, 2])),
        Case("too many bytes", .malformed, "bytes", tensor("bad", [1 << 62], type: 28)),
        Case("half a block", .malformed, "multiple of 32", tensor("bad", [33], type: 8)),
        Case("withdrawn type", .malformed, "unknown type 4", tensor(type: 4)),
        Case("unknown type", .malformed, "unknown type 4294967295", tensor(type: .max)),
        Case("offset not aligned", .malformed, "starts at 33", tensor(offset: 33)),
        Case("offset past the end", .truncated, "file is truncated: tensor 'bad'", tensor(offset: 1 << 20)),
        Case("offset near 2^64", .malformed, "beyond", tensor(offset: .max - 31)),
        Case("data past the end", .truncated, "tensor 'bad' ends at byte", tensor("bad", [1 << 40])),
        Case("name twice", .malformed, "'token_embd.weight' occurs twice", tensor("token_embd.weight")),
        Case("long name", .malformed, "64 bytes", tensor(String(repeating: "n", count: 64))),
        Case(
            "name not UTF-8",
            .malformed,
            "not valid UTF-8",
            altered { $0.addTensor(.init(name: [0xFF], dimensions: [1], type: 0, offset: 0)) }
        ),
        Case("cut in the data", .truncated, "tensor 'blk.0.attn_q.weight' ends", Array(altered { _ in }.dropLast(32))),
        Case(
            "cut in the tensors",
            .truncated,
            "tensor 1",
            Array(GGUFBuilder.model().header().dropLast(10))
        ),
    ]
}
