// SPDX-License-Identifier: MIT

extension OptionTable {
    static let chat: [OptionSpecification] = [
        .init(
            .jinja,
            env: "LLAMA_ARG_JINJA",
            .flag,
            .model,
            default: "on",
            "read chat templates as Jinja; without it the engine's own renderers of well-known templates, and no tools"
        ),
        .init(
            .chatTemplate,
            env: "LLAMA_ARG_CHAT_TEMPLATE",
            .text,
            .model,
            value: "TEMPLATE",
            "a Jinja chat template, or the name of a built-in one, instead of the model's"
        ),
        .init(
            .chatTemplateFile,
            env: "LLAMA_ARG_CHAT_TEMPLATE_FILE",
            .text,
            .model,
            value: "FILE",
            "a file with a Jinja chat template instead of the model's"
        ),
        .init(
            .chatTemplateKwargs,
            env: "LLAMA_ARG_CHAT_TEMPLATE_KWARGS",
            .json,
            .model,
            value: "JSON",
            "an object with variables for the template; a request's own win"
        ),
        .init(
            .reasoning,
            names: ["-rea"],
            env: "LLAMA_ARG_REASONING",
            .automatic,
            .model,
            value: "WHEN",
            default: "auto",
            "let the model think before it answers, where its template can say so"
        ),
        .init(
            .reasoningEffort,
            env: "LLAMA_ARG_REASONING_EFFORT",
            .text,
            .model,
            value: "LEVEL",
            default: "default",
            "how hard the model thinks, in its template's words, such as low, medium or high; default leaves it to the template"
        ),
        .init(
            .reasoningPreserve,
            env: "LLAMA_ARG_REASONING_PRESERVE",
            .flag,
            .model,
            default: "on",
            "show the model its thoughts of earlier turns as well, where its template can and the client sends them"
        ),
        .init(
            .reasoningFormat,
            env: "LLAMA_ARG_THINK",
            .choice(["auto", "none", "deepseek", "deepseek-legacy"]),
            .model,
            value: "FORMAT",
            default: "auto",
            "where the model's thoughts go: none leaves them in the content"
        ),
        .init(
            .reasoningBudget,
            env: "LLAMA_ARG_THINK_BUDGET",
            .integer(-1...Int(Int32.max)),
            .model,
            value: "N",
            default: "-1",
            "tokens of thought; 0 for none, -1 for as many as the model wants"
        ),
        .init(
            .reasoningBudgetMessage,
            env: "LLAMA_ARG_THINK_BUDGET_MESSAGE",
            .text,
            .model,
            value: "TEXT",
            "what thoughts end with when they are cut off"
        ),
        .init(
            .prefillAssistant,
            env: "LLAMA_ARG_PREFILL_ASSISTANT",
            .flag,
            .model,
            default: "on",
            "continue the last message if it is the assistant's"
        ),
        .init(
            .skipChatParsing,
            env: "LLAMA_ARG_SKIP_CHAT_PARSING",
            .flag,
            .model,
            default: "off",
            "leave the answer as the model wrote it, thoughts and calls of tools included, all in the content"
        ),
    ]

    static let sampling: [OptionSpecification] = [
        .init(
            .predict,
            names: ["-n", "--n-predict"],
            env: "LLAMA_ARG_N_PREDICT",
            .integer(-1...Int(Int32.max)),
            .model,
            value: "N",
            default: "-1",
            "tokens to generate; -1 until the model ends"
        ),
        .init(
            .temperature,
            names: ["--temperature"],
            env: "LLAMA_ARG_TEMPERATURE",
            .number(0...1_000),
            .model,
            value: "N",
            default: "0.8",
            "temperature; 0 takes the likeliest token"
        ),
        .init(
            .topK,
            env: "LLAMA_ARG_TOP_K",
            .integer(0...Int(Int32.max)),
            .model,
            value: "N",
            default: "40",
            "tokens to choose from; 0 for all"
        ),
        .init(
            .topP,
            env: "LLAMA_ARG_TOP_P",
            .number(0...1),
            .model,
            value: "N",
            default: "0.95",
            "share of the probability to choose from; 1 for all"
        ),
        .init(
            .minP,
            env: "LLAMA_ARG_MIN_P",
            .number(0...1),
            .model,
            value: "N",
            default: "0.05",
            "least probability relative to the likeliest token; 0 for any"
        ),
        .init(
            .seed,
            names: ["-s"],
            env: "LLAMA_ARG_SEED",
            .integer(-1...Int(UInt32.max)),
            .model,
            value: "N",
            default: "-1",
            "seed of the random numbers; -1 for a new one each time"
        ),
        .init(
            .repeatLast,
            .integer(-1...Int(Int32.max)),
            .model,
            value: "N",
            default: "64",
            "tokens that the penalties look back; 0 for none, -1 for all"
        ),
        .init(
            .repeatPenalty,
            env: "LLAMA_ARG_REPEAT_PENALTY",
            .number(0.01...100),
            .model,
            value: "N",
            default: "1",
            "penalty for repeating; 1 for none"
        ),
        .init(
            .presencePenalty,
            env: "LLAMA_ARG_PRESENCE_PENALTY",
            .number(-100...100),
            .model,
            value: "N",
            default: "0",
            "penalty for tokens that occurred"
        ),
        .init(
            .frequencyPenalty,
            env: "LLAMA_ARG_FREQUENCY_PENALTY",
            .number(-100...100),
            .model,
            value: "N",
            default: "0",
            "penalty for each time that a token occurred"
        ),
        .init(.ignoreEos, .flag, .model, default: "off", "go on where the model would end"),
        .init(
            .reversePrompt,
            names: ["-r"],
            .text,
            .model,
            value: "TEXT",
            repeatable: true,
            "a text that ends answers, for requests that name none"
        ),
        .init(
            .escape,
            names: ["-e"],
            .flag,
            .model,
            default: "on",
            "read \\n, \\t, \\xHH and so on in --reverse-prompt and --dry-sequence-breaker as what they stand for"
        ),
        .init(
            .special,
            names: ["-sp"],
            .flag,
            .model,
            default: "off",
            "show the text of special tokens in answers"
        ),
        .init(.grammar, .text, .model, value: "GBNF", "a grammar that answers follow"),
        .init(.grammarFile, .text, .model, value: "FILE", "a file with such a grammar"),
        .init(.jsonSchema, names: ["-j"], .json, .model, value: "JSON", "a JSON schema that answers follow"),
        .init(.jsonSchemaFile, names: ["-jf"], .text, .model, value: "FILE", "a file with such a schema"),
    ]
}
