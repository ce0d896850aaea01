// swift-tools-version: 6.1
import PackageDescription

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("ExistentialAny"),
    // Exclusive access is proven in debug builds and tests; checking it again costs 6 to 15 %.
    .unsafeFlags(["-enforce-exclusivity=unchecked"], .when(configuration: .release)),
]

let hummingbird = Target.Dependency.product(name: "HummingbirdCore", package: "hummingbird")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let nioConcurrency = Target.Dependency.product(
    name: "NIOConcurrencyHelpers", package: "swift-nio")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let nioSSL = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let nioHTTPTypes = Target.Dependency.product(name: "NIOHTTPTypes", package: "swift-nio-extras")
let nioHTTPTypes1 = Target.Dependency.product(
    name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioTLS = Target.Dependency.product(name: "NIOTLS", package: "swift-nio")
let nioEmbedded = Target.Dependency.product(name: "NIOEmbedded", package: "swift-nio")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")
let lifecycle = Target.Dependency.product(
    name: "ServiceLifecycle", package: "swift-service-lifecycle")
let signals = Target.Dependency.product(
    name: "UnixSignals", package: "swift-service-lifecycle")
let histogram = Target.Dependency.product(name: "Histogram", package: "hdrhistogram-swift")
let arguments = Target.Dependency.product(
    name: "ArgumentParser", package: "swift-argument-parser")

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: name, dependencies: dependencies, swiftSettings: strict)
}

