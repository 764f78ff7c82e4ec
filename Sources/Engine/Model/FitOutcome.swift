// SPDX-License-Identifier: MIT

import CLlama

/// What was changed so that a model fits.
package struct FitOutcome: Sendable, Equatable {
    /// Whether it is expected to fit now.
    package let fits: Bool
    /// Tokens of context in all sequences together, and how many there would have been otherwise.
    package let context: Int
    package let wholeContext: Int
    /// Layers on GPUs; nil for as many as were asked for.
    package let gpuLayers: Int?
    /// How many of those have some of their weights in the main memory.
    package let overflowingLayers: Int

    /// What it comes to.
    package init(fits: Bool, context: Int, wholeContext: Int, gpuLayers: Int?, overflowingLayers: Int) {
        self.fits = fits
        self.context = context
        self.wholeContext = wholeContext
        self.gpuLayers = gpuLayers
        self.overflowingLayers = overflowingLayers
    }

    /// - Returns: nil for what isn't known.
    init?(_ raw: eh_fit_result, facts: ModelFacts, options: ModelOptions, context: ContextOptions?) {
        guard let context else { return nil }
        // Sequences with buffers of their own can have as much as the model knows, each.
        let trained = Int(facts.trainedContext) * (context.unified ? 1 : Int(context.sequences))
        let whole = context.size == 0 ? trained : Int(context.size)
        self.init(
            fits: raw.fits,
            context: raw.context == 0 ? whole : Int(raw.context),
            wholeContext: whole,
            gpuLayers: raw.gpu_layers == options.gpuLayers ? nil : Int(raw.gpu_layers),
            overflowingLayers: Int(raw.overflowing_layers)
        )
    }

    /// Whether anything was changed.
    package var hasChanged: Bool { context != wholeContext || gpuLayers != nil || overflowingLayers > 0 }

    /// For people.
    package var sentence: String {
        var changes: [String] = []
        if context != wholeContext { changes.append("the context has \(context) tokens instead of \(wholeContext)") }
        if let gpuLayers { changes.append("\(gpuLayers) layers are on GPUs") }
        if overflowingLayers > 0 { changes.append("\(overflowingLayers) of them with weights in the main memory") }
        let done = changes.joined(separator: ", ")
        guard fits else {
            let hint = "; give a smaller --ctx-size or fewer --gpu-layers if it fails, or --fit-target to use more"
            return "the model may not fit" + (done.isEmpty ? "" : ", though \(done)") + hint
        }
        return done.isEmpty ? "the model fits as it is" : "to make the model fit, \(done)"
    }
}
