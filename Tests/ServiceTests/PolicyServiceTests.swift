import Foundation
import Rollouts
import Sampling
import TestSupport
import Testing
import Wire

@Suite("PolicyService")
struct PolicyServiceTests {
    private typealias Service = V1.PolicyService

    @Test("A policy is described in full, and is found without its name when it is the only one")
    func get() async throws {
        try await TestServer.run(policies: ["qwen2"]) { server in
            let policy = try await server.client.unary(Service.getPolicy, make { $0.name = "" })
            #expect(policy.name == "qwen2")
            #expect(policy.family == "qwen2")
            #expect(policy.precision == "float32")
            #expect(policy.layers == 3)
            #expect(policy.heads == 4)
            #expect(policy.keyValueHeads == 2)
            #expect(policy.hiddenSize == 64)
            #expect(policy.headSize == 16)
            #expect(policy.feedForwardSize == 160)
            #expect(policy.vocabulary == 512)
            #expect(policy.context == 512)
            #expect(policy.hasChatTemplate)
            #expect(!policy.untrained)
            #expect(policy.endOfSequence == [0, 408, 410])
            // Embedding, three layers of attention, biases, feed-forward and norms, final norm.
            let layer = 64 * 64 + 64 + 2 * (64 * 32 + 32) + 64 * 64 + 3 * 64 * 160 + 2 * 64
            #expect(policy.parameters == Int64(512 * 64 + 3 * layer + 64))
            #expect(policy.versions.map(\.version) == [1])
            #expect(policy.versions.first?.directory == Fixtures.url("qwen2").path)
            #expect(try #require(policy.versions.first).weightBytes > 0)
        }
    }

    @Test("Pages hold what was asked for, in order, without gaps")
    func pages() async throws {
        try await TestServer.run(policies: ["qwen3", "llama", "qwen2"]) { server in
            var names: [[String]] = [], token = ""
            repeat {
                let page = try await server.client.unary(
                    Service.listPolicies,
                    make {
                        $0.pageSize = 2
                        $0.pageToken = token
                    })
                names.append(page.policies.map(\.name))
                token = page.nextPageToken
            } while !token.isEmpty
            #expect(names == [["llama", "qwen2"], ["qwen3"]])
            let all = try await server.client.unary(Service.listPolicies, make())
            #expect(all.policies.count == 3)
            #expect(all.nextPageToken.isEmpty)
        }
    }

    @Test("Policies are loaded, served by version and unloaded")
    func versions() async throws {
        try await TestServer.run(policies: []) { server in
            func load(
                _ name: String, weights: String = "", asNewVersion: Bool = false
            ) async throws -> V1.Policy {
                var request = V1.LoadPolicyRequest()
                request.directory = Fixtures.url("llama").path
                request.name = name
                request.precision = asNewVersion ? "" : "float32"
                request.weights = weights
                request.asNewVersion = asNewVersion
                return try await server.client.unary(Service.loadPolicy, request)
            }
            #expect(try await load("").name == "llama")
            #expect(try await load("mine").version == 1)
            let second = try await load("mine", asNewVersion: true)
            #expect(second.version == 2)
            #expect(second.precision == "float32" && second.weights == "float32")
            let small = try await load("small", weights: "q8_0")
            #expect(small.precision == "float32" && small.weights == "q8_0")
            // A row of 48 weights takes two blocks.
            let (bytes, all) = (small.versions[0].weightBytes, second.versions[0].weightBytes)
            #expect(bytes * 128 >= all * 34 && bytes * 48 * 4 <= all * 2 * 34)
            _ = try await server.client.unary(Service.unloadPolicy, make { $0.name = "small" })
            #expect(second.versions.map(\.version) == [1, 2])

            func started(_ policy: String) async throws -> Int64? {
                var request = V1.GenerateRequest()
                request.policy = policy
                request.prompt = .text("1")
                request.sampling = make { $0.maxTokens = 1 }
                return try await server.generate(request).started?.version
            }
            #expect(try await started("mine") == 2)
            var change = V1.SwitchVersionRequest()
            change.name = "mine"
            change.version = 1
            #expect(try await server.client.unary(Service.switchVersion, change).version == 1)
            #expect(try await started("mine") == 1)
            change.version = 9
            let missing = await status { _ = try await server.client.unary(Service.switchVersion, change) }
            #expect(missing?.code == .notFound)
            #expect(missing?.info?.reason == "UNKNOWN_VERSION")
            #expect(missing?.info?.values["loaded"] == "1,2")

            _ = try await server.client.unary(Service.unloadPolicy, make { $0.name = "mine" })
            let gone = await status { _ = try await started("mine") }
            #expect(gone?.code == .notFound)
            #expect(gone?.info?.reason == "UNKNOWN_POLICY")
            #expect(gone?.info?.values == ["policy": "mine", "loaded": "llama"])
        }
    }

