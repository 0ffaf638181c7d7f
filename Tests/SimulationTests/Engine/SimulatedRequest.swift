import Basics
import Influence
import ModelFiles
import Policy
import Sampling
import TestSupport

@testable import Rollouts

/// A request of a history: everything about it follows from one number, so it is the same whatever happens around it.
struct SimulatedRequest: CustomStringConvertible {
    let number: Int
    let policy: Int
    let owner: RequestOwner
    let request: GenerationRequest
    /// How much may be unread before it stalls.
    let unreadLimit: Int
    /// Takes the version staged last, rather than the one that is served.
    let wantsStaged: Bool

    init(number: Int, _ setting: EngineSetting, _ random: inout SplitMix) {
        self.number = number
        policy = random.next(below: setting.blocks.count)
        owner = setting.owners[random.next(below: setting.owners.count)]
        unreadLimit = [8, 60, 4096][random.next(below: 3)]
        wantsStaged = random.next(below: 8) == 0
        let most = min(SimulatedModel.configuration.contextLength, setting.mostTokens(policy))
        // The validation of what is too long is not simulated.
        let given = min(
            random.next(below: 8) == 0 ? 1 + random.next(below: most) : 1 + random.next(below: 150), most - 1)
        let forced = random.next(below: 3) == 0 ? random.next(below: given) : 0
        let all = Self.tokens(given, &random)
        var request = GenerationRequest(prompt: Array(all[..<(given - forced)]))
        request.forcedResponse = Array(all[(given - forced)...])
        request.count = random.next(below: 3) == 0 ? 1 + random.next(below: 6) : 1
        request.priority = random.next(below: 5) < 2 ? .batch : .interactive
        request.cachesResponse = [nil, nil, true, false][random.next(below: 4)]
        request.echoesPrompt = random.next(below: 5) == 0
        request.echoesForcedResponse = random.next(below: 3) == 0
        request.skipsSpecialTokens = random.next(below: 2) == 0
        if random.next(below: 3) == 0 {
            request.detail = TokenDetail(
                logprobs: random.next(below: 2) == 0, topLogprobs: random.next(below: 3),
                entropies: random.next(below: 2) == 0)
        }
        if forced > 1, random.next(below: 3) == 0 {
            let begin = given - forced + random.next(below: forced - 1)
            request.hidden = begin..<begin + 1 + random.next(below: given - begin)
        }
        if random.next(below: 4) == 0 { request.capture = Self.capture(most, &random) }
        request.sampling = Self.sampling(&random)
        self.request = request
    }

    /// Prompts begin alike, so that they share what they begin with.
    private static func tokens(_ count: Int, _ random: inout SplitMix) -> [Int32] {
        var shared = SplitMix(state: UInt64(random.next(below: 3)))
        let common = random.next(below: 4) == 0 ? random.next(below: count) : count
        return (0..<count).map { index in
            Int32(
                1
                    + (index < common
                        ? shared.next(below: SimulatedModel.vocabulary - 1)
                        : random.next(below: SimulatedModel.vocabulary - 1)))
        }
    }

    private static func sampling(_ random: inout SplitMix) -> SamplingParameters {
        var sampling = SamplingParameters()
        sampling.maxTokens = [0, 1, 2, 12, 40, 150, 600][random.next(below: 7)]
        sampling.seed = random.next()
        sampling.ignoresEndOfSequence = random.next(below: 2) == 0
        sampling.temperature = [0, 0.7, 1][random.next(below: 3)]
        if random.next(below: 6) == 0 { sampling.minTokens = min(random.next(below: 20), sampling.maxTokens) }
        if random.next(below: 4) == 0 {
            sampling.stopTexts = [["a14", "cc22b"], ["é"], ["\n\n", "\n"]][random.next(below: 3)]
        }
        if random.next(below: 8) == 0 { sampling.stopTokens = [Int32(1 + random.next(below: 39))] }
        if random.next(below: 8) == 0 { sampling.repetitionPenalty = 1.5 }
        if random.next(below: 8) == 0 { sampling.presencePenalty = 1 }
        return sampling
    }

