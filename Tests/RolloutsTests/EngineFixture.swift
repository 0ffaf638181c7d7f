import Compute
import CoreMetrics
import Foundation
import Influence
import Logging
import ModelFiles
import Rollouts
import Sampling
import TestSupport

/// An engine on one of the tiny reference policies.
struct EngineFixture: Sendable {
    let engine: Engine
    let name: String
    private let expectations: Data
    let expected: ReferenceTensors

    init(
        _ name: String = "qwen2", blocks: WeightBlocks? = nil,
        metrics: any MetricsFactory = NOOPMetricsHandler.instance,
        configure: (inout EngineConfiguration) -> Void = { _ in }
    ) throws {
        var configuration = EngineConfiguration(threads: 2, keyValueBytes: 64 << 20)
        configure(&configuration)
        engine = Engine(
            configuration: configuration, metrics: metrics,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        self.name = name
        _ = try engine.load(directory: Fixtures.url(name), precision: .float32, blocks: blocks)
        expected = try ReferenceTensors(fixture: "\(name)/expected.safetensors")
        expectations = try Data(contentsOf: Fixtures.url("\(name)/expected.json"))
    }

    /// expected.json.
    var meta: [String: Any] { try! JSONSerialization.jsonObject(with: expectations) as! [String: Any] }

    var tokens: [Int32] { get throws { try expected.ints("input_ids") } }
    var promptCount: Int { meta["prompt_tokens"] as! Int }
    var prompt: [Int32] { get throws { try Array(tokens.prefix(promptCount)) } }
    var response: [Int32] { get throws { try Array(tokens.dropFirst(promptCount)) } }

    /// The reference text as a request that scores and traces it.
    func traceRequest(gap: Int = 4) throws -> GenerationRequest {
        var request = GenerationRequest(prompt: try prompt)
        request.forcedResponse = try response
        request.sampling.maxTokens = 0
        request.capture = CaptureParameters()
        request.capture?.gap = gap
        return request
    }

    func run(_ request: GenerationRequest) async throws -> Outcome {
        var outcome = Outcome()
        for try await events in try engine.submit(request) { for event in events { outcome.take(event) } }
        return outcome
    }
}

/// Everything that came of one request.
struct Outcome {
    var version: Int?
    var cached = 0
    var echoed = TokenOutput()
    var responses: [Int: TokenOutput] = [:]
    var closed: [Int: [ClosedStep]] = [:]
    var finished: [Int: FinishedResponse] = [:]

    mutating func take(_ event: GenerationEvent) {
        switch event {
        case .started(let version, let cachedTokens): (self.version, cached) = (version, cachedTokens)
        case .echoed(let run): Self.append(run, to: &echoed)
        case .tokens(let index, let run): Self.append(run, to: &responses[index, default: TokenOutput()])
        case .stepClosed(let index, let step): closed[index, default: []].append(step)
        case .finished(let index, let response): finished[index] = response
        }
    }

    private static func append(_ run: TokenOutput, to all: inout TokenOutput) {
        if all.ids.isEmpty { all.start = run.start }
        all.ids += run.ids
        all.text += run.text
        all.logprobs += run.logprobs
        all.entropies += run.entropies
        all.top += run.top
    }

    var ids: [Int32] { responses[0]?.ids ?? [] }
    var text: String { responses[0]?.text ?? "" }
}
