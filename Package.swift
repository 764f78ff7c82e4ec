// swift-tools-version: 6.2
// SPDX-License-Identifier: MIT

import PackageDescription

// The engine (libllama and its friends) is built once by `scripts/engine`, which links it into the checkout as
// `.engine/`. A build without it stops in Sources/CLlama with a sentence that says so. `scripts/release` names the
// portable one, `.engine-portable`.
let engine = Context.packageDirectory + "/" + (Context.environment["ENGINEHOUSE_ENGINE"] ?? ".engine")

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
]

// The programs carry Swift's libraries with them: they start in less time, and run where Swift isn't installed. The last
// two are parts of FoundationEssentials that only a static link has to name.
func program(_ name: String) -> [LinkerSetting] {
    var flags = ["-static-stdlib", "-l_FoundationCShims", "-l_FoundationCollections"]
    // `scripts/build` links with the functions that run side by side: two thirds of the code are never in memory then. Symbols
    // aren't exported, and relocations have their short form, which saves some more.
    if let orders = Context.environment["ENGINEHOUSE_LINK_ORDER"] {
        let options = [
            "--symbol-ordering-file=\(orders)/\(name).order", "--no-warn-symbol-ordering", "--no-export-dynamic",
            "-z", "pack-relative-relocs",
        ]
        flags += ["-use-ld=lld"] + options.flatMap { ["-Xlinker", $0] }
    }
    return [.unsafeFlags(flags, .when(platforms: [.linux], configuration: .release))]
}

