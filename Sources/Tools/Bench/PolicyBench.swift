import Compute
import Foundation
import ModelFiles
import Policy
import Rollouts
import Sampling
import Tokenizing

/// Measures one policy in its own engine.
struct PolicyBench {
    let engine: Engine
    let policy: PolicyInfo
    let runs: Int
    /// Bytes per second that the machine reads.
    let bandwidth: Double

    // MARK: Speed

    /// Sequential decoding of a few sequences: bound by reading the weights, once for all of them.
    func decode(sequences: Int = 1) async throws -> BenchFigure {
        let prompt = 64, new = min(64, policy.maxSequenceTokens - 66)
        func seconds(_ tokens: Int) async throws -> Double {
            let requests = (0..<sequences).map { _ in request(prompt: prompt, new: tokens) }
            return try await Stopwatch.seconds { try await run(requests) }
        }
        let step = try await Stopwatch.median(runs: runs) {
            // Two lengths, so that the prompt's time cancels out.
            let short = try await seconds(2)
            return (try await seconds(new + 2) - short) / Double(new)
        }
        // Bandwidth varies with other load on the machine: use the better of the measurements before and after the
        // work.
        let reads = max(bandwidth, try MemoryBandwidth.measure(threads: engine.configuration.threads))
        return BenchFigure(
            name: sequences == 1 ? "decode" : "decode x\(sequences)", value: Double(sequences) / step, unit: "tokens/s",
            ratio: ("memory bandwidth", Double(policy.versions[0].weightBytes) / step / reads),
            conditions: "\(sequences) at once, prompt \(prompt), \(new) tokens each")
    }

    /// One long prompt.
    func prefill() async throws -> BenchFigure {
        let prompt = min(1024, policy.maxSequenceTokens - 1)
        let seconds = try await Stopwatch.median(runs: runs) {
            try await Stopwatch.seconds { try await run([request(prompt: prompt, new: 1)]) }
        }
        return BenchFigure(
            name: "prefill", value: Double(prompt) / seconds, unit: "tokens/s", conditions: "1 prompt of \(prompt)")
    }

    /// Many sequences at once, each with its own prompt.
    func rollouts(count: Int = 384) async throws -> BenchFigure {
        let prompt = 32, new = 128
        let seconds = try await Stopwatch.median(runs: runs) {
            try await Stopwatch.seconds {
                try await run(
                    (0..<count).map { _ in
                        var request = request(prompt: prompt, new: new)
                        request.priority = .batch
                        return request
                    })
            }
        }
        return BenchFigure(
            name: "rollouts", value: Double(count * new) / seconds, unit: "tokens/s",
            conditions: "\(count) sequences, prompts of \(prompt) included in the time, \(new) tokens each")
    }

    /// The time from submitting a request to its first token.
    func firstToken() async throws -> BenchFigure {
        let prompt = min(512, policy.maxSequenceTokens - 1)
        let seconds = try await Stopwatch.median(runs: runs) {
            let start = ContinuousClock.now
            var first = 0.0
            for try await events in try engine.submit(request(prompt: prompt, new: 2)) {
                for case .tokens in events where first == 0 { first = start.duration(to: .now) / .seconds(1) }
            }
            return first
        }
        return BenchFigure(name: "first token", value: seconds * 1000, unit: "ms", conditions: "prompt of \(prompt)")
    }

    // MARK: Capture

    /// The relative time that capture adds to one forward pass over a long text.
    func captureOnText() async throws -> BenchFigure {
        let length = min(2048, policy.maxSequenceTokens)
        func seconds(_ captures: Bool) async throws -> Double {
            let request = text(length: length, steps: length / 27, captures: captures)
            return try await Stopwatch.seconds { try await run([request]) }
        }
        let (off, on) = try await Stopwatch.medians(
            runs: runs, { try await seconds(false) }, { try await seconds(true) })
        return BenchFigure(
            name: "capture, text", value: on, unit: "s", ratio: ("without capture", on / off),
            conditions: "\(length) tokens in \(length / 27) steps")
    }

    /// The relative time that capture adds to generation.
    func captureOnGeneration() async throws -> BenchFigure {
        let count = 8, new = min(256, policy.maxSequenceTokens - 33)
        func seconds(_ captures: Bool) async throws -> Double {
            let requests = (0..<count).map { _ in request(prompt: 32, new: new, captures: captures) }
            return try await Stopwatch.seconds { try await run(requests) }
        }
        let (off, on) = try await Stopwatch.medians(
            runs: runs, { try await seconds(false) }, { try await seconds(true) })
        return BenchFigure(
            name: "capture, generation", value: on, unit: "s", ratio: ("without capture", on / off),
            conditions: "\(count) sequences of \(new) tokens")
    }

    /// Peak memory that capture adds: the difference in the process's peak with and without it.
    func captureMemory() async throws -> BenchFigure? {
        let length = 8192
        guard policy.maxSequenceTokens >= length else { return nil }
        func peak(_ captures: Bool) async throws -> Int? {
            guard ProcessMemory.resetPeak() else { return nil }
            let before = ProcessMemory.resident
            try await run([text(length: length, steps: 300, captures: captures)])
            return ProcessMemory.peak - before
        }
        // The first run makes the key/value cache and workspace resident.
        _ = try await peak(false)
        guard let off = try await peak(false), let on = try await peak(true) else { return nil }
        return BenchFigure(
            name: "capture, memory", value: Double(on - off) / 1e6, unit: "MB",
            conditions: "\(length) tokens in 300 steps, \(policy.configuration.layerCount) layers x "
                + "\(policy.configuration.headCount) heads")
    }

    func memory() -> BenchFigure {
        let weights = Double(policy.versions[0].weightBytes)
        return BenchFigure(
            name: "memory", value: Double(ProcessMemory.resident) / 1e6, unit: "MB",
            ratio: ("weights", Double(ProcessMemory.resident) / weights), conditions: "resident, at the end")
    }

    // MARK: Work

    /// A prompt of random tokens, never repeated, so that nothing comes from the prefix cache.
    func request(prompt: Int, new: Int, captures: Bool = false) -> GenerationRequest {
        let vocabulary = policy.configuration.vocabularySize
        var request = GenerationRequest(
            prompt: (0..<prompt).map { _ in Int32.random(in: 5..<Int32(min(vocabulary, 500))) })
        request.sampling.maxTokens = new
        request.sampling.ignoresEndOfSequence = true
        request.sampling.seed = .random(in: 0..<(1 << 32))
        if captures { request.capture = CaptureParameters() }
        // Makes steps of some 27 tokens, as reasoning models write them, regardless of the weights. The bias costs the
        // same with and without capture.
        request.sampling.logitBias[blankLine] = Float(log(Double(vocabulary) / 27))
        return request
    }

    private func text(length: Int, steps: Int, captures: Bool) -> GenerationRequest {
        var request = request(prompt: 64, new: 0, captures: captures)
        request.forcedResponse = (0..<length - 64).map { index in
            (index + 1) % max((length - 64) / steps, 1) == 0 ? blankLine : Int32.random(in: 5..<250)
        }
        return request
    }

    private var blankLine: Int32 { policy.encode(response: "\n\n").first ?? 0 }

    func run(_ requests: [GenerationRequest]) async throws {
        let generations = try requests.map { try engine.submit($0) }
        for generation in generations { for try await _ in generation {} }
    }
}
