// SPDX-License-Identifier: MIT

/// The prompt for what stands in the middle of a file, as llama-server puts it together after
/// https://arxiv.org/pdf/2409.12186:
///
///     [REPO]myproject [FILE]name chunk … [FILE]filename [PREFIX]prefix [SUFFIX]suffix [MIDDLE]
package struct InfillPrompt: Sendable {
    /// A piece of another file.
    package struct Chunk: Sendable, Equatable {
        package let file: String
        package let text: String

        package init(file: String, text: String) {
            self.file = file
            self.text = text
        }
    }

    /// How much may be used of what, in tokens.
    package struct Limits: Sendable {
        /// Of prefix and suffix together, which get three quarters and one quarter.
        package let batch: Int
        /// Of one sequence.
        package let context: Int
        /// Tokens to be generated; 0 where the request doesn't say.
        package let generated: Int

        package init(batch: Int, context: Int, generated: Int) {
            self.batch = batch
            self.context = context
            self.generated = generated
        }
    }

    package var prefix: String
    package var suffix: String
    /// What of the middle is there already.
    package var begun: String
    package var chunks: [Chunk]
    /// Whether the suffix comes first.
    package var suffixFirst = false

    package init(prefix: String, suffix: String, begun: String = "", chunks: [Chunk] = []) {
        self.prefix = prefix
        self.suffix = suffix
        self.begun = begun
        self.chunks = chunks
    }

    /// - Throws: `notSupported` for a model that can't do it.
    package func tokens(_ model: Model, _ limits: Limits) throws(EngineError) -> [Int32] {
        let marks = model.infillTokens
        guard let before = marks.prefix, let behind = marks.suffix, let middle = marks.middle else {
            let missing = [("prefix", marks.prefix), ("suffix", marks.suffix), ("middle", marks.middle)]
                .filter { $0.1 == nil }.map { "\($0.0) token is missing. " }
            throw EngineError(.notSupported, "Infill is not supported by this model: \(missing.joined())")
        }
        let extra = try extra(model, marks)
        let begun = try model.tokenize(begun, addSpecial: false, parseSpecial: true)
        // What is next to the gap counts most.
        let quarter = limits.batch / 4
        let first = try plain(prefix, model).suffix(3 * quarter)
        let last = try plain(suffix, model).prefix(max(0, quarter - (2 + begun.count)))
        let head = [before] + first + begun
        let tail = [behind] + last
        let room = max(0, limits.context - limits.batch - 2 * limits.generated)
        var tokens = Array(extra.suffix(room))
        if model.facts.addsBOS, let bos = model.bos { tokens.append(bos) }
        return tokens + (suffixFirst ? tail + head : head + tail) + [middle]
    }

    private func extra(_ model: Model, _ marks: Model.InfillTokens) throws(EngineError) -> [Int32] {
        var tokens: [Int32] = []
        if let repository = marks.repository { tokens += try [repository] + plain("myproject\n", model) }
        for chunk in chunks {
            if let file = marks.file {
                tokens += try [file] + plain(chunk.file + "\n", model)
            } else {
                tokens += try plain("\n\n--- snippet ---\n\n", model)
            }
            tokens += try plain(chunk.text, model)
        }
        if let file = marks.file { tokens += try [file] + plain("filename\n", model) }
        return tokens
    }

    private func plain(_ text: String, _ model: Model) throws(EngineError) -> [Int32] {
        try model.tokenize(text, addSpecial: false, parseSpecial: false)
    }
}
