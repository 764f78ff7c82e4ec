// SPDX-License-Identifier: MIT

import API
import Engine
import Foundation
import TestKit
import Testing
import Wire
import Worker

@Suite("Where media come from")
struct MediaSourceTests {
    private let eyes = MediaAbilities(images: true, audio: false, marker: "<m>")
    private let ears = MediaAbilities(images: false, audio: true, marker: "<m>")

    private func fields(_ parts: String) throws -> RequestFields {
        let body = Array("{\"messages\":[{\"role\":\"user\",\"content\":[\(parts)]}]}".utf8)
        return try RequestFields(body: body.span.bytes)
    }

    private func image(_ url: String) -> String { "{\"type\":\"image_url\",\"image_url\":{\"url\":\"\(url)\"}}" }

    @Test("data, plain base64, files and addresses")
    func kinds() throws {
        let hello = MediaSource.bytes(Medium(Array("hello".utf8)))
        for url in [
            "data:image/png;base64,aGVsbG8=",
            "DATA:image/png;base64,aGVsbG8=".lowercased().replacing("agvsbg8=", with: "aGVsbG8="),
            "data:audio/wav;base64,aGVsbG8", "data:image/svg+xml;charset=utf-8;base64,aGVs\nbG8=", "aGVsbG8=",
            "aGVsbG8",
        ] {
            #expect(try MediaSource(url: url, field: "f") == hello, "\(url)")
        }
        #expect(try MediaSource(url: "file://a/b.png", field: "f") == .file("a/b.png"))
        #expect(try MediaSource(url: "file:////a//b.png", field: "f") == .file("//a//b.png"))
        guard case .web(let address) = try MediaSource(url: "https://Example.org:8443/x?y#z", field: "f") else {
            Issue.record("no address")
            return
        }
        #expect(address.host == "example.org")
        #expect(address.text == "https://Example.org:8443/x?y" || address.text == "https://example.org:8443/x?y")
    }

    @Test(
        "what is none of them is refused with the field's name",
        arguments: [
            "", "malformed", "data:image/png;base64,", "data:image/png,hello", "data:text/html;base64,aGVsbG8=",
            "data:image/png;base64", "data:image/png;base64,!!!!", "ftp://h/x", "http://", "http://u:p@h/x",
            "https://h:0/x",
            "http://h:99999/", "https:// h/", "data:video/mp4;base64,aGVsbG8=", "\u{0}", "aGVsbG8=aGVsbG8=",
        ]
    )
    func refused(url: String) {
        let error = #expect(throws: APIError.self) { try MediaSource(url: url, field: "the field") }
        #expect(error?.status == 400)
        #expect(error?.message.contains("the field") == true)
    }

    @Test("markers take the places of media, in order")
    func markers() throws {
        let request = try fields(
            "{\"type\":\"text\",\"text\":\"a\"},\(image("AAAA")),{\"type\":\"text\",\"text\":\"b\"},\(image("file://x"))"
        )
        let media = try MediaFields(request, eyes)
        #expect(media.sources == [.bytes(Medium([0, 0, 0])), .file("x")])
        let parts = media.fields.json["messages"]?.array?.first?["content"]?.array ?? []
        #expect(parts.map { $0["text"]?.string } == ["a", "<m>", "b", "<m>"])
        #expect(parts.map { $0["type"]?.string } == ["text", "media_marker", "text", "media_marker"])
    }

    @Test("OpenAI's shapes of sounds, and llama-server's")
    func sounds() throws {
        for part in [
            "{\"type\":\"input_audio\",\"input_audio\":{\"data\":\"AAAA\",\"format\":\"wav\"}}",
            "{\"type\":\"input_audio\",\"input_audio\":{\"url\":\"data:audio/mp3;base64,AAAA\"}}",
        ] {
            #expect(try MediaFields(try fields(part), ears).sources == [.bytes(Medium([0, 0, 0]))])
        }
    }

