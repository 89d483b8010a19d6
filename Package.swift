// swift-tools-version: 6.1
// The module graph of CONTRIBUTING.md. Arrows point one way only; the build refuses any import that is not listed here.
import PackageDescription

let settings: [SwiftSetting] = [
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("ExistentialAny"),
]

func module(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency] = [], resources: [Resource] = []) -> Target {
  .testTarget(
    name: name + "Tests", dependencies: [.target(name: name), "_TestSupport"] + dependencies,
    resources: resources, swiftSettings: settings)
}

let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")
let mustache = Target.Dependency.product(name: "Mustache", package: "swift-mustache")
let http = Target.Dependency.product(name: "FlyingFox", package: "FlyingFox")
let sockets = Target.Dependency.product(name: "FlyingSocks", package: "FlyingFox")
let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
  name: "Workbench",
  products: [
    .executable(name: "workbench", targets: ["workbench-cli"]),
    .library(name: "Workbench", type: .dynamic, targets: ["Workbench"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
    .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
    .package(url: "https://github.com/hummingbird-project/swift-mustache", exact: "2.1.1"),
    .package(url: "https://github.com/swhitty/FlyingFox", exact: "0.27.1"),
  ],
  targets: [
    // Debian's libraries: a module map and a shim.h each, nothing else.
    .systemLibrary(name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
    .systemLibrary(name: "CCairo", pkgConfig: "cairo", providers: [.apt(["libcairo2-dev"])]),
    .systemLibrary(name: "CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"])]),
    .systemLibrary(name: "CFreeType", pkgConfig: "freetype2", providers: [.apt(["libfreetype-dev"])]),
    .systemLibrary(
      name: "CMarkdown", pkgConfig: "libcmark-gfm",
      providers: [.apt(["libcmark-gfm-dev", "libcmark-gfm-extensions-dev"])]),

    // Files.
    module("FileSystem"),
    module("Images", ["FileSystem", "CPNG"]),

    // Numerics.
    .target(name: "CKernels"),
    module("Tensors", ["FileSystem", "CKernels", "COpenBLAS"]),
    module("Objectives", ["Tensors"]),
    module("Networks", ["Objectives", "Tensors"]),
    module("Datasets", ["Tensors", "Images", "FileSystem"]),
    module("Attacks", ["Objectives", "Tensors"]),
    module("Runs", ["Tensors", "FileSystem", crypto]),
    module("Training", ["Attacks", "Objectives", "Networks", "Datasets", "Runs", "Tensors", "FileSystem"]),
    module("Analysis", ["Attacks", "Networks", "Objectives", "Datasets", "Tensors"]),

    // Pictures, pages, commands.
    module("Figures", ["Images", "FileSystem", "CCairo", "CFreeType"]),
    module("Channel"),
    module("Notebooks", ["Channel", "FileSystem", "CMarkdown", "Figures", yams, mustache, crypto]),
    module("Preview", ["Notebooks", "Channel", "FileSystem", http, sockets]),
    module(
      "Workbench",
      [
        "Analysis", "Training", "Attacks", "Objectives", "Networks", "Datasets", "Runs", "Tensors", "Figures", "Images",
        "FileSystem", "Channel",
      ]),
    .executableTarget(
      name: "workbench-cli", dependencies: ["Notebooks", "Preview", "Workbench", "Channel", "FileSystem", arguments],
      swiftSettings: settings),

    // Tests: one folder per module.
    .target(
      name: "_TestSupport", dependencies: ["Objectives", "Tensors"], path: "Tests/_TestSupport", swiftSettings: settings
    ),
    tests("FileSystem"),
    tests("Images", ["FileSystem"]),
    tests("Tensors", ["FileSystem", "CKernels"]),
    tests("Objectives", ["Tensors", "CAllocations"]),
    tests("Networks", ["Objectives", "Tensors"]),
    tests("Datasets", ["Tensors", "CAllocations"], resources: [.copy("Resources")]),
    tests("Attacks", ["Objectives", "Networks", "Datasets", "Tensors"]),
    tests("Runs", ["Tensors", "FileSystem"]),
    .target(name: "CAllocations", path: "Tests/CAllocations"),
    tests(
      "Training", ["Attacks", "Objectives", "Networks", "Datasets", "Runs", "Tensors", "CAllocations", "CKernels"]),
    tests("Analysis", ["Attacks", "Networks", "Objectives", "Datasets", "Tensors"]),
    tests("Figures", ["Images", "FileSystem"], resources: [.copy("Resources")]),
    tests("Notebooks", ["Figures", "Channel"]),
    tests("Preview", ["Notebooks", "FileSystem", http]),
    tests("Workbench", ["Attacks", "Tensors", "Figures", "Channel"]),
    .testTarget(
      name: "CommandLineTests", dependencies: ["_TestSupport", "workbench-cli", "Networks", "Tensors"],
      swiftSettings: settings),
  ],
  swiftLanguageModes: [.v6],
  cLanguageStandard: .gnu11
)
