// SPDX-License-Identifier: MIT

package import Catalogue
import Wire

/// What to do with a router that knows no model.
package struct FirstSteps: Sendable {
    /// The router's own address, such as `http://127.0.0.1:8080`.
    package var address: String
    /// The API's prefix; empty for none.
    package var prefix = ""
    /// Whether the router shows a page to browsers.
    package var hasPage = true
    /// Whether it may ask no hub.
    package var isOffline = false
    /// The folder of models that it was started with; nil for none.
    package var folder: String?
    /// Models that suit the machine.
    package var picks: [SuggestedModel] = []
    /// Whether the models for `enginehouse demo` are there.
    package var hasDemo = false

    package init(address: String) { self.address = address }

    /// Some lines, each with what to type and what that does.
    package var text: String {
        let isUsual = address == "http://127.0.0.1:8080" && prefix.isEmpty
        let host = isUsual ? "" : " --host \(address)\(prefix)"
        var ways: [(line: String, meaning: String)] = []
        if !isOffline {
            ways += picks.map {
                ("enginehouse pull \($0.name)\(host)", "\(Units.bytes(Double($0.bytes))): \($0.purpose)")
            }
            if picks.isEmpty { ways.append(("enginehouse pull\(host)", "lists models to download")) }
        }
        if hasDemo { ways.append(("enginehouse demo", "a chat with a tiny model that is there")) }
        ways.append(
            folder.map { ("cp FILE.gguf \($0)", "a model of your own; it is noticed") }
                ?? ("enginehouse --models-dir DIR", "in place of this one: your GGUF files")
        )
        let width = ways.reduce(0) { max($0, DisplayWidth.of($1.line)) } + 2
        let page = isOffline ? "" : ", where a click downloads one"
        return
            (["There are no models yet. In another terminal:"]
            + ways.map { "  " + DisplayWidth.pad($0.line, to: width) + $0.meaning }
            + (hasPage ? ["Or in a browser\(page): \(address)\(prefix)/"] : [])).map { $0 + "\n" }.joined()
    }
}