let package = Package(
    name: "budgetd",
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(
            url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0", traits: []),
        .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", from: "0.2.0"),
    ],
    targets: [
        .systemLibrary(name: "CHiredis", providers: [.apt(["libhiredis-dev"])]),
        .target(name: "BudgetModel", swiftSettings: strict),
        .target(name: "RESP", dependencies: [nioCore], swiftSettings: strict),
        .target(
            name: "RedisClient",
            dependencies: ["CHiredis", "RESP", nioCore, nioPosix, nioSSL, logging, crypto],
            swiftSettings: strict),
        .target(
            name: "BudgetStore",
            dependencies: ["BudgetModel", "RESP", "RedisClient", crypto, nioCore, logging],
            resources: [
                .embedInCode("Script/reserve.lua"), .embedInCode("Script/several.lua"),
                .embedInCode("Script/overlay.lua"), .embedInCode("Script/moving.lua"),
                .embedInCode("Script/counters.lua"), .embedInCode("Script/measure.lua"),
                .embedInCode("Script/warn.lua"), .embedInCode("Script/admit.lua"),
                .embedInCode("Script/settle.lua"), .embedInCode("Script/write.lua"),
                .embedInCode("Script/ledger.lua"), .embedInCode("Books/entries.lua"),
                .embedInCode("Top/rankings.lua"), .embedInCode("Top/ranking.lua"),
                .embedInCode("Top/history.lua"), .embedInCode("Top/ahead.lua"),
                .embedInCode("Administration/administer.lua"),
                .embedInCode("Administration/correct.lua"),
                .embedInCode("Administration/steering.lua"),
                .embedInCode("Administration/collect.lua"),
                .embedInCode("Administration/look.lua"),
                .embedInCode("Books/journal.lua"), .embedInCode("Books/holds.lua"),
                .embedInCode("Books/hashes.lua"),
                .embedInCode("Top/handover.lua"), .embedInCode("Top/rollup.lua"),
                .embedInCode("Top/top.lua"), .embedInCode("Server/rights.lua"),
            ],
            swiftSettings: strict),
        .target(
            name: "BudgetService", dependencies: ["BudgetModel", crypto, logging, yams],
            swiftSettings: strict),
        .target(
            name: "AccessTokens", dependencies: ["BudgetModel", "BudgetService", crypto],
            swiftSettings: strict),
        .target(
            name: "Listeners", dependencies: ["BudgetService", nioSSL], swiftSettings: strict),
        .target(
            name: "SocketAPI",
            dependencies: [
                "RESP", "BudgetModel", "BudgetService", "Listeners", nioCore, nioPosix, nioSSL,
                nioTLS, logging,
            ],
            exclude: ["PROTOCOL.md"], swiftSettings: strict),
        .target(
            name: "HTTPAPI",
            dependencies: [
                "BudgetModel", "BudgetService", "Listeners", hummingbird, httpTypes,
                nioConcurrency, nioCore, nioHTTP1, nioHTTPTypes, nioHTTPTypes1, nioSSL, nioTLS,
                lifecycle, logging,
            ],
            exclude: ["HTTP.md"], resources: [.embedInCode("OperatorPage")],
            swiftSettings: strict),
        .target(
            name: "BudgetDaemon",
            dependencies: [
                "BudgetModel", "RESP", "RedisClient", "BudgetStore", "BudgetService",
                "SocketAPI", "HTTPAPI", "Listeners", "AccessTokens", nioCore, nioPosix, logging,
                lifecycle, signals,
            ],
            exclude: ["Configuration/CONFIGURATION.md"],
            swiftSettings: strict),
        .executableTarget(
            name: "budgetd", dependencies: ["BudgetDaemon", logging, arguments],
            swiftSettings: strict),
        .executableTarget(
            name: "budgetctl",
            dependencies: [
                "RESP", "BudgetModel", "BudgetService", "BudgetStore", "AccessTokens", crypto,
                nioCore, nioPosix, nioSSL, arguments,
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "budgetbench",
            dependencies: [
                "BudgetModel", "RESP", "RedisClient", "BudgetStore", nioCore, arguments,
                histogram,
            ],
            resources: [.embedInCode("Compare/Peers/peer.py")],
            swiftSettings: strict),

        .target(
            name: "TestSupport", dependencies: ["RESP", logging, nioCore],
            path: "Tests/TestSupport", swiftSettings: strict),
        .target(
            name: "Fuzz", dependencies: ["BudgetModel", "BudgetService", "RESP", nioCore],
            path: "Tests/Fuzz", exclude: ["Corpus", "policies.dict"], swiftSettings: strict),
        tests("FuzzTests", ["Fuzz"]),
        tests("StyleTests", []),
        tests("BudgetModelTests", ["BudgetModel"]),
        .testTarget(
            name: "PolicyTests",
            dependencies: ["BudgetModel", "BudgetService", "Fuzz", "TestSupport"],
            exclude: ["Bad"], swiftSettings: strict),
        tests("BudgetServiceTests", ["BudgetModel", "BudgetService", logging]),
        .testTarget(
            name: "PriceTests", dependencies: ["BudgetModel", "BudgetService", "TestSupport"],
            exclude: ["LiteLLM/calculate.py", "LiteLLM/disagreements.txt"],
            swiftSettings: strict),
        tests(
            "BudgetStoreTests",
            [
                "BudgetModel", "BudgetStore", "RESP", "RedisClient", "TestSupport", logging,
                nioCore,
                nioPosix,
            ]),
        tests("AccessTokensTests", ["AccessTokens", "BudgetService", "TestSupport"]),
        tests("RESPTests", ["Fuzz", "RESP", nioCore]),
        tests(
            "RedisClientTests",
            ["RedisClient", "RESP", "TestSupport", nioCore, nioEmbedded, nioPosix]),
        tests(
            "SocketAPITests",
            [
                "SocketAPI", "RESP", "BudgetModel", "BudgetService", "Listeners", nioCore,
                nioEmbedded, nioPosix, logging,
            ]),
        tests(
            "HTTPAPITests",
            [
                "HTTPAPI", "BudgetModel", "BudgetService", httpTypes, logging, nioCore,
                nioEmbedded, nioHTTPTypes,
            ]),
        .testTarget(
            name: "ConfigurationTests",
            dependencies: [
                "AccessTokens", "BudgetDaemon", "BudgetService", "Listeners", "RedisClient",
                nioCore, logging,
            ],
            exclude: ["bad.txt"], swiftSettings: strict),
        tests(
            "UpkeepTests",
            [
                "BudgetDaemon", "BudgetModel", "BudgetStore", "RedisClient", "TestSupport",
                logging, nioCore, nioPosix,
            ]),
        tests("EmbeddedTests", ["RedisClient", logging]),
        tests(
            "DaemonTests",
            [
                "AccessTokens", "BudgetService", "budgetd", "budgetctl", "HTTPAPI", "RESP",
                "TestSupport",
                nioCore,
            ]),
        tests("BudgetctlTests", ["budgetctl", "budgetd", "BudgetModel", "RESP", "TestSupport"]),
        tests("BenchTests", ["budgetbench", "budgetd", "RESP", "TestSupport"]),
    ]
)

// Only for libFuzzer, for which everything has to be compiled in another way.
if Context.environment["BUDGETD_FUZZ"] != nil {
    package.targets.append(
        .executableTarget(
            name: "fuzz", dependencies: ["Fuzz"], path: "Tests/FuzzProgram",
            swiftSettings: strict + [.unsafeFlags(["-parse-as-library"])]))
}
