// SPDX-License-Identifier: MIT

import CLlama

/// What may be changed before a load so that the model fits, and what takes memory beside it.
struct EngineFitting: Fitting {
    private let options: FitOptions
    let context: ContextOptions
    private let projector: ProjectorOptions?
    /// Files of adapters.
    private let adapters: [String]
    private let draft: DraftModelOptions?

    /// - Returns: nil where nothing may be changed.
    init?(_ engine: EngineOptions) {
        guard let options = engine.fit else { return nil }
        self.options = options
        context = engine.context
        projector = engine.projector
        adapters = engine.adapters.map(\.path)
        draft = engine.speculation?.draft
    }

    /// Lends this to a call in the engine's shape; its pointers are valid in it only.
    func lend<Result>(to body: (eh_fit_options) -> Result) -> Result {
        var raw = eh_fit_options()
        raw.least_context = options.leastContext ?? .max
        return context.lend { context in
            withUnsafePointer(to: context) { context in
                options.margins.withUnsafeBufferPointer { margins in
                    CStrings.lend(adapters) { adapters, count in
                        raw.context = context
                        raw.margins = margins.baseAddress
                        raw.margin_count = Int32(margins.count)
                        raw.adapters = adapters
                        raw.adapter_count = count
                        return lendProjector(raw) { raw in lendDraft(raw, to: body) }
                    }
                }
            }
        }
    }

    private func lendProjector<Result>(_ fit: eh_fit_options, to body: (eh_fit_options) -> Result) -> Result {
        guard let projector else { return body(fit) }
        var fit = fit
        return projector.path.withCString { path in
            projector.lend(beside: context) { options in
                withUnsafePointer(to: options) { options in
                    fit.projector = path
                    fit.projector_options = options
                    return body(fit)
                }
            }
        }
    }

    private func lendDraft<Result>(_ fit: eh_fit_options, to body: (eh_fit_options) -> Result) -> Result {
        guard let draft else { return body(fit) }
        var fit = fit
        return draft.model.path.withCString { path in
            draft.model.lend { model in
                draft.context(beside: context, size: Int(context.size)).lend { own in
                    withUnsafePointer(to: model) { model in
                        withUnsafePointer(to: own) { own in
                            fit.draft_path = path
                            fit.draft_model = model
                            fit.draft_context = own
                            return body(fit)
                        }
                    }
                }
            }
        }
    }
}