    @Test("what the model doesn't take is refused")
    func abilities() throws {
        let sound = "{\"type\":\"input_audio\",\"input_audio\":{\"data\":\"AAAA\"}}"
        for (part, abilities, word) in [(image("AAAA"), ears, "image"), (sound, eyes, "audio")] {
            let error = #expect(throws: APIError.self, "\(part)") { try MediaFields(try fields(part), abilities) }
            // The server's keeper is to mend it, and another try would end alike.
            #expect(error?.status == 500 && error?.isFinal == true)
            #expect(error?.message.hasPrefix("\(word) input is not supported - hint: ") == true)
            #expect(error?.message.contains("messages[0].content[0]") == true)
        }
        for (part, abilities) in [
            ("{\"type\":\"input_video\",\"input_video\":{\"data\":\"AAAA\"}}", eyes),
            ("{\"type\":\"video_url\"}", eyes), ("{\"type\":\"image_url\"}", eyes),
            ("{\"type\":\"image_url\",\"image_url\":{\"url\":3}}", eyes),
            ("{\"type\":\"input_audio\",\"input_audio\":[]}", ears),
        ] {
            let error = #expect(throws: APIError.self, "\(part)") { try MediaFields(try fields(part), abilities) }
            #expect(error?.status == 400 && error?.isFinal == false)
            #expect(error?.message.contains("messages[0].content[0]") == true)
        }
    }

    @Test("files lie below the folder, or they aren't there")
    func folder() throws {
        let base = FileManager.default.temporaryDirectory.appending(path: "media-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: base) }
        let inside = base.appending(path: "in/deep")
        try FileManager.default.createDirectory(at: inside, withIntermediateDirectories: true)
        try Data("secret".utf8).write(to: base.appending(path: "secret"))
        try Data("image".utf8).write(to: inside.appending(path: "a.png"))
        try FileManager.default.createSymbolicLink(
            at: inside.appending(path: "link"),
            withDestinationURL: base.appending(path: "secret")
        )
        try FileManager.default.createSymbolicLink(
            at: inside.appending(path: "alias"),
            withDestinationURL: inside.appending(path: "a.png")
        )
        #expect(mkfifo(inside.appending(path: "pipe").path, 0o600) == 0)
        let folder = try #require(MediaFolder(base.appending(path: "in").path))
        for name in ["deep/a.png", "/deep//a.png", "deep/alias"] {
            #expect(try folder.read(name, limit: 5) == Array("image".utf8), "\(name)")
        }
        for name in [
            "", "/", "deep", "../secret", "deep/../../secret", "deep/./a.png", "deep/link", "deep/pipe", "deep/b.png",
            "deep/a.png\u{0}", base.appending(path: "secret").path, "%2e%2e/secret",
        ] {
            let error = #expect(throws: APIError.self, "\(name)") { try folder.read(name, limit: 100) }
            #expect(error?.status == 400)
        }
        #expect(throws: APIError.self) { try folder.read("deep/a.png", limit: 4) }
        #expect(MediaFolder(base.appending(path: "secret").path) == nil)
        #expect(MediaFolder(base.appending(path: "nothing").path) == nil)
    }

    @Test("neither files nor the web without the operator's word, and never more than allowed")
    func loading() async throws {
        var loader = MediaLoader()
        loader.limits.count = 2
        let some = MediaSource.bytes(Medium([1]))
        #expect(try await loader.load([some, some]).count == 2)
        let web = try MediaSource(url: "http://example.org/", field: "f")
        for sources in [[some, some, some], [.file("x")], [web]] {
            #expect((await #expect(throws: APIError.self) { try await loader.load(sources) })?.status == 400)
        }
    }

    @Test(
        "private places are never asked, however they are spelled",
        .timeLimit(.minutes(5)),
        arguments: [
            "http://127.0.0.1/", "http://localhost/", "http://127.1/", "http://2130706433/", "http://0x7f000001/",
            "http://[::1]/", "http://[::ffff:127.0.0.1]/", "http://169.254.169.254/latest/meta-data",
            "http://10.0.0.1/",
            "http://192.168.1.1/", "http://0.0.0.0/", "http://[fe80::1]/", "http://[fd00::1]/",
        ]
    )
    func privatePlaces(url: String) async throws {
        let address = try #require(WebAddress(url))
        let error = await #expect(throws: APIError.self) { try await WebMedia().get(address, limit: 10) }
        #expect(error?.status == 400)
        let message = error?.message ?? ""
        #expect(message.contains("open network") || message.contains("no address"), "\(message)")
    }
}
