// SPDX-License-Identifier: MIT

import Engine
import Wire

/// A LoRA adapter in llama-server's shape.
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
    func json(id: Int, scale: Float) -> JSONValue {
        var members: [JSONValue.Member] = [
            .init("id", .integer(Int64(id))),
            .init("path", .string(path)),
            .init("scale", .number(Double(scale))),
            .init("task_name", .string(taskName)),
            .init("prompt_prefix", .string(promptPrefix)),
        ]
        if !invocation.isEmpty {
            members.append(.init("alora_invocation_string", .string(invocationText)))
            members.append(.init("alora_invocation_tokens", .array(invocation.map { .integer(Int64($0)) })))
        }
        return .object(members)
    }
}
