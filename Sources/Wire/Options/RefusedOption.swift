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
        case affinity = "threads aren't bound to processors; start the program with taskset or numactl"
        case threading = "the engine's own way of waiting for work is used"
        case sampler = "a draft model's tokens are chosen on the processor"
        case branches = "a proposal is one run of tokens"
        case draftPlacement = "tensors can't be placed one by one; --spec-draft-n-cpu-moe keeps experts off the GPU"
        case steering = "control vectors aren't there yet"
        case video = "films aren't understood"
        case projector = "the projector computes on the first GPU, or on the processor with --no-mmproj-offload"
        case encoding = "media are encoded one by one, so that nobody waits for long"
        case remote = "computing on other machines isn't there"
        case placement = "tensors can't be placed one by one; --n-cpu-moe keeps experts off the GPU"
        case lazy = "tensors are always loaded as a whole"
        case interface = "the page's settings are kept in the browser"
        case tools = "the server runs no tools and no other programs"
        case files = "no files are served"
        case port = "a port belongs to one server"
        case url = "models come from local files or by --hf-repo"
        case preset = "there are no built-in models; give --hf-repo"
        case gone = "llama-server has removed it as well"
        case logs = "the log goes to stderr; --log-dir writes a file for each model"
        case perf = "timings are always in answers"
        case checkpoints = "context checkpoints aren't there yet"
        case parsing = "answers are always parsed; --reasoning-format none leaves thoughts in the content"
        case prompts = "prompts are never written to disk"
        case completion = "it is not an option of a server"
        case text = "it is said by each request"
        case cache = "models of the cache are listed by GET /models"
        case lookup = "files of n-grams aren't there; --spec-type ngram-cache learns from the conversation"
        case slots = "how requests share the KV cache is set by -c, -np and --kv-unified"
    }
}
