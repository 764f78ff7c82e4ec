// SPDX-License-Identifier: MIT

import ExampleServer
import HTTPServer
import NIOCore
import NIOEmbedded

/// libFuzzer's entry: any bytes as what a client sends over its connection, whole and cut in pieces. The answers must be the same; and
/// after one that ends the connection nothing more is said.
///
/// - Parameters:
///   - data: the first byte says how the others are cut.
///   - count: in bytes.
@_cdecl("LLVMFuzzerTestOneInput")
package func fuzz(_ data: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    guard count > 1 else { return 0 }
    let bytes = [UInt8](UnsafeBufferPointer(start: data + 1, count: count - 1))
    let whole = said(bytes, piece: bytes.count, isNext: true)
    precondition(said(bytes, piece: Int(data[0] % 64) + 1, isNext: true) == whole, "cut bytes are read otherwise")
    precondition(said(bytes, piece: bytes.count, isNext: false) == whole, "the router would answer otherwise")
    if let end = whole.firstIndex(of: "connection: close") {
        precondition(!whole[end...].contains { $0.hasPrefix("HTTP/1.") }, "an answer follows the last one")
    }
    return 0
}

/// The lines that the server says to these bytes, without those of a date.
/// - Parameters:
///   - piece: how many bytes come at once.
///   - isNext: as in the worker; otherwise as in the router.
private func said(_ bytes: [UInt8], piece: Int, isNext: Bool) -> [Substring] {
    let channel = EmbeddedChannel()
    var text: [UInt8] = []
    do {
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        try ExampleAnswerer.connect(channel, isNext: isNext, answersLater: false)
        for start in stride(from: 0, to: bytes.count, by: piece) where channel.isActive {
            // What the decoder refuses is thrown here, too; the answer says it.
            _ = try? channel.writeInbound(ByteBuffer(bytes: bytes[start..<min(start + piece, bytes.count)]))
            while let part = try channel.readOutbound(as: ByteBuffer.self) { text += part.readableBytesView }
        }
        channel.embeddedEventLoop.run()
        // The same errors again.
        _ = try? channel.finish(acceptAlreadyClosed: true)
    } catch {
        preconditionFailure("\(error)")
    }
    return String(decoding: text, as: UTF8.self).split(separator: "\r\n").filter { !$0.hasPrefix("date: ") }
}

/// Each executable of a Swift package has an entry of its own, which hides libFuzzer's; so this one calls its loop.
@main
struct ServerFuzz {
    static func main() {
        var count = CommandLine.argc
        var arguments = CommandLine.unsafeArgv
        _ = runDriver(&count, &arguments) { fuzz($0, $1) }
    }
}

@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
    _ count: UnsafeMutablePointer<CInt>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
    _ callback: @convention(c) (UnsafePointer<UInt8>, Int) -> CInt
) -> CInt
