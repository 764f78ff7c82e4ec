// SPDX-License-Identifier: MIT

/// What somebody can do whose router knows no model.
package enum FirstSteps {
    /// A small model to begin with; the page offers the same one.
    package static let model = "ggml-org/gemma-3-1b-it-GGUF"

    /// - Parameters:
    ///   - address: the router's own, such as `http://127.0.0.1:8080`.
    ///   - prefix: the API's prefix; empty for none.
    ///   - hasPage: whether the router shows a page to browsers.
    ///   - isOffline: whether it may ask no hub.
    ///   - folder: the folder of models that it was started with; nil for none.
    package static func text(
        address: String,
        prefix: String,
        hasPage: Bool,
        isOffline: Bool,
        folder: String?
    ) -> String {
        var ways: [(line: String, meaning: String)] = []
        if hasPage {
            ways.append(
                (
                    "\(address)\(prefix)/",
                    isOffline
                        ? "in a browser: the page" : "in a browser: the page has a button that downloads a small one"
                )
            )
        }
        if !isOffline {
            let host = address == "http://127.0.0.1:8080" && prefix.isEmpty ? "" : " --host \(address)\(prefix)"
            ways.append(("enginehouse pull \(model)\(host)", "in another terminal; then: enginehouse chat"))
            ways.append(("enginehouse -hf \(model)", "instead of this: downloads that one and serves it alone"))
        }
        ways.append(
            folder.map { ("cp FILE.gguf \($0)", "a file of your own: it is noticed by itself") }
                ?? ("enginehouse --models-dir FOLDER", "instead of this: serves a folder of GGUF files of your own")
        )
        let width = ways.reduce(0) { max($0, DisplayWidth.of($1.line)) } + 2
        return "There are no models yet. What to do next:\n\n"
            + ways.map { "  " + DisplayWidth.pad($0.line, to: width) + $0.meaning + "\n" }.joined()
    }
}
