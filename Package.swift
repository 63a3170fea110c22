// swift-tools-version: 6.2
import PackageDescription

// The house, one row a target: data flows from PostgreSQL to the engines, and a target imports only what it names here.
// `Tests/TidyTests` reads this table and the `import` lines and fails where they disagree.
let package = Package(
    name: "symbology",
    products: [
        .executable(name: "symbology", targets: ["symbology"]),
        .library(name: "SymbologyClient", targets: ["SymbologyClient", "SymbologyWire", "ReferenceData"]),
        .library(name: "SymbologyStore", targets: ["SymbologyStore"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        // `symbology bench` records latencies in it: percentiles corrected for the waits that a late client hides, and
        // the .hgrm files that HdrHistogram's own plotters read. Only SymbologyBench uses it.
        .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", from: "0.2.0"),
    ],
    targets: [
        .systemLibrary(name: "CUV", pkgConfig: "libuv", providers: [.apt(["libuv1-dev"])]),
        .systemLibrary(name: "CPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        // glibc's <malloc.h>, which the module Glibc leaves out.
        .systemLibrary(name: "CMalloc"),
        // One inline function in a header, because Swift has no prefetch: batches of lookups overlap their waits for
        // memory. Nothing is linked, so that engines may have it.
        .systemLibrary(name: "CPrefetch"),
        // One more, because glibc has no function for the slices of threads.
        .systemLibrary(name: "CScheduling"),

        // What Glibc gives, once: clocks, deadlines, pauses, threads, seeded random numbers.
        .target(name: "Platform"),
        .target(name: "SymbologyWire"),
        .target(name: "ReferenceData", dependencies: ["Platform", "SymbologyWire", "CPrefetch"]),
        .target(name: "PostgreSQL", dependencies: ["Platform", "CPQ"]),
        .target(name: "PrivateCluster", dependencies: ["Platform"]),
        .target(name: "SchemaMigrations", dependencies: ["Platform", "PostgreSQL"]),
        .target(name: "ReferenceStore", dependencies: ["Platform", "PostgreSQL", "ReferenceData"]),
        .target(
            name: "ReferencePhases", dependencies: ["Platform", "PostgreSQL", "ReferenceStore", "ReferenceData"]),
        .target(name: "MarketDataStore", dependencies: ["Platform", "PostgreSQL"]),
        // What programs link that write and read the database. libpq and our wrapper of it do not show in its API.
        .target(
            name: "SymbologyStore",
            dependencies: ["Platform", "PostgreSQL", "ReferenceStore", "MarketDataStore", "ReferenceData"]),
        .target(name: "EventLoop", dependencies: ["Platform", "CUV", "CScheduling"]),
        .target(
            name: "ReferenceFeed",
            dependencies: ["Platform", "EventLoop", "PostgreSQL", "ReferenceStore", "ReferenceData"]),
        .target(name: "LookupServer", dependencies: ["Platform", "SymbologyWire", "ReferenceData", "EventLoop"]),
        .target(name: "SymbologyClient", dependencies: ["Platform", "SymbologyWire", "ReferenceData"]),
        .target(
            name: "SymbologyBench",
            dependencies: [
                "Platform", "SymbologyWire", "ReferenceData", "SymbologyClient",
                .product(name: "Histogram", package: "hdrhistogram-swift"),
            ]),
        .executableTarget(
            name: "symbology",
            dependencies: [
                "Platform", "ReferenceData", "PostgreSQL", "PrivateCluster", "SchemaMigrations", "ReferenceStore",
                "ReferencePhases", "MarketDataStore", "SymbologyStore", "EventLoop", "ReferenceFeed", "LookupServer",
                "SymbologyClient", "SymbologyWire", "SymbologyBench", "CMalloc",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ],
            // Inside the program, so that `dev` needs no file beside it.
            resources: [.embedInCode("Seed/symbols.csv")]),

        .target(
            name: "TestSupport", dependencies: ["Platform", "PostgreSQL", "PrivateCluster", "MutexAnnotations"],
            path: "Tests/Support/TestSupport"),
        // What must not break the system, and the mark of the tests that prove it. Apart from TestSupport, because
        // programs that link that one have no tests.
        .target(name: "Scenarios", path: "Tests/Support/Scenarios"),
        // Linked into all tests, and empty unless they are built with ThreadSanitizer.
        .target(name: "MutexAnnotations", path: "Tests/Support/MutexAnnotations"),
        .testTarget(
            name: "PlatformTests", dependencies: ["Platform", "TestSupport"], path: "Tests/Unit/PlatformTests"),
        .testTarget(
            name: "SymbologyWireTests", dependencies: ["SymbologyWire", "TestSupport"],
            path: "Tests/Unit/SymbologyWireTests",
            exclude: ["independent_decoder.py"]),
        .testTarget(
            name: "ReferenceDataTests", dependencies: ["Platform", "ReferenceData", "Scenarios", "TestSupport"],
            path: "Tests/Unit/ReferenceDataTests", exclude: ["image_reader.c"]),
        .testTarget(
            name: "PostgreSQLTests", dependencies: ["PostgreSQL", "PrivateCluster", "Scenarios", "TestSupport"],
            path: "Tests/System/PostgreSQLTests"),
        .testTarget(
            name: "SchemaMigrationsTests",
            dependencies: ["SchemaMigrations", "PostgreSQL", "Scenarios", "TestSupport"],
            path: "Tests/System/SchemaMigrationsTests"),
        .testTarget(
            name: "ReferenceStoreTests",
            dependencies: [
                "ReferenceStore", "ReferenceData", "PostgreSQL", "SchemaMigrations", "Scenarios", "TestSupport",
            ],
            path: "Tests/System/ReferenceStoreTests"),
        .testTarget(
            name: "ReferencePhasesTests",
            dependencies: [
                "ReferencePhases", "ReferenceStore", "ReferenceData", "PostgreSQL", "SchemaMigrations", "Scenarios",
                "TestSupport",
            ],
            path: "Tests/System/ReferencePhasesTests"),
        .testTarget(
            name: "MarketDataStoreTests",
            dependencies: ["MarketDataStore", "Platform", "PostgreSQL", "Scenarios", "TestSupport"],
            path: "Tests/System/MarketDataStoreTests"),
        .testTarget(
            name: "SymbologyStoreTests",
            dependencies: [
                "SymbologyStore", "MarketDataStore", "Platform", "PostgreSQL", "ReferenceData", "SymbologyClient",
                "Scenarios", "TestSupport",
            ],
            path: "Tests/System/SymbologyStoreTests"),
        .testTarget(
            name: "EventLoopTests", dependencies: ["EventLoop", "Scenarios", "TestSupport"],
            path: "Tests/Unit/EventLoopTests"),
        .testTarget(
            name: "ReferenceFeedTests",
            dependencies: [
                "ReferenceFeed", "ReferenceStore", "ReferenceData", "EventLoop", "PostgreSQL", "PrivateCluster",
                "SchemaMigrations", "Scenarios", "TestSupport",
            ],
            path: "Tests/System/ReferenceFeedTests"),
        .testTarget(
            name: "LookupServerTests",
            dependencies: ["LookupServer", "SymbologyWire", "ReferenceData", "EventLoop", "Scenarios", "TestSupport"],
            path: "Tests/System/LookupServerTests"),
        .testTarget(
            name: "SymbologyClientTests",
            dependencies: [
                "Platform", "SymbologyClient", "LookupServer", "SymbologyWire", "ReferenceData", "EventLoop",
                "Scenarios", "TestSupport",
            ],
            path: "Tests/System/SymbologyClientTests"),
        .testTarget(
            name: "CommandTests",
            dependencies: [
                "symbology", "SymbologyBench", "SymbologyClient", "SymbologyWire", "ReferenceData", "ReferenceStore",
                "PostgreSQL", "SchemaMigrations", "SymbologyStore", "Scenarios", "TestSupport",
            ],
            path: "Tests/System/CommandTests", exclude: ["ccxt_library.py", "ccxt_markets.json"]),
        .testTarget(
            name: "TidyTests", dependencies: ["Scenarios", "TestSupport"],
            path: "Tests/Unit/TidyTests"),
        .testTarget(
            name: "SanitizerTests", dependencies: ["EventLoop", "Scenarios", "TestSupport"],
            path: "Tests/Unit/SanitizerTests"),

        // A program of its own, because what it does to malloc would concern every test in the one test executable.
        // AllocationTests runs it and must not link it.
        .target(name: "AllocationCounter", path: "Tests/Support/AllocationCounter"),
        .executableTarget(
            name: "AllocationProof",
            dependencies: [
                "AllocationCounter", "LookupServer", "SymbologyClient", "SymbologyWire", "ReferenceData", "EventLoop",
                "TestSupport",
            ],
            path: "Tests/Programs/AllocationProof"),
        .testTarget(
            name: "AllocationTests", dependencies: ["TestSupport"],
            path: "Tests/System/AllocationTests"),

        // What `make bench` times of the server without its sockets: a package of its own could not reach it.
        .executableTarget(
            name: "ResolverTiming", dependencies: ["LookupServer", "SymbologyWire", "ReferenceData"],
            path: "Tests/Programs/ResolverTiming"),

        // An engine as a process of its own, of which CommandTests start several: it has nothing but the client.
        .executableTarget(
            name: "EngineProcess", dependencies: ["SymbologyClient"], path: "Tests/Programs/EngineProcess"),

        // An example that people run, and copy: quotes from a file into the database, and who crosses whom.
        .executableTarget(
            name: "Recorder", dependencies: ["SymbologyClient", "SymbologyStore"], exclude: ["quotes.csv"]),

        // What `make fuzz` runs: with plain flags a program that replays inputs, with the fuzzer's the fuzzer.
        .executableTarget(
            name: "Fuzzing",
            dependencies: ["LookupServer", "ReferenceStore", "SymbologyClient", "SymbologyWire", "ReferenceData"],
            path: "Tests/Programs/Fuzzing", exclude: ["run"]),

        // What `make soak` runs: engines, replicas, writers and faults around a real server, every answer checked.
        .executableTarget(
            name: "Soak",
            dependencies: [
                "Platform", "SymbologyClient", "SymbologyWire", "ReferenceData", "PostgreSQL", "PrivateCluster",
                "TestSupport",
            ],
            path: "Tests/Programs/Soak"),
        .testTarget(
            name: "SoakTests", dependencies: ["Soak", "ReferenceData", "TestSupport"],
            path: "Tests/Unit/SoakTests"),
    ],
    swiftLanguageModes: [.v6]
)

// The sanitizers' builds are slow, and run none of these: see the Makefile.
if Context.environment["SYMBOLOGY_SANITIZER"] != nil {
    let unneeded: Set = [
        "symbology", "SymbologyBench", "CommandTests", "EngineProcess", "AllocationCounter", "AllocationProof",
        "AllocationTests", "ResolverTiming", "Fuzzing", "Soak", "SoakTests", "PostgreSQLTests", "SchemaMigrationsTests",
        "ReferenceStoreTests", "ReferencePhasesTests", "MarketDataStore", "MarketDataStoreTests", "SymbologyStore",
        "SymbologyStoreTests", "Recorder", "TidyTests",
    ]
    package.products.removeAll { unneeded.contains($0.name) }
    package.targets.removeAll { unneeded.contains($0.name) }
}

// `make docs`. Only then, or every user of the client would fetch it.
if Context.environment["SYMBOLOGY_DOCS"] != nil {
    package.dependencies.append(.package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.5.0"))
}
