// SPDX-License-Identifier: MIT

/// Where a conversation is.
struct ChatState {
    var model: ModelFacts
    var conversation: Conversation
    /// The models' names, once they were needed.
    var names: [String]?

    init(model: ModelFacts, conversation: Conversation) {
        self.model = model
        self.conversation = conversation
    }
}
