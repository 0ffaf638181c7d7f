// swift-tools-version: 6.2
import PackageDescription

/// Settings every Swift target shares.
let swift: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

/// Kernels are worth nothing unoptimised, so they are built with -O3 in debug builds too.
let kernelFlags: [CSetting] = [.unsafeFlags(["-O3", "-fno-math-errno"])]

let package = Package(
    name: "attnrl",
    products: [
        .executable(name: "attnrl", targets: ["attnrl"]),
        .library(
            name: "AttnRL",
            targets: [
                "Compute", "Tokenizing", "Tasks", "ModelFiles", "ModelMaking", "Sampling", "Policy", "Influence",
                "Trees", "Rollouts",
            ]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/attaswift/BigInt", from: "6.0.1"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        // System libraries: a module map and a shim each.
        .systemLibrary(name: "CUV", pkgConfig: "libuv", providers: [.apt(["libuv1-dev"])]),
        .systemLibrary(name: "CNGHTTP2", pkgConfig: "libnghttp2", providers: [.apt(["libnghttp2-dev"])]),
        .systemLibrary(name: "CProtobufC", pkgConfig: "libprotobuf-c", providers: [.apt(["libprotobuf-c-dev"])]),
        .systemLibrary(name: "CPCRE2", pkgConfig: "libpcre2-8", providers: [.apt(["libpcre2-dev"])]),
        .systemLibrary(name: "CSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),

        // C of our own.
        .target(name: "CKernels", cSettings: kernelFlags),
        .target(name: "CMappings"),
        .target(name: "CMPI"),
        .target(name: "CThreads"),
        .target(name: "CProtos", dependencies: ["CProtobufC"]),

        // Libraries, lowest first.
        .target(name: "Guarding", swiftSettings: swift),
        .target(
            name: "Threads",
            dependencies: [
                "CThreads", "Basics", "Guarding", .product(name: "DequeModule", package: "swift-collections"),
            ],
            swiftSettings: swift),
        .target(name: "Basics", swiftSettings: swift),
        .target(name: "Ranks", dependencies: ["Basics", "CMPI", "Guarding", "Threads"], swiftSettings: swift),
        .target(name: "Gzip", dependencies: ["CZlib"], swiftSettings: swift),
        .target(name: "JSONCoding", swiftSettings: swift),
        .target(
            name: "Compute", dependencies: ["Basics", "CKernels", "CThreads", "Guarding", "Threads"],
            swiftSettings: swift),
        .target(name: "Matching", dependencies: ["CPCRE2"], swiftSettings: swift),
        .target(
            name: "Templates",
            dependencies: [
                "JSONCoding", .product(name: "OrderedCollections", package: "swift-collections"),
                .product(name: "BigInt", package: "BigInt"),
            ],
            swiftSettings: swift),
        .target(
            name: "Tokenizing", dependencies: ["Basics", "Matching", "JSONCoding", "Templates"], swiftSettings: swift),
        .target(name: "Rewards", dependencies: ["Basics", "Matching"], swiftSettings: swift),
        .target(
            name: "Tasks", dependencies: ["Basics", "Gzip", "JSONCoding", "Compute", "Rewards"], swiftSettings: swift),
        .target(
            name: "ModelFiles", dependencies: ["Basics", "CKernels", "CMappings", "JSONCoding"], swiftSettings: swift),
        .target(name: "ModelMaking", dependencies: ["Basics", "ModelFiles"], swiftSettings: swift),
        .target(
            name: "Metering", dependencies: ["Guarding", .product(name: "CoreMetrics", package: "swift-metrics")],
            swiftSettings: swift),
        .target(name: "Sampling", dependencies: ["CKernels", "Compute"], swiftSettings: swift),
        .target(
            name: "Policy", dependencies: ["Basics", "CKernels", "Compute", "ModelFiles", "Sampling"],
            swiftSettings: swift),
        .target(name: "Influence", dependencies: ["Basics"], swiftSettings: swift),
        .target(name: "Trees", dependencies: ["Basics"], swiftSettings: swift),
        .target(name: "Preferences", dependencies: ["Basics"], swiftSettings: swift),
        .target(
            name: "Rollouts",
            dependencies: [
                "Guarding", "Threads", "Basics", "Compute", "JSONCoding", "Templates", "Tokenizing", "ModelFiles",
                "Sampling", "Policy", "Influence", "Trees", "Metering",
                .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: swift),
        .target(
            name: "Jobs",
            dependencies: [
                "Guarding", "Threads", "Basics", "Ranks", "JSONCoding", "Influence", "Rewards", "Metering",
                .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "Logging", package: "swift-log"), .product(name: "Yams", package: "Yams"),
            ],
            swiftSettings: swift),
        .target(
            name: "Training",
            dependencies: [
                "Threads", "Basics", "Ranks", "Jobs", "Tasks", "Rewards", "Trees", "Preferences", "Rollouts",
                "Influence",
                "ModelFiles", "Sampling", "Policy",
                "Tokenizing", "Compute",
            ],
            swiftSettings: swift),
        .target(
            name: "Wire",
            dependencies: [
                "Guarding", "Gzip", "JSONCoding", "CProtos", "CProtobufC",
                .product(name: "DequeModule", package: "swift-collections"),
            ],
            swiftSettings: swift),
        .target(
            name: "WireUV",
            dependencies: [
                "Basics", "Guarding", "Threads", "Wire", "CUV", "CNGHTTP2", "CSSL",
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: swift),
        .target(
            name: "Messages", dependencies: ["Basics", "JSONCoding", "Wire", "Jobs", "Rewards", "Trees"],
            swiftSettings: swift),
        .target(
            name: "Service",
            dependencies: [
                "Guarding", "Threads", "Basics", "JSONCoding", "Wire", "Messages", "Jobs", "Ranks", "Tasks", "Rewards",
                "Compute", "Templates", "Tokenizing", "ModelFiles", "Sampling", "Policy", "Influence", "Trees",
                "Rollouts", "Metering",
                .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: swift),

        .target(
            name: "Access", dependencies: ["Basics", "CSSL", "Guarding", "JSONCoding", "Wire"], swiftSettings: swift),
        .target(
            name: "HTTPDoor", dependencies: ["Basics", "Guarding", "JSONCoding", "Wire", "WireUV"],
            swiftSettings: swift),

        // The program, in rooms: what every command needs, and what a client, a server and work without one are.
        .target(
            name: "Console",
            dependencies: [
                "Guarding", "JSONCoding", .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: swift),
        .target(name: "Connecting", dependencies: ["Console", "Wire", "WireUV"], swiftSettings: swift),
        .target(
            name: "Judging",
            dependencies: [
                "JSONCoding", "Rewards", "Tasks",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: swift),
        .target(
            name: "Client",
            dependencies: [
                "Connecting", "Console", "Judging", "Guarding", "Threads", "Basics", "JSONCoding", "Influence", "Trees",
                "Preferences", "Rewards",
                "Tasks", "Jobs", "Wire", "WireUV", "Messages",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: swift),
        .target(
            name: "Hosting",
            dependencies: [
                "Access", "Basics", "Connecting", "Console", "Guarding", "Gzip", "Threads", "JSONCoding", "Metering",
                "Ranks",
                "Service", "HTTPDoor", "Training",
                "Jobs",
                "Rewards",
                "Wire", "WireUV", "Messages", "Rollouts", "ModelFiles", "Policy", "Templates", "Tokenizing", "Compute",
                "CUV", "CNGHTTP2", "CProtobufC", "CPCRE2", "CSSL",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "Logging", package: "swift-log"),
            ],
            resources: [.copy("Resources/shipped-model"), .copy("Resources/page")],
            swiftSettings: swift),
        .target(
            name: "Tools",
            dependencies: [
                "Console", "Judging", "Basics", "JSONCoding", "Jobs", "Tasks", "Rewards", "Rollouts", "ModelFiles",
                "ModelMaking",
                "Sampling", "Policy", "Tokenizing",
                "Compute",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: swift),
        .executableTarget(
            name: "attnrl",
            dependencies: [
                "Access", "Console", "Client", "Hosting", "Tools", "JSONCoding", "Jobs", "Tasks", "Wire", "WireUV",
                "Rollouts",
                "ModelFiles", "Policy", "Tokenizing", "Compute",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Yams", package: "Yams"),
            ],
            swiftSettings: swift),

        // Tests.
        .target(
            name: "TestSupport", dependencies: ["Basics", "Templates"], path: "Tests/TestSupport", swiftSettings: swift),
        .testTarget(name: "PreferencesTests", dependencies: ["Preferences"], swiftSettings: swift),
        .testTarget(name: "GzipTests", dependencies: ["Gzip"], swiftSettings: swift),
        .testTarget(name: "JSONCodingTests", dependencies: ["JSONCoding"], swiftSettings: swift),
        .testTarget(
            name: "AccessTests", dependencies: ["Access", "Guarding", "JSONCoding", "Wire", "TestSupport"],
            swiftSettings: swift),
        .testTarget(name: "RanksTests", dependencies: ["Basics", "Ranks", "Threads"], swiftSettings: swift),
        .testTarget(name: "ThreadsTests", dependencies: ["Threads", "Guarding", "TestSupport"], swiftSettings: swift),
        .testTarget(
            name: "ComputeTests", dependencies: ["Compute", "Guarding", "CKernels", "TestSupport"],
            swiftSettings: swift),
        .testTarget(
            name: "TemplatesTests", dependencies: ["JSONCoding", "Templates", "TestSupport"], swiftSettings: swift),
        .testTarget(
            name: "TokenizingTests", dependencies: ["Basics", "Templates", "Tokenizing", "TestSupport"],
            swiftSettings: swift),
        .testTarget(
            name: "TasksTests", dependencies: ["Basics", "Gzip", "Tasks", "Rewards", "Tokenizing", "TestSupport"],
            swiftSettings: swift),
        .testTarget(
            name: "ModelFilesTests",
            dependencies: ["Basics", "JSONCoding", "ModelFiles", "ModelMaking", "Tokenizing", "TestSupport"],
            swiftSettings: swift),
        .testTarget(
            name: "PolicyTests",
            dependencies: [
                "Basics", "ModelFiles", "ModelMaking", "Sampling", "Policy", "Guarding", "CKernels", "Compute",
                "Influence", "TestSupport",
            ],
            swiftSettings: swift),
        .testTarget(
            name: "MeteringTests",
            dependencies: ["Metering", .product(name: "CoreMetrics", package: "swift-metrics")], swiftSettings: swift),
        .testTarget(name: "SamplingTests", dependencies: ["Sampling"], swiftSettings: swift),
        .testTarget(name: "MatchingTests", dependencies: ["Matching"], swiftSettings: swift),
        .testTarget(name: "RewardsTests", dependencies: ["Basics", "Rewards", "TestSupport"], swiftSettings: swift),
        .testTarget(
            name: "InfluenceTests", dependencies: ["Basics", "Influence", "TestSupport"], swiftSettings: swift),
        .testTarget(
            name: "RolloutsTests",
            dependencies: [
                "Basics", "Trees", "Rollouts", "Guarding", "Threads", "ModelFiles", "ModelMaking", "Sampling", "Policy",
                "Metering", .product(name: "CoreMetrics", package: "swift-metrics"),
                "Templates", "Tokenizing", "Influence",
                "Compute", "CKernels",
                "TestSupport",
                .product(name: "Logging", package: "swift-log"),
            ], swiftSettings: swift),
        .testTarget(
            name: "SimulationTests",
            dependencies: [
                "Basics", "Rollouts", "Guarding", "Threads", "ModelFiles", "Sampling", "Policy", "CKernels", "Compute",
                "Influence", "Tokenizing", "Jobs", "CDiskCalls", "TestSupport",
                .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "Logging", package: "swift-log"),
            ], swiftSettings: swift),
        .target(name: "CDiskCalls", path: "Tests/CDiskCalls"),
        .testTarget(
            name: "JobsTests",
            dependencies: [
                "Jobs", "Ranks", "Rewards", "Guarding", "TestSupport",
                .product(name: "GRDB", package: "GRDB.swift"), .product(name: "Logging", package: "swift-log"),
            ], swiftSettings: swift),
        .testTarget(
            name: "TrainingTests",
            dependencies: [
                "Basics", "Ranks", "Threads", "Training", "Jobs", "Tasks", "Rewards", "Influence", "Trees",
                "Preferences",
                "Rollouts",
                "ModelFiles", "ModelMaking",
                "Sampling", "Policy", "Tokenizing",
                "Compute",
                "Guarding",
                "TestSupport",
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: swift),
        .target(
            name: "CTestProtos", dependencies: ["CProtobufC"], path: "Tests/CTestProtos",
            exclude: ["json_reference.py", "protos", "reference.py"]),
        .testTarget(
            name: "WireTests",
            dependencies: ["Basics", "JSONCoding", "Wire", "Guarding", "CProtos", "CTestProtos", "TestSupport"],
            swiftSettings: swift),
        .testTarget(
            name: "WireUVTests", dependencies: ["Basics", "WireUV", "Wire", "Guarding", "Threads", "TestSupport"],
            swiftSettings: swift),
        .testTarget(
            name: "HTTPDoorTests",
            dependencies: [
                "Access", "HTTPDoor", "Service", "Guarding", "JSONCoding", "Compute", "Rollouts", "Wire", "WireUV",
                "TestSupport",
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: swift),
        .testTarget(
            name: "ServiceTests",
            dependencies: [
                "Service", "Guarding", "Threads", "Jobs", "Tasks", "Wire", "Messages", "Compute", "Tokenizing",
                "ModelFiles",
                "ModelMaking", "Sampling", "Policy",
                "Influence", "Trees",
                "Rollouts", "TestSupport",
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: swift),
        .testTarget(
            name: "CommandTests",
            dependencies: [
                "attnrl", "Console", "Judging", "Client", "Hosting", "Tools", "Guarding", "Threads", "JSONCoding",
                "Influence", "Rewards", "Jobs", "Trees", "Rollouts", "Messages", "Wire", "WireUV", "TestSupport",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: swift),
    ]
)

// Tests/Fuzz/run sets this, to "plain" or "address": programs that belong to no build and no test. They are several since
// libFuzzer looks at the counters of all code in a program after each input.
if let sanitizer = Context.environment["ATTNRL_FUZZ"] {
    let programs: [(name: String, dependencies: [Target.Dependency])] = [
        ("Wire", ["JSONCoding", "Wire", "WireUV", "HTTPDoor"]),
        ("Files", ["JSONCoding", "Templates", "Tokenizing", "ModelFiles", "Rewards"]),
        ("Jobs", ["Jobs", "Tasks"]),
    ]
    package.targets.append(.target(name: "FuzzDriver", path: "Tests/Fuzz/Driver", swiftSettings: swift))
    package.targets += programs.map { program in
        .executableTarget(
            name: "fuzz-\(program.name.lowercased())", dependencies: ["FuzzDriver"] + program.dependencies,
            path: "Tests/Fuzz/\(program.name)", swiftSettings: swift + [.unsafeFlags(["-parse-as-library"])],
            linkerSettings: [
                .unsafeFlags([sanitizer == "address" ? "-sanitize=fuzzer,address" : "-sanitize=fuzzer", "-use-ld=lld"])
            ])
    }
}

// Tests/Interop/run plays against it; `make test-interop` sets this.
if Context.environment["ATTNRL_INTEROP"] != nil {
    package.targets += [
        .target(name: "CInteropProtos", dependencies: ["CProtobufC"], path: "Tests/Interop/CInteropProtos"),
        .executableTarget(
            name: "interop", dependencies: ["CInteropProtos", "CProtos", "Wire", "WireUV"],
            path: "Tests/Interop/Server",
            swiftSettings: swift),
    ]
}