let package = Package(
    name: "enginehouse",
    platforms: [.macOS(.v26)],
    products: [
        .executable(name: "enginehouse", targets: ["enginehouse"]),
        .executable(name: "enginehouse-worker", targets: ["enginehouse-worker"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-crypto", from: "4.0.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.36.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.0"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.0", traits: []),
    ],
    targets: [
        // The system's C library, and the small Foundation, under one name each on every system.
        .target(name: "Platform", swiftSettings: strict),
        .target(name: "Essentials", swiftSettings: strict),
        // What both programs must agree on.
        .target(
            name: "Wire",
            dependencies: [
                "Platform",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ],
            swiftSettings: strict
        ),
        // The HTTP/1.1 server of both programs: connections, routes, and what holds for every request.
        .target(
            name: "HTTPServer",
            dependencies: [
                "Platform", "Wire",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOExtras", package: "swift-nio-extras"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOHTTPCompression", package: "swift-nio-extras"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: strict
        ),
        // The API's resources: how each is written, read and described. No networking.
        .target(name: "API", dependencies: ["Wire"], swiftSettings: strict),
        // A GGUF header, read safely from untrusted bytes.
        .target(name: "GGUF", dependencies: ["Platform"], swiftSettings: strict),
        // Conversations' states as files: what a record looks like, which go first, and a folder of them.
        .target(name: "StateStore", dependencies: ["Essentials", "Platform", "Wire"], swiftSettings: strict),
        // Which models there are: files, what they are, presets. No network, no processes.
        .target(
            name: "Catalogue",
            dependencies: [
                "Essentials", "GGUF", "Platform", "Wire",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict
        ),
        // Which models are alive: the scheduler, and the workers' processes.
        .target(
            name: "Fleet",
            dependencies: [
                "Catalogue", "Essentials", "GGUF", "Platform", "StateStore", "Wire",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: strict
        ),
        // How models come and go: downloads, watched folders, reloads.
        .target(
            name: "Library",
            dependencies: [
                "Catalogue", "Essentials", "Fleet", "GGUF", "Platform", "Wire",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            swiftSettings: strict
        ),
        // The web page's files, embedded as they lie. Only `Gateway` imports it.
        .target(name: "Page", exclude: ["site", "types"]),
        // The public HTTP face of the router.
        .target(
            name: "Gateway",
            dependencies: [
                "API", "Catalogue", "Essentials", "Fleet", "GGUF", "HTTPServer", "Library", "Page", "Platform", "Wire",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOEmbedded", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOHTTPCompression", package: "swift-nio-extras"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: strict
        ),
        // The command line for people: a client of the router.
        .target(
            name: "Console",
            dependencies: [
                "API", "Catalogue", "Essentials", "Platform", "StateStore", "Wire",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            swiftSettings: strict
        ),
        // One C header over the engine. Only `Engine` imports it.
        .target(
            name: "CLlama",
            cxxSettings: [
                .unsafeFlags(["-I\(engine)/include", "-I\(engine)/include/common", "-I\(engine)/include/vendor"])
            ],
            linkerSettings: [.unsafeFlags(["@\(engine)/link.rsp"])]
        ),
        // A safe Swift libllama. No networking.
        .target(
            name: "Engine",
            dependencies: ["CLlama", "Essentials", "Platform", "StateStore", "Wire"],
            swiftSettings: strict
        ),
        // The HTTP face of one model.
        .target(
            name: "Worker",
            dependencies: [
                "API", "Engine", "Essentials", "HTTPServer", "Platform", "StateStore", "Wire",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            swiftSettings: strict
        ),
        .executableTarget(
            name: "enginehouse",
            dependencies: [
                "Catalogue", "Console", "Essentials", "Fleet", "Gateway", "HTTPServer", "Library", "Platform",
                "StateStore", "Wire",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            swiftSettings: strict,
            linkerSettings: program("enginehouse")
        ),
        .executableTarget(
            name: "enginehouse-worker",
            dependencies: [
                "Engine", "Essentials", "Platform", "Wire", "Worker",
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict,
            linkerSettings: program("enginehouse-worker")
        ),
        // Fakes, clocks and fixtures for the tests; never shipped.
        .target(
            name: "TestKit",
            dependencies: ["Catalogue", "Fleet", "Library", "StateStore", "Wire"],
            swiftSettings: strict
        ),
        // Routes for the tests of the server, and for its fuzzer.
        .target(
            name: "ExampleServer",
            dependencies: [
                "HTTPServer", "Wire",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ],
            path: "Tests/ExampleServer",
            swiftSettings: strict
        ),
        // A process that writes records, to be killed by a test.
        .executableTarget(
            name: "state-writer",
            dependencies: ["StateStore", "TestKit"],
            path: "Tests/StateWriter",
            swiftSettings: strict
        ),
        .testTarget(name: "APITests", dependencies: ["API", "Wire"], swiftSettings: strict),
        .testTarget(name: "WireTests", dependencies: ["Essentials", "TestKit", "Wire"], swiftSettings: strict),
        .testTarget(
            name: "HTTPServerTests",
            dependencies: [
                "ExampleServer", "HTTPServer", "TestKit", "Wire",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOEmbedded", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: strict
        ),
        .testTarget(name: "GGUFTests", dependencies: ["GGUF", "Platform", "TestKit"], swiftSettings: strict),
        .testTarget(
            name: "FleetTests",
            dependencies: ["Catalogue", "Fleet", "GGUF", "Library", "Platform", "TestKit", "Wire"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "GatewayTests",
            dependencies: [
                "Catalogue", "Fleet", "Gateway", "HTTPServer", "Library", "Platform", "TestKit", "Wire",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: strict
        ),
        .testTarget(name: "ConsoleTests", dependencies: ["Catalogue", "Console", "Wire"], swiftSettings: strict),
        .testTarget(
            name: "StateStoreTests",
            dependencies: ["state-writer", "StateStore", "TestKit"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "EngineTests",
            dependencies: ["Engine", "StateStore", "TestKit", "Wire"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "WorkerTests",
            dependencies: ["API", "Engine", "TestKit", "Wire", "Worker"],
            swiftSettings: strict
        ),
        // The real programs, from outside.
        .testTarget(
            name: "IntegrationTests",
            dependencies: [
                "Wire",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: strict
        ),
    ],
    cxxLanguageStandard: .cxx17
)

// `make docs` only: a build resolves no more than it needs.
if Context.environment["ENGINEHOUSE_DOCC"] != nil {
    package.dependencies.append(.package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.5.0"))
}

// `scripts/fuzz` only: its program is linked with libFuzzer.
if Context.environment["ENGINEHOUSE_FUZZ"] != nil {
    package.targets.append(
        .executableTarget(
            name: "server-fuzz",
            dependencies: [
                "ExampleServer", "HTTPServer",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOEmbedded", package: "swift-nio"),
            ],
            path: "Tests/Fuzz/Server",
            swiftSettings: strict
        )
    )
}
