// SPDX-License-Identifier: MIT

extension OptionTable {
    static let general: [OptionSpecification] = [
        .init(.help, names: ["-h", "--usage"], .flag, .both, "show this text and leave"),
        .init(.version, .flag, .both, "show the version and leave"),
        .init(.about, .flag, .worker, "show what the engine is built for and what it finds here, as JSON, and leave"),
        .init(
            .measure,
            .flag,
            .worker,
            default: "off",
            "print as JSON what the model would take of each device, without loading it, and leave; without a model what "
                + "there is of each and what is free"
        ),
        .init(
            .rpcServer,
            .text,
            .worker,
            value: "HOST:PORT",
            "serve this machine's devices instead of a model, for --rpc of workers on other machines, one at a time; nothing asks them "
                + "for a key"
        ),
        .init(
            .standby,
            .flag,
            .worker,
            default: "off",
            "wait for a model that the parent names, and for the next one when that is freed"
        ),
        .init(
            .stateStore,
            env: "ENGINEHOUSE_STATE_STORE",
            .text,
            .worker,
            value: "KIND:BYTES:DIR",
            "where conversations outlive the worker, as its router says it; --cache-disk comes before it"
        ),
        .init(.listDevices, .flag, .both, default: "off", "show the devices that there are to compute on and leave"),
        .init(.openAPI, .flag, .router, "print the API as an OpenAPI 3.1 document (YAML) and leave"),
        .init(.helpMarkdown, .flag, .router, "show the reference page of all options and leave"),
    ]

    static let server: [OptionSpecification] = [
        .init(
            .host,
            env: "LLAMA_ARG_HOST",
            .text,
            .both,
            value: "ADDRESSES",
            default: "127.0.0.1",
            "the addresses to listen on, between commas; a path that ends in .sock makes a Unix socket"
        ),
        .init(
            .port,
            env: "LLAMA_ARG_PORT",
            .integer(0...65_535),
            .both,
            value: "N",
            default: "8080",
            "the port to listen on; 0 takes a free one"
        ),
        .init(
            .apiKey,
            env: "LLAMA_API_KEY",
            .text,
            .router,
            value: "KEY",
            repeatable: true,
            secret: true,
            "a key that requests must carry; several between commas"
        ),
        .init(
            .apiKeyFile,
            env: "LLAMA_ARG_API_KEY_FILE",
            .text,
            .router,
            value: "FILE",
            "a file with such keys, one a line; lines that begin with # are comments"
        ),
        .init(
            .insecure,
            env: "ENGINEHOUSE_INSECURE",
            .flag,
            .router,
            default: "off",
            "listen on a public address without keys"
        ),
        .init(
            .apiPrefix,
            env: "LLAMA_ARG_API_PREFIX",
            .path,
            .router,
            value: "PATH",
            "what all paths begin with, such as /llm"
        ),
        .init(
            .allowedHosts,
            env: "ENGINEHOUSE_ALLOWED_HOSTS",
            .text,
            .router,
            value: "NAMES",
            "names that requests may have in Host beside localhost, between commas; * for any; without it, only loopback "
                + "addresses look at Host"
        ),
        .init(
            .sslKeyFile,
            env: "LLAMA_ARG_SSL_KEY_FILE",
            .text,
            .router,
            value: "FILE",
            "a PEM file with the private key for TLS"
        ),
        .init(
            .sslCertFile,
            env: "LLAMA_ARG_SSL_CERT_FILE",
            .text,
            .router,
            value: "FILE",
            "a PEM file with the certificate for TLS"
        ),
        .init(
            .tlsMinVersion,
            env: "ENGINEHOUSE_TLS_MIN_VERSION",
            .choice(["1.0", "1.1", "1.2", "1.3"]),
            .router,
            value: "VERSION",
            default: "1.2",
            "the oldest version of TLS that clients may speak"
        ),
        .init(
            .bodyMemory,
            env: "ENGINEHOUSE_BODY_MEMORY",
            .integer(1...1 << 20),
            .router,
            value: "MIB",
            default: "1024",
            "most bytes of all requests' bodies together that the router holds until workers have them; who is over it "
                + "gets 503"
        ),
        .init(
            .bodyMemoryClient,
            env: "ENGINEHOUSE_BODY_MEMORY_CLIENT",
            .integer(1...1 << 20),
            .router,
            value: "MIB",
            default: "512",
            "most bytes of those that come from one address"
        ),
        .init(
            .bodyMinRate,
            env: "ENGINEHOUSE_BODY_MIN_RATE",
            .integer(0...1 << 30),
            .router,
            value: "BYTES",
            default: "500",
            "bytes a second that a request's body must bring on average, after 30 s; in any case it has an hour; 0 for no "
                + "least rate"
        ),
        .init(
            .ollama,
            env: "ENGINEHOUSE_OLLAMA",
            .flag,
            .router,
            default: "off",
            "listen where Ollama's clients look for Ollama as well, see --ollama-host; its API is served on all addresses anyway"
        ),
        .init(
            .ollamaHost,
            env: "OLLAMA_HOST",
            .text,
            .router,
            value: "HOST:PORT",
            default: "127.0.0.1:11434",
            "where --ollama listens: a host, a port behind a colon, or both, as Ollama takes it"
        ),
        .init(
            .ollamaOrigins,
            env: "OLLAMA_ORIGINS",
            .text,
            .router,
            value: "ORIGINS",
            "with --ollama: origins, between commas, whose pages may use the server, beside those of --cors-origins"
        ),
        .init(
            .corsOrigins,
            env: "LLAMA_ARG_CORS_ORIGINS",
            .text,
            .router,
            value: "ORIGINS",
            "origins, between commas, whose pages may use the server; * for all, scheme://* for all of a scheme; the default is "
                + "its own and those of this machine"
        ),
        .init(
            .corsMethods,
            env: "LLAMA_ARG_CORS_METHODS",
            .text,
            .router,
            value: "METHODS",
            default: "GET, POST, DELETE, OPTIONS",
            "methods that pages of other origins may use"
        ),
        .init(
            .corsHeaders,
            env: "LLAMA_ARG_CORS_HEADERS",
            .text,
            .router,
            value: "HEADERS",
            default: "*",
            "headers that pages of other origins may send"
        ),
        .init(
            .corsCredentials,
            env: "LLAMA_ARG_CORS_CREDENTIALS",
            .flag,
            .router,
            default: "on",
            "let pages of other origins send credentials"
        ),
        .init(
            .timeout,
            names: ["-to"],
            env: "LLAMA_ARG_TIMEOUT",
            .integer(1...1 << 30),
            .router,
            value: "SECONDS",
            default: "3600",
            "how long a client may neither send nor read, and a worker send nothing, in the middle of a request; no limit on "
                + "the whole"
        ),
        .init(
            .ssePingInterval,
            env: "LLAMA_ARG_SSE_PING_INTERVAL",
            .integer(-1...86_400),
            .router,
            value: "SECONDS",
            default: "30",
            "how often a silent stream gets a comment; -1 for never"
        ),
        .init(
            .shutdownTimeout,
            env: "ENGINEHOUSE_SHUTDOWN_TIMEOUT",
            .number(0...86_400),
            .router,
            value: "SECONDS",
            default: "30",
            "how long streams may go on after SIGTERM"
        ),
        .init(
            .metrics,
            env: "LLAMA_ARG_ENDPOINT_METRICS",
            .flag,
            [.router, .worker, .preset],
            default: "off",
            "a model's worker answers GET /metrics in Prometheus' format; the router always does"
        ),
        .init(.slots, env: "LLAMA_ARG_ENDPOINT_SLOTS", .flag, .model, default: "on", "answer GET /slots"),
        .init(
            .props,
            env: "LLAMA_ARG_ENDPOINT_PROPS",
            .flag,
            .model,
            default: "off",
            "answer POST /props, which changes nothing yet"
        ),
        .init(
            .webInterface,
            names: ["--webui"],
            env: "LLAMA_ARG_UI",
            .flag,
            .router,
            default: "on",
            "answer browsers with a page at /"
        ),
        .init(
            .uiMCPProxy,
            names: ["--webui-mcp-proxy"],
            env: "LLAMA_ARG_UI_MCP_PROXY",
            .flag,
            .router,
            default: "off",
            "let pages have requests forwarded by /cors-proxy?url=, to whatever this machine reaches"
        ),
        .init(
            .threadsHTTP,
            env: "LLAMA_ARG_THREADS_HTTP",
            .integer(-1...1024),
            .router,
            value: "N",
            default: "-1",
            support: .only(["-1"], reason: "requests don't occupy threads here, so their number isn't set"),
            "threads for requests"
        ),
    ]

