// swift-tools-version: 6.1
// The module graph of CONTRIBUTING.md. Arrows point one way only; the build refuses any import that is not listed here.
import PackageDescription

let settings: [SwiftSetting] = [
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("ExistentialAny"),
]

// What parses, prints and compares for people is compiled as it stands: its optimisation would take a sixth of a first
// build, and these modules hand all loops over numbers, pixels and long texts to those below them.
let unoptimized = settings + [.unsafeFlags(["-Onone"])]

func module(
  _ name: String, _ dependencies: [Target.Dependency] = [], settings: [SwiftSetting] = settings
) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

func tests(
  _ name: String, _ dependencies: [Target.Dependency] = [], resources: [Resource] = [],
  settings: [SwiftSetting] = settings
) -> Target {
  .testTarget(
    name: name + "Tests", dependencies: [.target(name: name), "_TestSupport"] + dependencies,
    resources: resources, swiftSettings: settings)
}

let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
  name: "Workbench",
  products: [
    .executable(name: "workbench", targets: ["workbench-cli"]),
    .library(name: "Workbench", type: .dynamic, targets: ["Workbench"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2")
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

    // One call of the kernel's interface.
    .systemLibrary(name: "CProcess"),
    .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
    .systemLibrary(name: "CHTTP", pkgConfig: "libmicrohttpd", providers: [.apt(["libmicrohttpd-dev"])]),
    .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),

    // Small things that every room may need, and files.
    module("Basics", ["CCrypto"]),
    module("FileSystem"),
    module("Elementary"),
    module("Images", ["FileSystem", "Basics", "CPNG"]),

    // Numerics.
    .target(name: "CKernels"),
    module("Tensors", ["FileSystem", "Basics", "CKernels", "COpenBLAS"]),
    module("Objectives", ["Tensors", "Basics"]),
    module("Networks", ["Objectives", "Tensors", "Basics"]),
    module("Datasets", ["Tensors", "Images", "FileSystem", "Basics"]),
    module("Attacks", ["Objectives", "Tensors", "Basics"]),
    module("Runs", ["Tensors", "FileSystem", "Basics"]),
    module("Ranks", ["Basics"]),
    module(
      "Training",
      ["Attacks", "Objectives", "Networks", "Datasets", "Runs", "Ranks", "Tensors", "FileSystem", "Basics"]),
    module("PaperStudy", ["Analysis", "Training", "Attacks", "Objectives", "Networks", "Datasets", "Channel"]),
    module("Analysis", ["Attacks", "Networks", "Objectives", "Datasets", "Tensors", "Basics"]),

    // Pictures, pages, commands.
    module("Figures", ["Images", "FileSystem", "Basics", "CCairo", "CFreeType"]),
    module("Channel", ["Basics"]),
    module("YAML", ["CYAML"]),
    module("NotebookText", ["Channel", "FileSystem", "CMarkdown", "YAML", "Basics"]),
    module("Execution", ["NotebookText", "Channel", "FileSystem", "Basics", "CProcess"]),
    module("Pages", ["Execution", "NotebookText", "Channel", "FileSystem", "Basics"]),
    module(
      "Builds", ["Pages", "Execution", "NotebookText", "Channel", "FileSystem", "Basics", "YAML"],
      settings: unoptimized),
    module(
      "Checking",
      ["Builds", "Pages", "Execution", "NotebookText", "Channel", "Images", "FileSystem", "Basics"],
      settings: unoptimized),
    module(
      "Preview", ["CHTTP", "Builds", "Pages", "Execution", "NotebookText", "Channel", "FileSystem"],
      settings: unoptimized),
    module(
      "Workbench",
      [
        "PaperStudy", "Analysis", "Training", "Attacks", "Objectives", "Networks", "Datasets", "Runs", "Ranks",
        "Tensors", "Figures", "Images", "FileSystem", "Channel", "Basics", "Elementary",
      ]),
    .executableTarget(
      name: "workbench-cli",
      dependencies: [
        "Preview", "Checking", "Builds", "Pages", "Execution", "NotebookText", "Workbench", "Ranks", "Channel",
        "FileSystem", "Basics", arguments,
      ],
      swiftSettings: unoptimized),

    // Tests: one folder per module.
    .target(
      name: "_TestSupport", dependencies: ["Objectives", "Ranks", "Tensors"], path: "Tests/_TestSupport",
      swiftSettings: settings
    ),
    tests("Basics"),
    tests("FileSystem"),
    tests("Images", ["FileSystem"]),
    tests("Tensors", ["FileSystem", "CKernels"]),
    tests("Objectives", ["Tensors", "CAllocations"]),
    tests("Networks", ["Objectives", "Tensors", "Basics"]),
    tests("Datasets", ["Tensors", "CAllocations"], resources: [.copy("Resources")]),
    tests("Attacks", ["Objectives", "Networks", "Datasets", "Tensors", "Basics"]),
    tests("Runs", ["Tensors", "FileSystem"]),
    tests("Ranks"),
    .target(name: "CAllocations", path: "Tests/CAllocations"),
    tests(
      "Training",
      [
        "Attacks", "Objectives", "Networks", "Datasets", "Runs", "Ranks", "Tensors", "Basics", "CAllocations",
        "CKernels",
      ]),
    tests("Analysis", ["Attacks", "Networks", "Objectives", "Datasets", "Tensors", "Basics"]),
    tests("Figures", ["Images", "FileSystem", "Basics"], resources: [.copy("Resources")]),
    tests("YAML", settings: unoptimized),
    tests("NotebookText", ["Channel"]),
    tests("Execution", ["NotebookText", "Channel", "Basics"], settings: unoptimized),
    tests("Pages", ["Execution", "NotebookText", "Channel", "CMarkdown"], settings: unoptimized),
    tests("Builds", ["Pages", "Execution", "NotebookText", "Channel", "FileSystem", "Basics"], settings: unoptimized),
    tests("Checking", ["Builds", "NotebookText", "Channel", "Figures", "Images", "FileSystem"], settings: unoptimized),
    tests("Preview", ["FileSystem"], settings: unoptimized),
    tests("Workbench", ["Attacks", "Tensors", "Figures", "Channel"]),
    .testTarget(
      name: "CommandLineTests",
      dependencies: ["_TestSupport", "workbench-cli", "Networks", "Datasets", "Tensors", "FileSystem"],
      swiftSettings: unoptimized),
  ],
  swiftLanguageModes: [.v6],
  cLanguageStandard: .gnu11
)

// WORKBENCH_TESTS=Figures,Images builds the tests of those modules, and what they need, alone.
if let chosen = Context.environment["WORKBENCH_TESTS"] {
  var wanted = Set(chosen.split(separator: ",").map { String($0) + "Tests" })
  var kept: Set<String> = []
  while let name = wanted.popFirst() {
    guard let target = package.targets.first(where: { $0.name == name }) else {
      fatalError(
        "WORKBENCH_TESTS=\(chosen): there is no target \(name); give folders of Tests/ without their last word")
    }
    if !kept.insert(name).inserted { continue }
    for dependency in target.dependencies {
      switch dependency {
      case .targetItem(let name, condition: _), .byNameItem(let name, condition: _): wanted.insert(name)
      default: break
      }
    }
  }
  package.targets.removeAll { !kept.contains($0.name) }
  // The commands' tests run the built products.
  if !kept.contains("workbench-cli") { package.products = [] }
}
