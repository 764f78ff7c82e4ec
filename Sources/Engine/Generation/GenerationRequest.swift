// SPDX-License-Identifier: MIT

/// What one sequence is to do: the order, and what computing it takes beside the model.
@dynamicMemberLookup
package struct GenerationRequest: Sendable {
    package var order: GenerationOrder
    /// The media among the tokens, one for each of the order's spans.
    package let media: [MediaChunk]
    package var sampler: Sampler
    /// Control tokens that show their text; others are silent.
    package var shownTokens: Set<Int32> = []
    /// Whether all special tokens do.
    package var showsSpecial = false
    /// How strongly each adapter works; nil for what the model was told.
    package var adapterScales: [Float]?

    package init(_ prompt: Prompt, sampler: Sampler) {
        order = GenerationOrder(prompt: prompt.tokens)
        order.media = prompt.media.map(\.span)
        order.messages = prompt.messages
        order.seed = sampler.seed
        media = prompt.media
        self.sampler = sampler
    }

    package init(prompt: [Int32], sampler: Sampler) {
        self.init(Prompt(prompt), sampler: sampler)
    }

    package subscript<Value>(dynamicMember path: WritableKeyPath<GenerationOrder, Value>) -> Value {
        get { order[keyPath: path] }
        set { order[keyPath: path] = newValue }
    }
}

extension GenerationOrder {
    /// Whether every place of the prompt is a token of the vocabulary or belongs to one of the media.
    func hasTokens(below size: Int32) -> Bool { Tokens.areValid(prompt, media, below: size) }
}

extension CachedSequence {
    /// Whether each of its tokens is one of the vocabulary or belongs to one of the media.
    func isMade(ofTokensBelow size: Int32) -> Bool { Tokens.areValid(tokens, layout.spans, below: size) }
}
