// SPDX-License-Identifier: MIT

extension OptionTable {
    /// How clients reach the server.
    package struct Server: Sendable {
        package let host = OptionKey(
            "host",
            env: "LLAMA_ARG_HOST",
            .text,
            .both,
            value: "ADDRESSES",
            default: "127.0.0.1",
            "the addresses to listen on, between commas; a path that ends in .sock makes a Unix socket"
        )

        package let port = OptionKey(
            "port",
            env: "LLAMA_ARG_PORT",
            .integer(0...65_535),
            .both,
            value: "N",
            default: 8080,
            "the port to listen on; 0 takes a free one"
        )

        package let apiKey = OptionKey(
            "api-key",
            env: "LLAMA_API_KEY",
            .text,
            .router,
            value: "KEY",
            repeatable: true,
            secret: true,
            "a key that requests must carry; several between commas"
        )

        package let apiKeyFile = OptionKey(
            "api-key-file",
            env: "LLAMA_ARG_API_KEY_FILE",
            .text,
            .router,
            value: "FILE",
            "a file with such keys, one a line; lines that begin with # are comments"
        )

        package let insecure = OptionKey(
            "insecure",
            env: "ENGINEHOUSE_INSECURE",
            .flag,
            .router,
            default: false,
            "listen on a public address without keys"
        )

        package let apiPrefix = OptionKey(
            "api-prefix",
            env: "LLAMA_ARG_API_PREFIX",
            .path,
            .router,
            value: "PATH",
            "what all paths begin with, such as /llm"
        )

        package let allowedHosts = OptionKey(
            "allowed-hosts",
            env: "ENGINEHOUSE_ALLOWED_HOSTS",
            .text,
            .router,
            value: "NAMES",
            "names that requests may have in Host beside localhost, between commas; * for any; without it, only loopback "
                + "addresses look at Host"
        )

        package let sslKeyFile = OptionKey(
            "ssl-key-file",
            env: "LLAMA_ARG_SSL_KEY_FILE",
            .text,
            .router,
            value: "FILE",
            "a PEM file with the private key for TLS"
        )

        package let sslCertFile = OptionKey(
            "ssl-cert-file",
            env: "LLAMA_ARG_SSL_CERT_FILE",
            .text,
            .router,
            value: "FILE",
            "a PEM file with the certificate for TLS"
        )

        package let tlsMinVersion = OptionKey(
            "tls-min-version",
            env: "ENGINEHOUSE_TLS_MIN_VERSION",
            .choice(["1.0", "1.1", "1.2", "1.3"]),
            .router,
            value: "VERSION",
            default: "1.2",
            "the oldest version of TLS that clients may speak"
        )

        package let bodyMemory = OptionKey(
            "body-memory",
            env: "ENGINEHOUSE_BODY_MEMORY",
            .integer(1...1 << 20),
            .router,
            value: "MIB",
            default: 1024,
            "most bytes of all requests' bodies together that the router holds until workers have them; a request "
                + "beyond that gets 503"
        )

        package let bodyMemoryClient = OptionKey(
            "body-memory-client",
            env: "ENGINEHOUSE_BODY_MEMORY_CLIENT",
            .integer(1...1 << 20),
            .router,
            value: "MIB",
            default: 512,
            "most bytes of those that come from one address"
        )

        package let bodyMinRate = OptionKey(
            "body-min-rate",
            env: "ENGINEHOUSE_BODY_MIN_RATE",
            .integer(0...1 << 30),
            .router,
            value: "BYTES",
            default: 500,
            "bytes a second that a request's body must bring on average, after 30 s; in any case it has an hour; 0 for no "
                + "least rate"
        )

        package let ollama = OptionKey(
            "ollama",
            env: "ENGINEHOUSE_OLLAMA",
            .flag,
            .router,
            default: false,
            "listen where Ollama's clients look for Ollama as well, see --ollama-host; its API is served on all addresses anyway"
        )

        package let ollamaHost = OptionKey(
            "ollama-host",
            env: "OLLAMA_HOST",
            .text,
            .router,
            value: "HOST:PORT",
            default: "127.0.0.1:11434",
            "where --ollama listens: a host, a port behind a colon, or both, as Ollama takes it"
        )

        package let ollamaOrigins = OptionKey(
            "ollama-origins",
            env: "OLLAMA_ORIGINS",
            .text,
            .router,
            value: "ORIGINS",
            "with --ollama: origins, between commas, whose pages may use the server, beside those of --cors-origins"
        )

        package let ollamaKeepAlive = OptionKey(
            "ollama-keep-alive",
            env: "OLLAMA_KEEP_ALIVE",
            .text,
            .router,
            value: "TIME",
            shown: "as --ttl says",
            "with --ollama: how long a model stays after a request of Ollama's API that doesn't say: seconds, or a duration such as 5m; "
                + "0 not at all, below 0 for ever"
        )

        package let corsOrigins = OptionKey(
            "cors-origins",
            env: "LLAMA_ARG_CORS_ORIGINS",
            .text,
            .router,
            value: "ORIGINS",
            "origins, between commas, whose pages may use the server; * for all, scheme://* for all of a scheme; the default is "
                + "its own and those of this machine"
        )

        package let corsMethods = OptionKey(
            "cors-methods",
            env: "LLAMA_ARG_CORS_METHODS",
            .text,
            .router,
            value: "METHODS",
            default: "GET, POST, DELETE, OPTIONS",
            "methods that pages of other origins may use"
        )

        package let corsHeaders = OptionKey(
            "cors-headers",
            env: "LLAMA_ARG_CORS_HEADERS",
            .text,
            .router,
            value: "HEADERS",
            default: "*",
            "headers that pages of other origins may send"
        )

        package let corsCredentials = OptionKey(
            "cors-credentials",
            env: "LLAMA_ARG_CORS_CREDENTIALS",
            .flag,
            .router,
            default: true,
            "let pages of other origins send credentials"
        )

        package let timeout = OptionKey(
            "timeout",
            names: ["-to"],
            env: "LLAMA_ARG_TIMEOUT",
            .integer(1...1 << 30),
            .router,
            value: "SECONDS",
            default: 3600,
            "how long a client may neither send nor read, and a worker send nothing, in the middle of a request; no limit on "
                + "the whole"
        )

        package let ssePingInterval = OptionKey(
            "sse-ping-interval",
            env: "LLAMA_ARG_SSE_PING_INTERVAL",
            .integer(-1...86_400),
            .router,
            value: "SECONDS",
            default: 30,
            "how often a silent stream gets a comment; -1 for never"
        )

        package let shutdownTimeout = OptionKey(
            "shutdown-timeout",
            env: "ENGINEHOUSE_SHUTDOWN_TIMEOUT",
            .number(0...86_400),
            .router,
            value: "SECONDS",
            default: 30,
            "how long streams may go on after SIGTERM"
        )

        package let metrics = OptionKey(
            "metrics",
            env: "LLAMA_ARG_ENDPOINT_METRICS",
            .flag,
            [.router, .worker, .preset],
            default: false,
            "a model's worker answers GET /metrics in Prometheus' format; the router always does"
        )

        package let slots = OptionKey(
            "slots",
            env: "LLAMA_ARG_ENDPOINT_SLOTS",
            .flag,
            .model,
            default: true,
            "answer GET /slots"
        )

        package let props = OptionKey(
            "props",
            env: "LLAMA_ARG_ENDPOINT_PROPS",
            .flag,
            .model,
            default: false,
            "answer POST /props, which changes nothing yet"
        )

        package let webInterface = OptionKey(
            "ui",
            names: ["--webui"],
            env: "LLAMA_ARG_UI",
            .flag,
            .router,
            default: true,
            "answer browsers with a page at /"
        )

        package let uiMCPProxy = OptionKey(
            "ui-mcp-proxy",
            names: ["--webui-mcp-proxy"],
            env: "LLAMA_ARG_UI_MCP_PROXY",
            .flag,
            .router,
            default: false,
            "let pages have requests forwarded by /cors-proxy?url=, to whatever this machine reaches"
        )

        package let threadsHTTP = OptionKey(
            "threads-http",
            env: "LLAMA_ARG_THREADS_HTTP",
            .integer(-1...1024),
            .router,
            value: "N",
            default: -1,
            support: .only(["-1"], reason: "requests don't occupy threads here, so their number isn't set"),
            "threads for requests"
        )
    }
}
