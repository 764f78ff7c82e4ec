// SPDX-License-Identifier: MIT

import Foundation
import GGUF
import Platform
import Testing

/// Paths that are no good files, and files that are really as large as they claim.
@Suite struct HostileFileTests {
    private func error(_ path: String) -> GGUFError? {
        #expect(throws: GGUFError.self) { try GGUFHeader(path: path) }
    }

    @Test func namesWhatIsNoFile() throws {
        let folder = try TemporaryFolder()
        #expect(error(folder.path)?.code == .notARegularFile)
        #expect(error(folder.path)?.message.contains("directory") == true)
        #expect(error("\(folder.path)/none.gguf")?.code == .unreadable)
        #expect(error("\(folder.path)/none.gguf")?.message.contains("No such file") == true)
        #expect(error("/dev/null")?.code == .notARegularFile)
    }

    @Test func doesNotWaitForAFIFO() throws {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/fifo.gguf"
        try #require(mkfifo(path, 0o600) == 0)
        #expect(error(path)?.code == .notARegularFile)
    }

    @Test func saysWhenAFileMayNotBeRead() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("secret.gguf", GGUFBuilder.model().bytes())
        try #require(chmod(path, 0) == 0)
        // The superuser may read everything.
        guard access(path, R_OK) != 0 else { return }
        #expect(error(path)?.code == .unreadable)
    }

    @Test func refusesAHeaderThatIsReallyHuge() throws {
        // A sparse file of 1 TiB that claims, truthfully, 2^30 empty strings: nothing but the limit stops its reading.
        var builder = GGUFBuilder.model()
        builder.add("huge", payload: le(UInt32(9)) + le(UInt32(8)) + le(UInt64(1) << 30))
        let folder = try TemporaryFolder()
        let path = try folder.write("sparse.gguf", builder.header())
        guard truncate(path, 1 << 40) == 0 else { return }
        var limits = GGUFLimits()
        limits.headerBytes = 1 << 20
        let error = #expect(throws: GGUFError.self) { try GGUFHeader(path: path, limits: limits) }
        #expect(error?.code == .limitExceeded)
        #expect(error?.message.contains("larger than 1 MiB") == true)
    }

    @Test func doesNotReadWhatItSkips() throws {
        // 200 MiB of numbers and 1 TiB of data, passed over without a read.
        var builder = GGUFBuilder()
        builder.add("numbers", payload: le(UInt32(9)) + le(UInt32(0)) + le(UInt64(200) << 20))
        let folder = try TemporaryFolder()
        let path = try folder.write("sparse.gguf", builder.header())
        guard truncate(path, 1 << 40) == 0 else { return }
        #expect(try GGUFHeader(path: path).arrayCount("numbers") == 200 << 20)
    }
}
