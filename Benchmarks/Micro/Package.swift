// swift-tools-version: 6.2
import PackageDescription

// The microbenchmarks, for ordo-one's `benchmark`: swift package --package-path Benchmarks/Micro benchmark
// Without its traits, because its counters stand in malloc and in the runtime, which is what is measured here.
let package = Package(
    name: "symbology-microbenchmarks",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(name: "symbology", path: "../.."),
        .package(name: "symbology-benchmarks", path: ".."),
        .package(url: "https://github.com/ordo-one/benchmark", from: "1.38.1", traits: []),
    ],
    targets: [
        // The plugin wants a target's folder to lie in one called Benchmarks; this one does.
        .executableTarget(
            name: "Microbenchmarks",
            dependencies: [
                .product(name: "SymbologyClient", package: "symbology"),
                .product(name: "Measuring", package: "symbology-benchmarks"),
                .product(name: "Benchmark", package: "benchmark"),
            ],
            path: ".", sources: ["Sources"],
            plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")])
    ],
    swiftLanguageModes: [.v6]
)
