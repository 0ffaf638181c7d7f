import Foundation
import Guarding
import Policy
import Ranks
import Rollouts
import TestSupport
import Testing
import Threads

@testable import Jobs
@testable import Training

@Suite("Jobs on several ranks")
struct RankedProgramTests {
    private static func specification(
        _ kind: JobKind, _ fixture: TrainingFixture, values: LossSpecification.Values = .tree
    ) throws -> JobSpecification {
        var specification = try fixture.treeSpecification(kind, learningRate: 1e-3)
        if values == .critic {
            specification.loss.values = values
            specification.loss.minAdvantageGap = 0.01
            specification.critic.warmupSteps = 1
            specification.critic.whenWorse = .goOn
        }
        specification.compute.gradientGroups = 4
        specification.compute.threads = 1
        specification.batch.promptsPerStep = 4
        if kind == .sft {
            specification.data.train = try fixture.data(
                (0..<9).map { #"{"prompt": "Say number \#($0).", "response": "It is \#($0)."}"# })
            specification.batch.sequencesPerStep = 5
        }
        if kind == .evaluate {
            specification.data.heldOut = specification.data.train
            specification.data.train = ""
            specification.evaluation.samples = 2
            specification.evaluation.maxTokens = 8
            specification.evaluation.temperature = 1
        }
        return specification
    }

    /// Metrics of some steps on each rank, without those of time and of what each rank's cache knew.
    private static func steps(
        _ kind: JobKind, _ ranks: Ranks, _ folder: URL, values: LossSpecification.Values = .tree
    ) throws -> [[String: Double]] {
        try waiting {
            let fixture = try TrainingFixture(folder)
            var context = fixture.context(try specification(kind, fixture, values: values))
            context.ranks = ranks
            let factories = TrainingPrograms.factories(engine: fixture.engine) { _ in
                ScriptedReward.letters(above: 3)
            }
            let program = try await factories[kind]!.make(context)
            return try await TrainingFixture.run(program, steps: kind == .evaluate ? 2 : 3)
        }
    }

    /// On a thread of its own, for the ranks wait for each other.
    private static func waiting<Value: Sendable>(
        _ body: @escaping @Sendable () async throws -> Value
    ) throws -> Value {
        let result = Condition<Result<Value, any Error>?>(nil)
        Task {
            let value: Result<Value, any Error>
            do { value = .success(try await onThreadOfItsOwn("rank", body)!) } catch { value = .failure(error) }
            result.withLock { $0 = value }
            result.broadcast()
        }
        return try result.wait { $0 }!.get()
    }

    private static func alone(
        _ kind: JobKind, _ folder: URL, values: LossSpecification.Values = .tree
    ) async throws -> [[String: Double]] {
        let fixture = try TrainingFixture(folder)
        let factories = TrainingPrograms.factories(engine: fixture.engine) { _ in ScriptedReward.letters(above: 3) }
        let program = try await factories[kind]!.make(fixture.context(try specification(kind, fixture, values: values)))
        return try await TrainingFixture.run(program, steps: kind == .evaluate ? 2 : 3)
    }

    @Test(
        "Every kind comes to the same on 1, 2 and 3 ranks",
        arguments: [JobKind.sft, .grpo, .treerl, .attnrl, .directAdvantage, .evaluate])
    func equal(kind: JobKind) async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let expected = try await Self.alone(kind, folder)
            for count in 1...3 {
                let outcomes = await Ranks.apart(count) { try Self.steps(kind, $0, folder) }
                for outcome in outcomes { #expect(try outcome.get() == expected, "\(count) ranks") }
            }
        }
    }

    @Test("All ranks get the critic that one alone gets, and what it says of branches")
    func critic() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let expected = try await Self.alone(.directAdvantage, folder, values: .critic)
            #expect(expected.last?["critic/cross_entropy"] != nil && expected.last?["candidates"] != nil)
            for count in 2...3 {
                let outcomes = await Ranks.apart(count) {
                    try Self.steps(.directAdvantage, $0, folder, values: .critic)
                }
                for outcome in outcomes { #expect(try outcome.get() == expected, "\(count) ranks") }
            }
        }
    }

