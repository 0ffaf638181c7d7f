import Influence
import TestSupport
import Testing
import Trees

@testable import Jobs
@testable import Training

@Suite("Kinds of job")
struct JobKindTests {
    @Test("Every kind has a program")
    func programs() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let fixture = try TrainingFixture(folder)
            let programs = TrainingPrograms.factories(engine: fixture.engine) { _ in ScriptedReward { _ in [] } }
            #expect(Set(programs.keys) == .all)
        }
    }

    @Test("Every kind has a name of its own, by which it is found")
    func names() {
        #expect(Set(JobKind.allCases.map(\.rawValue)).count == JobKind.allCases.count)
        for kind in JobKind.allCases { #expect(JobKind(rawValue: kind.rawValue) == kind) }
        #expect(JobKind(rawValue: "dpo") == nil)
    }

    @Test("Kinds keep the defaults they had as stored specifications have them")
    func defaults() {
        let (grpo, treerl, attnrl) = (
            JobSpecification(kind: .grpo), JobSpecification(kind: .treerl), JobSpecification(kind: .attnrl)
        )
        #expect(JobSpecification(kind: .sft).optimizer.learningRate == 1e-5)
        #expect([grpo, treerl, attnrl].map(\.optimizer.learningRate) == [1e-6, 1e-6, 1e-6])
        #expect([grpo, treerl, attnrl].map(\.rollout.groupSize) == [8, 6, 6])
        #expect([treerl, attnrl].map(\.branching.strategy) == [.tokenEntropy, .attention])
        #expect([treerl, attnrl].map(\.adaptive.easyPrompts) == [.keep, .attentionMean])
        #expect([treerl, attnrl].map(\.adaptive.expansion) == [.all, .round])
        #expect([treerl, attnrl].map(\.adaptive.batch) == [false, true])
        #expect([treerl, attnrl].map(\.pipeline) == [.twoPhase, .oneStepOffPolicy])
        let direct = JobSpecification(kind: .directAdvantage)
        #expect(direct.optimizer.learningRate == 5e-7 && direct.rollout.groupSize == 6)
        #expect(direct.loss.beta == 0.01 && direct.loss.minAdvantageGap == 0.1)
        #expect(direct.branching.strategy == .attention && direct.pipeline == .twoPhase)
    }
}
