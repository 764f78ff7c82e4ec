// SPDX-License-Identifier: MIT

import Catalogue
import Foundation
import GGUF
import Platform

/// Small GGUF files for tests of the catalogue.
struct CatalogueFixture {
    var architecture: String? = "llama"
    var texts: [(String, String)] = []
    var numbers: [(String, UInt32)] = []
    var flags: [String] = []
    var hasTensor = true

    static let model = CatalogueFixture()

    static func projector(vision: Bool = true, audio: Bool = false) -> CatalogueFixture {
        let flags = (vision ? ["clip.has_vision_encoder"] : []) + (audio ? ["clip.has_audio_encoder"] : [])
        return CatalogueFixture(architecture: "clip", flags: flags)
    }

    static func shard(_ number: UInt32, of count: UInt32) -> CatalogueFixture {
        CatalogueFixture(
            architecture: number == 1 ? "llama" : nil,
            numbers: [("split.no", number - 1), ("split.count", count)]
        )
    }

    /// The file's bytes; its one tensor has 32 elements of F32.
    var bytes: [UInt8] {
        var pairs: [[UInt8]] = []
        for (key, text) in texts + (architecture.map { [("general.architecture", $0)] } ?? []) {
            pairs.append(Self.string(key) + Self.le(UInt32(8)) + Self.string(text))
        }
        for (key, number) in numbers { pairs.append(Self.string(key) + Self.le(UInt32(4)) + Self.le(number)) }
        for key in flags { pairs.append(Self.string(key) + Self.le(UInt32(7)) + [1]) }
        var bytes = Array("GGUF".utf8) + Self.le(UInt32(3)) + Self.le(UInt64(hasTensor ? 1 : 0))
        bytes += Self.le(UInt64(pairs.count)) + pairs.joined()
        if hasTensor {
            bytes +=
                Self.string("t") + Self.le(UInt32(1)) + Self.le(UInt64(32)) + Self.le(UInt32(0)) + Self.le(UInt64(0))
            bytes += [UInt8](repeating: 0, count: (32 - bytes.count % 32) % 32 + 128)
        }
        return bytes
    }

    /// The file as a scan would see it, without a disk.
    func file(_ name: String) throws -> ModelFile {
        let info = GGUFModelInfo(header: try GGUFHeader(bytes: bytes))
        return ModelFile(name: name, path: "/m/\(name)", sizeBytes: UInt64(bytes.count), content: .success(info))
    }

    /// A file that cannot be read.
    static func broken(_ name: String) -> ModelFile {
        ModelFile(name: name, path: "/m/\(name)", sizeBytes: 7, content: .failure(GGUFError(.truncated, "cut off")))
    }

    private static func string(_ text: String) -> [UInt8] { le(UInt64(text.utf8.count)) + text.utf8 }

    private static func le(_ value: some FixedWidthInteger) -> [UInt8] {
        (0..<value.bitWidth / 8).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
    }
}

/// A models directory of one test's own, removed with the value.
final class CatalogueFolder {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("models-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Writes a file, making the folders above it.
    func write(_ name: String, _ bytes: [UInt8]) throws {
        let url = URL(fileURLWithPath: "\(path)/\(name)")
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: url)
    }

    func write(_ name: String, _ fixture: CatalogueFixture = .model) throws { try write(name, fixture.bytes) }

    func link(_ name: String, to target: String) throws {
        try FileManager.default.createSymbolicLink(atPath: "\(path)/\(name)", withDestinationPath: target)
    }

    func catalogue(depth: Int = 2) throws -> Catalogue { try ModelScan(depth: depth).catalogue(of: [path]) }
}
