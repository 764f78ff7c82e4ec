// SPDX-License-Identifier: MIT

package import StateStore

/// Everything that an engine is started with.
package struct EngineOptions: Sendable {
    package var model: ModelOptions
    package var context: ContextOptions
    /// A Jinja template, or the name of a built-in one, instead of the model's own.
    package var chatTemplate: String?
    /// What reads pictures and sounds; nil for text only.
    package var projector: ProjectorOptions?
    /// What may be changed so that the model fits; nil for nothing.
    package var fit: FitOptions?
    /// LoRA adapters.
    package var adapters: [AdapterOptions] = [] {
        didSet { adapterScales = AdapterScales(adapters.map(\.scale)) }
    }
    /// How strongly they work in requests that don't say otherwise.
    package private(set) var adapterScales = AdapterScales([])
    /// Control vectors; nil for none.
    package var steering: SteeringOptions?
    /// What proposes tokens; nil for one token a step.
    package var speculation: SpeculationOptions?
    /// Generations that may wait for a slot.
    package var queueLimit = 512
    /// How long the reader of a generation may be behind while others wait for its slot.
    package var readerPatience: Duration = .seconds(2)
    /// How much of a prompt an idle slot's cache must hold to be preferred over the slot that was idle longest.
    package var slotSimilarity = 0.1
    /// Whether a full context forgets a part to go on.
    package var shiftsContext = false
    /// The smallest part of the cache to use again behind a difference; 0 for none.
    package var cacheReuse = 0
    /// Bytes of main memory for conversations that lost their place in the KV cache, and for all checkpoints.
    package var stateBytes = 0
    /// Where conversations outlive the engine; nil for nowhere.
    package var store: StorePlace?
    /// Checkpoints of a conversation at most, for models that can't go back to any place; 0 for none.
    package var checkpointLimit = 32
    /// Tokens between two of them at least, but for those of the last message and of the prompt's end.
    package var checkpointStep = 8192
    /// Whether conversations of idle slots leave a shared KV cache for the main memory when a generation begins; nil for where
    /// that can be.
    package var storesIdleSlots: Bool?
    /// Whether the model computes once before it counts as loaded.
    package var warmsUp = false

    package init(model: ModelOptions, context: ContextOptions) {
        self.model = model
        self.context = context
    }
}
