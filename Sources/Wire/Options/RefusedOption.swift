// SPDX-License-Identifier: MIT

/// An option of llama-server that neither program has: it is known so that it can be refused by its name.
package struct RefusedOption: Sendable {
    /// The spellings with their dashes, the long one first.
    package let names: [String]
    package let environment: String?
    /// Why, as a sentence without a full stop.
    package let reason: String

    init(_ names: String..., env environment: String? = nil, because reason: Reason) {
        self.names = names
        self.environment = environment
        self.reason = reason.rawValue
    }

    /// The reasons, each for several options.
    enum Reason: String {
        case branches = "a proposal is one run of tokens"
        case video = "films aren't understood"
        case encoding = "media are encoded one by one, so that no stream waits for long"
        case interface = "the page's settings are kept in the browser"
        case tools = "the server runs no tools and no other programs"
        case files = "no files are served"
        case port = "a port belongs to one server"
        case url = "models come from local files, by --hf-repo or by --model-url"
        case preset = "there are no built-in models; give --hf-repo"
        case gone = "llama-server has removed it as well"
        case goneMax = "llama-server has removed it as well; --spec-draft-n-max says it now"
        case goneMin = "llama-server has removed it as well; --spec-draft-n-min says it now"
        case goneNgram =
            "llama-server has removed it as well; each kind has its own now, such as --spec-ngram-map-k-size-n"
        case logs = "--log-format json writes JSON lines, to stderr and to --log-file"
        case prompts = "prompts are never written to disk"
        case completion = "`enginehouse completions bash` writes them"
        case cache = "models of the cache are listed by GET /models"
    }
}
