// SPDX-License-Identifier: MIT

extension GenerationRequest {
    /// A request for a prompt, with its media and its messages' places.
    package init(_ prompt: Prompt, sampler: Sampler) {
        self.init(prompt: prompt.tokens, sampler: sampler)
        media = prompt.media
        messages = prompt.messages
    }

    /// Whether every place of the prompt is a token of the vocabulary or belongs to one of the media.
    func hasTokens(below size: Int32) -> Bool {
        var index = 0
        for chunk in media {
            let span = chunk.span
            guard span.start >= index, span.end <= prompt.count,
                prompt[index..<span.start].allSatisfy({ $0 >= 0 && $0 < size }),
                prompt[span.start..<span.end].allSatisfy({ $0 == span.identity.id })
            else { return false }
            index = span.end
        }
        return prompt[index...].allSatisfy { $0 >= 0 && $0 < size }
    }
}
