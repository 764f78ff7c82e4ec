// SPDX-License-Identifier: MIT

extension OptionTable {
    /// How chats become prompts, and answers chats.
    package struct Chat: Sendable {
        package let jinja = OptionKey(
            "jinja",
            env: "LLAMA_ARG_JINJA",
            .flag,
            .model,
            default: true,
            "read chat templates as Jinja; without it the engine's own renderers of well-known templates, and no tools"
        )

        package let chatTemplate = OptionKey(
            "chat-template",
            env: "LLAMA_ARG_CHAT_TEMPLATE",
            .text,
            .model,
            value: "TEMPLATE",
            "a Jinja chat template, or the name of a built-in one, instead of the model's"
        )

        package let chatTemplateFile = OptionKey(
            "chat-template-file",
            env: "LLAMA_ARG_CHAT_TEMPLATE_FILE",
            .text,
            .model,
            value: "FILE",
            "a file with a Jinja chat template instead of the model's"
        )

        package let chatTemplateKwargs = OptionKey(
            "chat-template-kwargs",
            env: "LLAMA_ARG_CHAT_TEMPLATE_KWARGS",
            .json,
            .model,
            value: "JSON",
            "an object with variables for the template; a request's own win"
        )

        package let systemPrompt = OptionKey(
            "system-prompt",
            names: ["-sys"],
            env: "ENGINEHOUSE_SYSTEM_PROMPT",
            .text,
            .model,
            value: "TEXT",
            "instructions for conversations that have none of their own; see --escape"
        )

        package let reasoning = OptionKey(
            "reasoning",
            names: ["-rea"],
            env: "LLAMA_ARG_REASONING",
            .automatic,
            .model,
            value: "WHEN",
            default: "auto",
            "let the model think before it answers, where its template can say so"
        )

        package let reasoningEffort = OptionKey(
            "reasoning-effort",
            env: "LLAMA_ARG_REASONING_EFFORT",
            .text,
            .model,
            value: "LEVEL",
            default: "default",
            "how hard the model thinks, in its template's words, such as low, medium or high; default leaves it to the template"
        )

        package let reasoningPreserve = OptionKey(
            "reasoning-preserve",
            env: "LLAMA_ARG_REASONING_PRESERVE",
            .flag,
            .model,
            default: true,
            "show the model its thoughts of earlier turns as well, where its template can and the client sends them"
        )

        package let reasoningFormat = OptionKey(
            "reasoning-format",
            env: "LLAMA_ARG_THINK",
            .choice(["auto", "none", "deepseek", "deepseek-legacy"]),
            .model,
            value: "FORMAT",
            default: "auto",
            "where the model's thoughts go: none leaves them in the content"
        )

        package let reasoningBudget = OptionKey(
            "reasoning-budget",
            env: "LLAMA_ARG_THINK_BUDGET",
            .integer(-1...Int(Int32.max)),
            .model,
            value: "N",
            default: -1,
            "tokens of thought; 0 for none, -1 for as many as the model wants"
        )

        package let reasoningBudgetMessage = OptionKey(
            "reasoning-budget-message",
            env: "LLAMA_ARG_THINK_BUDGET_MESSAGE",
            .text,
            .model,
            value: "TEXT",
            "what thoughts end with when they are cut off"
        )

        package let prefillAssistant = OptionKey(
            "prefill-assistant",
            env: "LLAMA_ARG_PREFILL_ASSISTANT",
            .flag,
            .model,
            default: true,
            "continue the last message if it is the assistant's"
        )

        package let skipChatParsing = OptionKey(
            "skip-chat-parsing",
            env: "LLAMA_ARG_SKIP_CHAT_PARSING",
            .flag,
            .model,
            default: false,
            "leave the answer as the model wrote it, thoughts and calls of tools included, all in the content"
        )
    }

