// SPDX-License-Identifier: MIT

import Fleet
import Foundation
import Platform
import Testing
import Wire

/// The probe against real sockets.
@Suite(.timeLimit(.minutes(5))) struct HealthProbeTests {
    private let path = NSTemporaryDirectory() + "probe-\(UInt32.random(in: 0...UInt32.max)).sock"

    /// Listens on the path. Connections are accepted by the system, whether or not anybody answers.
    private func listen() throws -> Int32 {
        let descriptor = systemStreamSocket(AF_UNIX)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let bound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        try #require(bound == 0 && systemListen(descriptor) == 0)
        return descriptor
    }

    /// Answers one connection on a thread of its own.
    private func answer(_ text: String, on descriptor: Int32) {
        Thread.detachNewThread {
            let connection = accept(descriptor, nil, nil)
            var buffer = [UInt8](repeating: 0, count: 1_024)
            _ = read(connection, &buffer, buffer.count)
            _ = text.withCString { write(connection, $0, strlen($0)) }
            close(connection)
        }
    }

    @Test func anyAnswerIsASignOfLife() async throws {
        let descriptor = try listen()
        defer { close(descriptor); unlink(path) }
        for text in ["HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n", "HTTP/1.1 503 Service Unavailable\r\n\r\n"] {
            answer(text, on: descriptor)
            #expect(await HealthProbe().problem(at: .unix(path: path), within: .seconds(30)) == nil)
        }
        let stalled = #"{"error":{"code":503,"message":"…","engine_stalled_seconds":45}}"#
        answer(
            "HTTP/1.1 503 Service Unavailable\r\ncontent-length: \(stalled.utf8.count)\r\n\r\n\(stalled)",
            on: descriptor
        )
        #expect(
            await HealthProbe().problem(at: .unix(path: path), within: .seconds(30))
                == "its engine has not finished a step for 45 s"
        )
        answer("", on: descriptor)
        #expect(
            await HealthProbe().problem(at: .unix(path: path), within: .seconds(30))
                == "the connection was closed without an answer"
        )
    }

    @Test func silenceEndsWithTheLimit() async throws {
        let descriptor = try listen()
        defer { close(descriptor); unlink(path) }
        let problem = await HealthProbe().problem(at: .unix(path: path), within: .milliseconds(50))
        #expect(problem == "no answer within 0 s")
    }

    @Test func aMissingSocketIsAProblem() async {
        #expect(await HealthProbe().problem(at: .unix(path: path), within: .seconds(30)) != nil)
    }
}

/// The system's `listen`, apart from the method of that name.
private func systemListen(_ descriptor: Int32) -> Int32 { listen(descriptor, 8) }
