// SPDX-License-Identifier: MIT

import HTTPTypes
import Hummingbird
import NIOCore
import Wire

/// What a browser gets: one plain page, and the files that a browser asks for beside it. All of it is public.
struct WebPage {
    /// The paths that need no key.
    static let paths: Set<String> = ["/", "/index.html", "/sw.js", "/manifest.webmanifest", "/_app/version.json"]

    /// Whether there is a page at all.
    let isServed: Bool

    func add(to router: Router<BasicRequestContext>) {
        // A browser that once was at a llama-server on this address has its service worker, which would show that page
        // for ever. This one takes its place and removes itself.
        router.get("/sw.js") { _, _ in Self.response(Self.farewell, "text/javascript; charset=utf-8") }
        guard isServed else { return }
        for path in ["/", "/index.html"] as [RouterPath] {
            router.get(path) { _, _ in Self.response(Self.page, "text/html; charset=utf-8") }
        }
        router.get("/manifest.webmanifest") { _, _ in Self.response(Self.manifest, "application/manifest+json") }
        router.get("/_app/version.json") { _, _ in
            Self.response(#"{"version":"\#(Version.current)"}"#, "application/json; charset=utf-8")
        }
    }

    private static func response(_ text: String, _ type: String) -> Response {
        var headers: HTTPFields = [.contentType: type, .cacheControl: "no-cache"]
        headers[.xContentTypeOptions] = "nosniff"
        headers[.contentSecurityPolicy] =
            "default-src 'none'; style-src 'unsafe-inline'; manifest-src 'self'; frame-ancestors 'none'"
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }

    private static let manifest =
        ##"{"name":"Switchyard","short_name":"Switchyard","start_url":"./","display":"minimal-ui","icons":[]}"##

    private static let farewell = """
        self.addEventListener("install", () => self.skipWaiting());
        self.addEventListener("activate", (event) => event.waitUntil(leave()));
        async function leave() {
          for (const name of await caches.keys()) await caches.delete(name);
          await self.registration.unregister();
          for (const page of await self.clients.matchAll({ type: "window" })) page.navigate(page.url);
        }

        """

    private static let page = """
        <!doctype html>
        <html lang="en">
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>Switchyard</title>
        <link rel="manifest" href="manifest.webmanifest">
        <style>
        body { font: 16px/1.5 system-ui, sans-serif; max-width: 44rem; margin: 3rem auto; padding: 0 1rem; }
        td { padding: .15rem 1rem .15rem 0; vertical-align: top; }
        code { font: .9em ui-monospace, monospace; white-space: nowrap; }
        </style>
        <h1>Switchyard</h1>
        <p>This is a server of language models. Programs use it by the HTTP API of llama-server, of OpenAI
        or of Anthropic:
        <a href="v1/models">the models</a>, <a href="health">its health</a>.</p>
        <table>
        <tr><td><code>POST v1/chat/completions</code><td>a chat; <code>model</code> names the model
        <tr><td><code>POST v1/responses</code>, <code>v1/messages</code><td>the same as OpenAI's newer and Anthropic's clients say it
        <tr><td><code>POST v1/completions</code><td>a text goes on
        <tr><td><code>GET v1/models</code><td>the models and their state
        <tr><td><code>POST models/load</code><td>load one, <code>{"model": "…"}</code>
        <tr><td><code>POST models/unload</code><td>unload one
        <tr><td><code>GET models/sse</code><td>what happens to them, as it happens
        <tr><td><code>GET metrics</code><td>figures for Prometheus
        <tr><td><code>GET props</code><td>what this server is
        </table>
        </html>

        """
}