    @Test("Loading fails with the reason and leaves the others alone")
    func loadFailures() async throws {
        try await TestServer.run { server in
            func failure(_ fill: (inout V1.LoadPolicyRequest) -> Void) async -> RPCError? {
                let request = make(V1.LoadPolicyRequest.self, fill)
                return await status { _ = try await server.client.unary(Service.loadPolicy, request) }
            }
            let missing = await failure { $0.directory = "/nowhere/at/all" }
            #expect(missing?.code == .notFound)
            #expect(missing?.info?.reason == "POLICY_FILES_NOT_FOUND")
            #expect(missing?.message.contains("/nowhere/at/all") == true)
            let twice = await failure { $0.directory = Fixtures.url("qwen2").path }
            #expect(twice?.code == .alreadyExists)
            #expect(twice?.info?.reason == "POLICY_EXISTS")
            let otherShape = await failure {
                $0.directory = Fixtures.url("llama").path
                $0.name = "qwen2"
                $0.asNewVersion = true
            }
            #expect(otherShape?.code == .failedPrecondition)
            #expect(otherShape?.info?.reason == "POLICY_NOT_LOADABLE")
            let noSuch = await failure {
                $0.directory = Fixtures.url("llama").path
                $0.name = "absent"
                $0.asNewVersion = true
            }
            #expect(noSuch?.info?.reason == "UNKNOWN_POLICY")
            let fields = await failure { ($0.precision, $0.weights) = ("float64", "q4") }
            #expect(fields?.code == .invalidArgument)
            #expect(fields?.fields == ["directory", "precision", "weights"])
            let otherWeights = await failure {
                ($0.directory, $0.name) = (Fixtures.url("qwen2").path, "qwen2")
                ($0.asNewVersion, $0.weights) = (true, "q8_0")
            }
            #expect(otherWeights?.fields == ["weights"])

            try await Fixtures.withTemporaryFolder { folder in
                for file in ["config.json", "model.safetensors"] {
                    try FileManager.default.copyItem(
                        at: Fixtures.url("qwen2/\(file)"), to: folder.appendingPathComponent(file))
                }
                let noTokenizer = await failure { $0.directory = folder.path }
                #expect(noTokenizer?.code == .failedPrecondition)
                #expect(noTokenizer?.info?.reason == "TOKENIZER_NOT_LOADABLE")
                try Data("{".utf8).write(to: folder.appendingPathComponent("config.json"))
                let malformed = await failure { $0.directory = folder.path }
                #expect(malformed?.code == .failedPrecondition)
                #expect(malformed?.info?.reason == "POLICY_FILES_MALFORMED")
            }
            #expect(server.engine.loadedPolicies.map(\.name) == ["qwen2"])
        }
    }

    @Test("Token texts put together are the bytes of the text")
    func tokenize() async throws {
        try await TestServer.run { server in
            let text = "12 + 30 = 42 \u{1F600} grüße\n\n"
            var request = V1.TokenizeRequest()
            request.prompt = .text(text)
            request.withTexts = true
            let tokens = try await server.client.unary(Service.tokenize, request)
            #expect(tokens.texts.count == tokens.ids.count)
            #expect(tokens.texts.flatMap { $0 } == Array(text.utf8))
            #expect(tokens.rendered == text)
            let back = try await server.client.unary(Service.detokenize, make { $0.ids = tokens.ids })
            #expect(back.text == text)
            request.withTexts = false
            #expect(try await server.client.unary(Service.tokenize, request).texts.isEmpty)
        }
    }

    @Test("Special tokens are left out of a text when asked")
    func skipSpecial() async throws {
        try await TestServer.run { server in
            func text(skipping: Bool) async throws -> String {
                var request = V1.DetokenizeRequest()
                request.ids = try await server.tokenize(.text("a<|endoftext|>b")).ids
                request.skipSpecialTokens = skipping
                return try await server.client.unary(Service.detokenize, request).text
            }
            let (whole, plain) = (try await text(skipping: false), try await text(skipping: true))
            #expect(whole == "a<|endoftext|>b")
            #expect(plain == "ab")
        }
    }

    @Test("Long texts are tokenized like short ones")
    func longText() async throws {
        try await TestServer.run { server in
            let line = "12 + 30 = 42\n"
            let once = try await server.tokenize(.text(line)).ids
            let long = try await server.tokenize(.text(String(repeating: line, count: 5000))).ids
            #expect(long == Array(repeatElement(once, count: 5000).joined()))
        }
    }

    @Test("An answer that would not fit a message is refused with its size")
    func tooLarge() async throws {
        try await TestServer.run { server in
            let error = await status {
                _ = try await server.tokenize(.text(String(repeating: "12", count: 1_500_000)))
            }
            #expect(error?.code == .resourceExhausted)
            #expect(error?.info?.reason == "RESPONSE_TOO_LARGE")
        }
    }
}