    static let logs: [OptionSpecification] = [
        .init(
            .logVerbosity,
            names: ["-lv", "--verbosity"],
            env: "LLAMA_ARG_LOG_VERBOSITY",
            .integer(0...5),
            [.router, .worker, .preset],
            value: "N",
            default: "3",
            "how much to log: 0 nothing but errors, 2 warnings, 3 what an operator wants, 4 and 5 everything"
        ),
        .init(
            .verbose,
            names: ["-v", "--log-verbose"],
            .flag,
            [.router, .worker, .preset],
            "log everything; the same as --log-verbosity 5"
        ),
        .init(
            .logFormat,
            env: "ENGINEHOUSE_LOG_FORMAT",
            .choice(["text", "json"]),
            .router,
            value: "FORMAT",
            default: "text",
            "how a log line is written"
        ),
        .init(
            .logDir,
            env: "ENGINEHOUSE_LOG_DIR",
            .text,
            .router,
            value: "DIR",
            "write each model's log to a file of its own in this folder"
        ),
        .init(
            .logFile,
            env: "LLAMA_ARG_LOG_FILE",
            .text,
            [.router, .preset],
            value: "FILE",
            "write the log to this file as well: the router's and its models', or in a preset that model's"
        ),
        .init(
            .logDisable,
            .flag,
            .model,
            default: "off",
            support: .only(["off"], reason: "errors are always logged; --log-verbosity 0 leaves only those"),
            "log nothing"
        ),
        .init(
            .logColors,
            env: "LLAMA_ARG_LOG_COLORS",
            .automatic,
            .both,
            value: "WHEN",
            default: "off",
            support: .only(["auto", "off"], reason: "log lines have no colours"),
            "colour the log"
        ),
        .init(
            .logPrefix,
            env: "LLAMA_ARG_LOG_PREFIX",
            .flag,
            .both,
            default: "on",
            support: .only(["on"], reason: "log lines always say their level"),
            "say the level in log lines"
        ),
        .init(
            .logTimestamps,
            env: "LLAMA_ARG_LOG_TIMESTAMPS",
            .flag,
            .both,
            default: "on",
            support: .only(["on"], reason: "log lines always say the time"),
            "say the time in log lines"
        ),
    ]
}