    /// Defaults of requests.
    package struct Sampling: Sendable {
        package let predict = OptionKey(
            "predict",
            names: ["-n", "--n-predict"],
            env: "LLAMA_ARG_N_PREDICT",
            .integer(-1...Int(Int32.max)),
            .model,
            value: "N",
            default: -1,
            "tokens to generate; -1 until the model ends"
        )

        package let temperature = OptionKey(
            "temp",
            names: ["--temperature"],
            env: "LLAMA_ARG_TEMPERATURE",
            .number(0...1_000),
            .model,
            value: "N",
            default: 0.8,
            "temperature; 0 takes the likeliest token"
        )

        package let topK = OptionKey(
            "top-k",
            env: "LLAMA_ARG_TOP_K",
            .integer(0...Int(Int32.max)),
            .model,
            value: "N",
            default: 40,
            "tokens to choose from; 0 for all"
        )

        package let topP = OptionKey(
            "top-p",
            env: "LLAMA_ARG_TOP_P",
            .number(0...1),
            .model,
            value: "N",
            default: 0.95,
            "share of the probability to choose from; 1 for all"
        )

        package let minP = OptionKey(
            "min-p",
            env: "LLAMA_ARG_MIN_P",
            .number(0...1),
            .model,
            value: "N",
            default: 0.05,
            "least probability relative to the likeliest token; 0 for any"
        )

        package let seed = OptionKey(
            "seed",
            names: ["-s"],
            env: "LLAMA_ARG_SEED",
            .integer(-1...Int(UInt32.max)),
            .model,
            value: "N",
            default: -1,
            "seed of the random numbers; -1 for a new one each time"
        )

        package let repeatLast = OptionKey(
            "repeat-last-n",
            .integer(-1...Int(Int32.max)),
            .model,
            value: "N",
            default: 64,
            "tokens that the penalties look back; 0 for none, -1 for all"
        )

        package let repeatPenalty = OptionKey(
            "repeat-penalty",
            env: "LLAMA_ARG_REPEAT_PENALTY",
            .number(0.01...100),
            .model,
            value: "N",
            default: 1,
            "penalty for repeating; 1 for none"
        )

        package let presencePenalty = OptionKey(
            "presence-penalty",
            env: "LLAMA_ARG_PRESENCE_PENALTY",
            .number(-100...100),
            .model,
            value: "N",
            default: 0,
            "penalty for tokens that occurred"
        )

        package let frequencyPenalty = OptionKey(
            "frequency-penalty",
            env: "LLAMA_ARG_FREQUENCY_PENALTY",
            .number(-100...100),
            .model,
            value: "N",
            default: 0,
            "penalty for each time that a token occurred"
        )

        package let ignoreEos = OptionKey(
            "ignore-eos",
            .flag,
            .model,
            default: false,
            "go on where the model would end"
        )

        package let reversePrompt = OptionKey(
            "reverse-prompt",
            names: ["-r"],
            .text,
            .model,
            value: "TEXT",
            repeatable: true,
            "a text that ends answers, for requests that name none"
        )

        package let escape = OptionKey(
            "escape",
            names: ["-e"],
            .flag,
            .model,
            default: true,
            "read \\n, \\t, \\xHH and so on in --reverse-prompt, --dry-sequence-breaker and --system-prompt as what they "
                + "stand for"
        )

        package let special = OptionKey(
            "special",
            names: ["-sp"],
            .flag,
            .model,
            default: false,
            "show the text of special tokens in answers"
        )

        package let grammar = OptionKey(
            "grammar",
            .text,
            .model,
            value: "GBNF",
            "a grammar that answers follow"
        )

        package let grammarFile = OptionKey(
            "grammar-file",
            .text,
            .model,
            value: "FILE",
            "a file with such a grammar"
        )

        package let jsonSchema = OptionKey(
            "json-schema",
            names: ["-j"],
            .json,
            .model,
            value: "JSON",
            "a JSON schema that answers follow"
        )

        package let jsonSchemaFile = OptionKey(
            "json-schema-file",
            names: ["-jf"],
            .text,
            .model,
            value: "FILE",
            "a file with such a schema"
        )
    }
}
