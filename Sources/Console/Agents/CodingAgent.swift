// SPDX-License-Identifier: MIT

import Wire

/// A coding agent that can be started against a router: how it is told where that is, and which model to use.
///
/// Nothing of the agent's own configuration is changed: all is said in variables and arguments, for this one start.
package enum CodingAgent: String, Sendable, CaseIterable {
    /// Speaks Anthropic's messages.
    case claude
    /// Speaks OpenAI's responses.
    case codex
    /// Speaks OpenAI's chat completions.
    case opencode
    /// Speaks OpenAI's chat completions.
    case aider

    /// What to start.
    package struct Start: Sendable, Equatable {
        package let program: String
        package let arguments: [String]
        /// In the order in which people read them.
        package let variables: [(name: String, value: String)]

        package static func == (left: Self, right: Self) -> Bool {
            left.program == right.program && left.arguments == right.arguments
                && left.variables.elementsEqual(right.variables) { $0 == $1 }
        }

        /// The same as a line for a shell.
        package var line: String {
            let words =
                variables.map { "\($0.name)=\(Self.quoted($0.value))" } + ([program] + arguments).map(Self.quoted)
            return words.joined(separator: " ")
        }

        private static func quoted(_ word: String) -> String {
            let isPlain =
                !word.isEmpty
                && word.utf8.allSatisfy { byte in
                    switch byte {
                    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
                    case UInt8(ascii: "0")...UInt8(ascii: "9"): true
                    default: "-._/:@%+=,".utf8.contains(byte)
                    }
                }
            return isPlain ? word : "'" + word.replacing("'", with: #"'\''"#) + "'"
        }
    }

    /// Where its makers say how to install it.
    package var home: String {
        switch self {
        case .claude: "https://code.claude.com/docs"
        case .codex: "https://github.com/openai/codex"
        case .opencode: "https://opencode.ai/docs"
        case .aider: "https://aider.chat/docs/install.html"
        }
    }

    /// How to start it.
    /// - Parameters:
    ///   - model: the model's name.
    ///   - base: the router's address, without a slash at the end.
    ///   - key: an API key; agents want one also where the router doesn't.
    ///   - arguments: the user's own.
    package func start(model: String, base: String, key: String?, arguments: [String]) -> Start {
        let key = key ?? "none"
        switch self {
        case .claude:
            // Each of its kinds of models is this one, else the small jobs would ask for a name that nothing here has.
            let kinds = [
                "ANTHROPIC_MODEL", "ANTHROPIC_SMALL_FAST_MODEL", "ANTHROPIC_DEFAULT_OPUS_MODEL",
                "ANTHROPIC_DEFAULT_SONNET_MODEL", "ANTHROPIC_DEFAULT_HAIKU_MODEL",
            ]
            return Start(
                program: rawValue,
                arguments: arguments,
                variables: [("ANTHROPIC_BASE_URL", base), ("ANTHROPIC_AUTH_TOKEN", key)] + kinds.map { ($0, model) }
            )
        case .codex:
            let provider =
                "{name=\"Enginehouse\",base_url=\(JSONValue.string(base + "/v1").text),wire_api=\"responses\",env_key=\"ENGINEHOUSE_API_KEY\"}"
            return Start(
                program: rawValue,
                arguments: [
                    "-c", "model_provider=\"enginehouse\"", "-c", "model_providers.enginehouse=\(provider)", "-m",
                    model,
                ] + arguments,
                variables: [("ENGINEHOUSE_API_KEY", key)]
            )
        case .opencode:
            let configuration: JSONValue = [
                "model": .string("enginehouse/\(model)"),
                "provider": [
                    "enginehouse": .object([
                        .init("npm", "@ai-sdk/openai-compatible"),
                        .init("name", "Enginehouse"),
                        .init("options", ["baseURL": .string(base + "/v1"), "apiKey": .string(key)]),
                        .init("models", .object([.init(model, ["name": .string(model)])])),
                    ])
                ],
            ]
            return Start(
                program: rawValue,
                arguments: arguments,
                variables: [("OPENCODE_CONFIG_CONTENT", configuration.text)]
            )
        case .aider:
            return Start(
                program: rawValue,
                arguments: ["--model", "openai/\(model)"] + arguments,
                variables: [("OPENAI_API_BASE", base + "/v1"), ("OPENAI_API_KEY", key)]
            )
        }
    }
}
