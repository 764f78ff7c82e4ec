// SPDX-License-Identifier: MIT

import API
import Engine

/// What there is to tell of a LoRA adapter.
struct AdapterReport: Sendable {
    private let path: String
    private let taskName: String
    private let promptPrefix: String
    private let invocation: [Int32]
    /// The text of those tokens.
    private let invocationText: String

    init(_ adapter: Adapter, _ model: Model) {
        path = adapter.path
        taskName = adapter.taskName
        promptPrefix = adapter.promptPrefix
        invocation = adapter.invocation
        invocationText = model.detokenize(adapter.invocation)
    }

    /// - Parameters:
    ///   - id: its number.
    ///   - scale: how strongly it works in requests that don't say otherwise.
    func resource(id: Int, scale: Float) -> AdapterResource {
        var resource = AdapterResource()
        resource.id = id
        resource.path = path
        resource.scale = Double(scale)
        resource.taskName = taskName
        resource.promptPrefix = promptPrefix
        if !invocation.isEmpty {
            resource.invocation = invocationText
            resource.invocationTokens = invocation.map { Int($0) }
        }
        return resource
    }
}
