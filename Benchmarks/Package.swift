// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that no user of Symbology ever resolves what only a measurement needs.
let package = Package(
    name: "symbology-benchmarks",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(name: "symbology", path: ".."),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    ],
    targets: [
        .executableTarget(name: "limit", cSettings: [.define("NDEBUG")]),
        .target(name: "CLoad", cSettings: [.define("NDEBUG")]),
        .executableTarget(
            name: "peers",
            dependencies: [
                "CLoad",
                .product(name: "SymbologyClient", package: "symbology"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),
    ],
    swiftLanguageModes: [.v6]
)