    @Test("The others follow the first through a job, its checkpoint and another one")
    func follows() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let expected = try await Self.alone(.grpo, folder)
            let outcomes = await Ranks.apart(3) { ranks in
                try Self.waiting { () -> [[String: Double]] in
                    let fixture = try TrainingFixture(folder)
                    let factories = TrainingPrograms.factories(engine: fixture.engine) { _ in
                        ScriptedReward.letters(above: 3)
                    }
                    guard ranks.isFirst else {
                        try await RankFollower(ranks, programs: factories) { _ in }.run()
                        return []
                    }
                    let leading = TrainingPrograms.leading(factories, ranks)[.grpo]!
                    let specification = try Self.specification(.grpo, fixture)
                    var program: (any JobProgram)? = try await leading.make(fixture.context(specification))
                    var metrics = try await TrainingFixture.run(program!, steps: 2)
                    let checkpoint = try fixture.save(program!)
                    program = nil
                    program = try await leading.make(fixture.context(specification, checkpoint: checkpoint))
                    metrics += try await TrainingFixture.run(program!, steps: 1)
                    program = nil
                    try TrainingPrograms.dismiss(ranks)
                    return metrics.map { $0.filter { !$0.key.hasPrefix("ranks/") } }
                }
            }
            #expect(try outcomes[0].get() == expected)
            for outcome in outcomes.dropFirst() { #expect(try outcome.get().isEmpty) }
        }
    }

    /// When the policy goes out of service on a rank.
    enum Unloading: CaseIterable { case onTheOtherBefore, onTheOtherMeanwhile, onTheFirstMeanwhile }

    @Test(
        "What one rank fails at ends the job on all, by name, and another job can begin", arguments: Unloading.allCases)
    func oneRankFails(unloading: Unloading) async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let outcomes = await Ranks.apart(2) { ranks in
                try Self.waiting { () -> [String] in
                    let fixture = try TrainingFixture(folder)
                    let factories = TrainingPrograms.factories(engine: fixture.engine) { _ in
                        // Asked by the first rank alone, once in a step.
                        ScriptedReward.letters(above: 3)
                    }
                    let met = Guarded<[String]>([])
                    guard ranks.isFirst else {
                        if unloading == .onTheOtherBefore { try fixture.engine.unload("qwen2") }
                        try await RankFollower(ranks, programs: factories) { text in
                            met.withLock { $0.append(text) }
                            if unloading == .onTheOtherMeanwhile { try? fixture.engine.unload("qwen2") }
                        }.run()
                        return met.withLock { $0 }
                    }
                    let leading = TrainingPrograms.leading(factories, ranks)[.grpo]!
                    let specification = try Self.specification(.grpo, fixture)
                    for _ in 0..<2 {
                        do {
                            let program = try await leading.make(fixture.context(specification))
                            if unloading == .onTheFirstMeanwhile { try? fixture.engine.unload("qwen2") }
                            _ = try await program.step()
                        } catch { met.withLock { $0.append("\(error)") } }
                    }
                    try TrainingPrograms.dismiss(ranks)
                    return met.withLock { $0 }
                }
            }
            let first = try outcomes[0].get(), second = try outcomes[1].get()
            #expect(first.count == 2)
            if unloading == .onTheFirstMeanwhile {
                #expect(first.allSatisfy { !$0.contains("rank") && $0.contains("not loaded any more") }, "\(first)")
                #expect(second.contains { $0.contains("rank 0 on host0 stopped") }, "\(second)")
            } else {
                #expect(
                    first.allSatisfy { $0.contains("rank 1 on host1 stopped") && $0.contains("not loaded any more") },
                    "\(first)")
            }
        }
    }

    @Test("Ranks that ask other prompts are told so")
    func otherPrompts() throws {
        let outcomes = Ranks.together(3) { ranks in
            try RankedDrawing(ranks: ranks).complete(
                [:], of: [DrawRequest(prompt: [1, ranks.index == 2 ? 3 : 2], count: 1, seed: 1)], version: 1)
        }
        for outcome in outcomes {
            #expect { try outcome.get() } throws: { error in
                guard case RankError.different(_, let rank, let what) = error else { return false }
                return what.contains("prompts") && [0, 2].contains(rank.index)
            }
        }
    }

    @Test("Ranks that learn other tokens, or other ones of the same, are told so")
    func otherTokens() throws {
        func differences(_ tree: @escaping @Sendable (Int) -> TrainingTree) -> [String] {
            Ranks.together(3) { ranks in try ranks.agree(on: [tree(0), tree(ranks.index)]) }.map { outcome in
                guard case .failure(RankError.different(_, let rank, let what)) = outcome else { return "" }
                return "\(rank.index): \(what)"
            }
        }
        #expect(
            differences { _ in TrainingTree(TokenTree([1, 2, 3]), first: LearntToken(0)) { _ in true } } == [
                "", "", "",
            ])
        let tokens = differences { rank in
            TrainingTree(TokenTree([1, 2, rank == 2 ? 4 : 3]), first: LearntToken(0)) { _ in true }
        }
        #expect(tokens.allSatisfy { $0.hasPrefix("2: learns other tokens") })
        let learnt = differences { rank in
            TrainingTree(TokenTree([1, 2, 3]), first: LearntToken(0)) { _ in rank != 1 }
        }
        #expect(learnt.allSatisfy { $0.hasPrefix("1: learns other tokens") })
        // The same numbers in other nodes.
        let nodes = differences { rank in
            var tree = TokenTree(rank == 1 ? [1, 2] : [1])
            tree.add(rank == 1 ? [3] : [2, 3], to: 0)
            return TrainingTree(tree, first: LearntToken(0)) { _ in true }
        }
        #expect(nodes.allSatisfy { $0.hasPrefix("1: learns other tokens") })
    }

    @Test("What several ranks cannot do is refused by name")
    func refused() {
        var specification = JobSpecification(kind: .grpo)
        #expect(RankCheck(ranks: 1).problems(specification).isEmpty)
        #expect(RankCheck(ranks: 4).problems(specification).map(\.path) == ["compute.gradient_groups"])
        specification.compute.gradientGroups = 4
        #expect(RankCheck(ranks: 4).problems(specification).isEmpty)
        specification.batch.promptsPerStep = 3
        #expect(RankCheck(ranks: 4).problems(specification).map(\.path) == ["batch.prompts_per_step"])
    }
}
