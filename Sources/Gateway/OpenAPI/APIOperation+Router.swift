// SPDX-License-Identifier: MIT

import API
import Wire

/// What the router answers itself, in llama-server's words and in ours.
extension APIOperation {
    private static let named: [(String, APISchema)] = [("model", .name.described("Its id, or another name of it."))]
    private static let success: [(status: Int, content: [Content])] = [(200, [.json(.component("Success"))])]

    private static func change(
        _ path: String,
        _ summary: String,
        _ more: [(String, APISchema)] = [],
        required: [String] = []
    )
        -> APIOperation
    {
        APIOperation(
            method: "POST",
            paths: [path],
            summary: summary,
            tag: "Models",
            body: [.json(.object(named + more, required: ["model"] + required))],
            answers: success,
            errors: [404, 500]
        )
    }

    private static func look(
        _ paths: [String],
        _ summary: String,
        tag: String,
        _ parameters: [Parameter] = [],
        _ content: Content...,
        errors: [Int] = []
    ) -> APIOperation {
        APIOperation(
            method: "GET",
            paths: paths,
            summary: summary,
            tag: tag,
            parameters: parameters,
            answers: [(200, content)],
            errors: errors
        )
    }

    static let router: [APIOperation] = modelLists + modelChanges + observation + streams + page

    private static let modelLists: [APIOperation] = [
        look(
            ["/models"],
            "All models with their state",
            tag: "Models",
            [.query("reload", "Anything: looks into all sources again first.")],
            .json(.component("ModelList"))
        ),
        look(["/v1/models"], "All models, each under all its names", tag: "Models", [], .json(.component("ModelList"))),
        look(
            ["/models/suggested"],
            "Models of the hub to begin with, those that suit this machine first",
            tag: "Models",
            [],
            .json(.component("SuggestedModels"))
        ),
        look(
            ["/v1/models/{id}"],
            "One model",
            tag: "Models",
            [.path("id", "Its id, or another name of it.")],
            .json(.component("Model")),
            errors: [404]
        ),
        look(
            ["/models/{id}"],
            "One model, with what its file says",
            tag: "Models",
            [.path("id", "Its id, or another name of it.")],
            .json(.component("InspectedModel")),
            errors: [404]
        ),
        look(
            ["/models/{id}/logs"],
            "The last lines of a model's log; events where `Accept` asks for them",
            tag: "Models",
            [.path("id", "Its id, or another name of it."), .query("follow", "1: goes on with what comes.")],
            .plain,
            .events,
            errors: [404]
        ),
    ]

    private static let modelChanges: [APIOperation] = [
        change("/models/load", "Begins to load a model"),
        change(
            "/models/unload",
            "Begins to unload a model, or gives a download up",
            [("keep_partial", .flag.described("Whether what has arrived of a download stays."))]
        ),
        change(
            "/models/pin",
            "Pins a model, or takes its pin away",
            [("pinned", .flag.described("Whether it makes room for no other."))],
            required: ["pinned"]
        ),
        APIOperation(
            method: "POST",
            paths: ["/models"],
            summary: "Begins to download a model from the hub",
            tag: "Models",
            body: [.json(.object([("model", .name.described("`user/repo:tag`"))], required: ["model"]))],
            answers: [
                (
                    200,
                    [.json(.object([("success", .flag), ("present", .flag), ("model", .text)], required: ["success"]))]
                )
            ],
            errors: [404, 500, 501, 502]
        ),
        APIOperation(
            method: "DELETE",
            paths: ["/models"],
            summary: "Removes a downloaded model, or gives its download up",
            tag: "Models",
            parameters: [.query("model", "Its id.", required: true)],
            answers: success,
            errors: [400, 500]
        ),
        APIOperation(
            method: "POST",
            paths: ["/models/reload"],
            summary: "Looks into all sources again",
            tag: "Models",
            answers: success,
            errors: [500]
        ),
    ]

