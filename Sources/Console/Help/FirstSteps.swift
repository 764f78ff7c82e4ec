// SPDX-License-Identifier: MIT

/// What to do with a router that knows no model.
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
        var ways: [(meaning: String, line: String)] = []
        if hasPage {
            let button = isOffline ? "" : ", which has a button that downloads a small one"
            ways.append(("open the page in a browser" + button, "\(address)\(prefix)/"))
        }
        if !isOffline {
            let isUsual = address == "http://127.0.0.1:8080" && prefix.isEmpty
            let host = isUsual ? "" : " --host \(address)\(prefix)"
            ways.append(
                (
                    "download one in another terminal; then `enginehouse chat MODEL`",
                    "enginehouse pull \(model)\(host)"
                )
            )
            ways.append(("stop this, and serve that one alone", "enginehouse -hf \(model)"))
        }
        ways.append(
            folder.map { ("put a file of your own into the folder; it is noticed by itself", "cp FILE.gguf \($0)") }
                ?? ("stop this, and serve a folder of GGUF files of your own", "enginehouse --models-dir FOLDER")
        )
        return "There are no models yet. What to do next:\n\n"
            + ways.enumerated().map { index, way in
                let meaning =
                    index == 0 ? way.meaning.prefix(1).uppercased() + way.meaning.dropFirst() : "Or " + way.meaning
                return "  \(meaning):\n      \(way.line)\n"
            }
            .joined()
    }
}
