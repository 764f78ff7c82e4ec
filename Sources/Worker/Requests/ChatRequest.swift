// SPDX-License-Identifier: MIT

package import API
package import Wire

/// A chat completion's request as the rest of the worker reads it, whatever dialect it came in.
///
/// Clients say the same in many ways. Here all of them become one. Null is absent. Messages are in the order that
/// strict templates want (`ConversationOrder`). Functions of the old kind are tools, and a choice of tools is one of
/// three words. Vendors' fields for structured answers are `response_format` or `grammar`.
package enum ChatRequest {
    /// Fields that are read here and stand nowhere in the result as they were.
    private static let own: Set<String> = [
        "messages", "tools", "tool_choice", "functions", "function_call", "parallel_tool_calls",
    ]

    /// The request in the one form.
    /// - Parameters:
    ///   - fields: what a client sent, or what a decoder of another dialect made.
    ///   - system: instructions for a conversation that has none; nil for no such.
    /// - Throws: 400 naming the place.
    package static func canonical(_ fields: RequestFields, system: String? = nil) throws(APIError) -> RequestFields {
        var messages = try ChatMessages.read(fields)
        if let system, !messages.contains(where: ConversationOrder.isInstruction) {
            messages.insert(["role": "system", "content": .string(system)], at: 0)
        }
        let choice = try ToolChoice(fields)
        let structured = try StructuredFields.standard(fields)
        var members = (structured.json.members ?? []).filter { !own.contains($0.name) }
        members.append(.init("messages", .array(ConversationOrder.ordered(messages))))
        members += choice.members
        if let parallel = try fields[\ChatMembers.callsInParallel] {
            members.append(.init("parallel_tool_calls", .bool(parallel && !choice.isOld)))
        } else if choice.isOld {
            members.append(.init("parallel_tool_calls", false))
        }
        return RequestFields(.object(members))
    }
}