    private static let observation: [APIOperation] = [
        look(
            ["/health", "/v1/health"],
            "Whether the server is well",
            tag: "Server",
            [],
            .json(.object([("status", .text)], required: ["status"]))
        ),
        look(
            ["/props"],
            "What the router is; with `model`, what that model is",
            tag: "Server",
            [.query("model", "A model's name."), .query("autoload", "Whether it may be loaded for this.")],
            .json(.either(RouterPropertiesResource.schema, PropertiesResource.schema)),
            errors: [400, 404, 500, 502, 504]
        ),
        look(
            ["/metrics"],
            "Figures for Prometheus; with `model`, that model's own",
            tag: "Server",
            [.query("model", "A model's name."), .query("autoload", "Whether it may be loaded for this.")],
            .plain,
            errors: [400, 404, 500, 501, 502, 504]
        ),
        look(["/models/sse"], "What happens to models, as it happens", tag: "Server", [], .events),
        look(
            ["/activity"],
            "The requests that run, and those that ended",
            tag: "Server",
            [],
            .json(.component("Activity"))
        ),
        look(["/activity/sse"], "The same as events, as it changes", tag: "Server", [], .events),
        look(
            ["/activity/history"],
            "The last hour in points of ten seconds",
            tag: "Server",
            [.query("since", "Seconds since 1970: later points only.", .number)],
            .json(HistoryResource.schema),
            errors: [400]
        ),
        APIOperation(
            method: "DELETE",
            paths: ["/activity/{id}"],
            summary: "Cancels a request",
            tag: "Server",
            parameters: [.path("id", "The number that `/activity` gives it.")],
            answers: success,
            errors: [404]
        ),
        look(["/openapi.json"], "This document", tag: "Server", [], .json(.document)),
    ]

    private static let conversation = Parameter.query("conv_id", "The stream's conversation.", .name, required: true)

    private static let streams: [APIOperation] = [
        look(
            ["/v1/stream"],
            "A stream that outlived its connection, again",
            tag: "Streams",
            [conversation, .query("from", "The byte to begin with.", .count)],
            .events,
            errors: [400, 404]
        ),
        APIOperation(
            method: "DELETE",
            paths: ["/v1/stream"],
            summary: "Stops a stream and forgets it",
            tag: "Streams",
            parameters: [conversation],
            answers: [(204, [])],
            errors: [400]
        ),
        APIOperation(
            method: "POST",
            paths: ["/v1/streams/lookup"],
            summary: "Which of these streams there are",
            tag: "Streams",
            body: [.json(.object([("conversation_ids", .list(.text))]))],
            answers: [(200, [.json(.list(StreamPlaceResource.schema))])]
        ),
    ]

    private static let page: [APIOperation] =
        [
            look(["/"], "A page for browsers", tag: "Page", [], .page, errors: [404]),
            look(
                ["/ui/{file}"],
                "A file of the page",
                tag: "Page",
                [.path("file", "Its path.")],
                .file,
                errors: [404]
            ),
            look(
                ["/manifest.webmanifest"],
                "What the page is as an application",
                tag: "Page",
                [],
                .manifest,
                errors: [404]
            ),
            look(["/_app/version.json"], "The page's version", tag: "Page", [], .json(.document), errors: [404]),
            look(["/sw.js"], "A service worker that removes itself", tag: "Page", [], .script),
            APIOperation(
                method: "GET",
                paths: ["/index.html"],
                summary: "Where the page is",
                tag: "Page",
                answers: [(308, [])],
                errors: [404]
            ),
        ]
        + ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"].map { method in
            APIOperation(
                method: method,
                paths: ["/cors-proxy"],
                summary: "Forwards a page's request to another server, with `--ui-mcp-proxy`",
                tag: "Page",
                parameters: [.query("url", "Where to.", .name, required: true)],
                answers: [(200, [])],
                errors: [400, 408, 413, 415, 502]
            )
        }
}
