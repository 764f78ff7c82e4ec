// SPDX-License-Identifier: MIT

/// What a caller calls the functions that the model gets under names of one list.
package struct CallNames: Sendable, Equatable {
    /// A tool as its caller knows it.
    package struct Tool: Sendable, Equatable {
        /// Its own name, without the namespace.
        package var name: String
        package var namespace: String?
        /// Whether its input is text of any form, and no JSON.
        package var isFreeform: Bool

        package init(name: String, namespace: String? = nil, isFreeform: Bool = false) {
            self.name = name
            self.namespace = namespace
            self.isFreeform = isFreeform
        }
    }

    /// By the model's name. Plain functions, which have the same name on both sides, aren't among them.
    private var tools: [String: Tool] = [:]

    package init() {}

    /// Takes a tool.
    /// - Parameter name: the model's name for it.
    package mutating func add(_ tool: Tool, as name: String) { tools[name] = tool }

    /// The tool that the model calls.
    package func tool(_ name: String) -> Tool { tools[name] ?? Tool(name: name) }

    /// The model's name for a function of a namespace.
    package static func flat(_ name: String, in namespace: String?) -> String {
        guard let namespace, !namespace.isEmpty else { return name }
        return namespace.hasSuffix("_") ? namespace + name : "\(namespace)__\(name)"
    }
}
