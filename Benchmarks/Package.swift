// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that no user of Symbology ever resolves what only a measurement needs. The microbenchmarks
// are another one below it (Micro/): only they need ordo-one's `benchmark`.
let package = Package(
    name: "symbology-benchmarks",
    platforms: [.macOS(.v15)],
    products: [.library(name: "Measuring", targets: ["Measuring", "CLoad"])],
    dependencies: [
        .package(name: "symbology", path: ".."),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    ],
    targets: [
        // What sockets alone cost here: every ratio to "the limit" is to this program.
        .executableTarget(name: "limit", cSettings: [.define("NDEBUG")]),
        // The one client loop that every peer is measured with, and what Swift's Glibc module does not show.
        .target(name: "CLoad", cSettings: [.define("NDEBUG")]),
        // Peers in the process. Their authors' headers, Debian's builds of what they link.
        .target(
            name: "CStores", cxxSettings: [.define("NDEBUG")],
            linkerSettings: ["absl_raw_hash_set", "absl_hash", "absl_city", "absl_low_level_hash", "lmdb"]
                .map { .linkedLibrary($0) }),
        .systemLibrary(name: "CLibPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        // Figures, their spread, tables, reports, and the symbols that everything is measured with.
        .target(name: "Measuring"),
        // One program, one subcommand a part of the report.
        .executableTarget(
            name: "measure",
            dependencies: [
                "CLoad", "CLibPQ", "CStores", "Measuring",
                .product(name: "SymbologyClient", package: "symbology"),
                .product(name: "SymbologyStore", package: "symbology"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),
    ],
    swiftLanguageModes: [.v6], cxxLanguageStandard: .cxx17
)
