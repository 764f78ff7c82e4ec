// SPDX-License-Identifier: MIT

extension OptionTable {
    /// Options that say what there is, and leave; what a router tells its workers.
    package struct General: Sendable {
        package let help = OptionKey(
            "help",
            names: ["-h", "--usage"],
            .flag,
            .both,
            default: false,
            shown: nil,
            "show this text and leave"
        )

        package let version = OptionKey(
            "version",
            .flag,
            .both,
            default: false,
            shown: nil,
            "show the version and leave"
        )

        package let about = OptionKey(
            "about",
            .flag,
            .worker,
            default: false,
            shown: nil,
            "show what the engine is built for and what it finds here, as JSON, and leave"
        )

        package let measure = OptionKey(
            "measure",
            .flag,
            .worker,
            default: false,
            "print as JSON what the model would take of each device, without loading it, and leave; without a model what "
                + "there is of each and what is free"
        )

        package let rpcServer = OptionKey(
            "rpc-server",
            .text,
            .worker,
            value: "HOST:PORT",
            "serve this machine's devices instead of a model, for --rpc of workers on other machines, one at a time; nothing asks them "
                + "for a key"
        )

        package let standby = OptionKey(
            "standby",
            .flag,
            .worker,
            default: false,
            "wait for a model that the parent names, and for the next one when that is freed"
        )

        package let stateStore = OptionKey(
            "state-store",
            env: "ENGINEHOUSE_STATE_STORE",
            .text,
            .worker,
            value: "KIND:BYTES:DIR",
            "where conversations outlive the worker, as its router says it; --cache-disk comes before it"
        )

        package let listDevices = OptionKey(
            "list-devices",
            .flag,
            .both,
            default: false,
            "show the devices that there are to compute on and leave"
        )

        package let openAPI = OptionKey(
            "openapi",
            .flag,
            .router,
            default: false,
            shown: nil,
            "print the API as an OpenAPI 3.1 document (YAML) and leave"
        )

        package let pageTypes = OptionKey(
            "page-types",
            .flag,
            .router,
            default: false,
            shown: nil,
            "print the API's types for the page (TypeScript declarations) and leave"
        )

        package let helpMarkdown = OptionKey(
            "help-markdown",
            .flag,
            .router,
            default: false,
            shown: nil,
            "show the reference page of all options and leave"
        )
    }
}