    private static func capture(_ most: Int, _ random: inout SplitMix) -> CaptureParameters {
        var capture = CaptureParameters()
        capture.gap = 1 + random.next(below: 3)
        capture.includesAfterThinking = random.next(below: 2) == 0
        if random.next(below: 3) == 0 { capture.heads = [HeadIndex(layer: 0, head: random.next(below: 2))] }
        if random.next(below: 3) == 0 {
            let begin = random.next(below: min(most, 200))
            capture.rawRows = [
                .init(
                    head: HeadIndex(layer: 0, head: random.next(below: 2)),
                    queries: begin..<begin + 1 + random.next(below: 20))
            ]
        }
        return capture
    }

    var description: String {
        let sampling = request.sampling
        var parts = [
            "policy \(policy)", request.priority == .batch ? "batch" : "interactive", "prompt \(request.prompt.count)",
        ]
        if !owner.name.isEmpty { parts.append("owner \(owner.name)") }
        if !request.forcedResponse.isEmpty { parts.append("forced \(request.forcedResponse.count)") }
        if request.count > 1 { parts.append("count \(request.count)") }
        parts.append("at most \(sampling.maxTokens) tokens")
        if request.capture != nil {
            parts.append(request.capture?.rawRows.isEmpty == true ? "traced" : "traced, raw rows")
        }
        if let hidden = request.hidden { parts.append("hidden \(hidden)") }
        if unreadLimit < 4096 { parts.append("stalls at \(unreadLimit)") }
        if wantsStaged { parts.append("staged version") }
        return "request \(number): " + parts.joined(separator: ", ")
    }
}

/// What holds for a whole history.
struct EngineSetting: CustomStringConvertible {
    let blocks: [Int]
    let stepTokens: Int
    let maxSequences: Int
    let requestLimit: Int
    let captureBytes: Int
    let owners: [RequestOwner]
    /// Draws may find logits that are not numbers.
    let isDamaged: Bool
    /// The most jobs of clients that run between two turns.
    let clientJobs: Int

    init(_ random: inout SplitMix) {
        blocks = (0...random.next(below: 3)).map { _ in 2 + random.next(below: [2, 6, 30][random.next(below: 3)]) }
        stepTokens = [1, 9, 32, 100, 512][random.next(below: 5)]
        maxSequences = [1, 2, 5, 40][random.next(below: 4)]
        requestLimit = [4, 20, 1024][random.next(below: 3)]
        captureBytes = [20_000, 100_000, 1 << 30][random.next(below: 3)]
        let some = [
            RequestOwner(), RequestOwner(name: "ann"), RequestOwner(name: "bob", requests: 3),
            RequestOwner(name: "cid", responses: 6), RequestOwner(name: "dora", tokensPerMinute: 500),
        ]
        owners = Array(some.shuffled(using: &random).prefix(1 + random.next(below: 4)))
        isDamaged = random.next(below: 4) == 0
        clientJobs = [1, 3, .max][random.next(below: 3)]
    }

    func mostTokens(_ policy: Int) -> Int { blocks[policy] * BlockPool.blockTokens }

    var configuration: EngineConfiguration {
        var configuration = EngineConfiguration(threads: 1, keyValueBytes: 0)
        configuration.stepTokens = stepTokens
        configuration.maxSequences = maxSequences
        configuration.requestLimit = requestLimit
        configuration.captureBytes = captureBytes
        return configuration
    }

    var description: String {
        "blocks \(blocks), \(stepTokens) tokens a step, \(maxSequences) sequences, \(requestLimit) requests, "
            + "\(captureBytes) bytes of captures, owners \(owners.map(\.name))\(isDamaged ? ", damaged" : "")"
    }
}
