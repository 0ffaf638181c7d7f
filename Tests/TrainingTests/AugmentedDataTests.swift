import TestSupport
import Testing

@testable import Jobs
@testable import Training

@Suite("Augmented data", .serialized)
struct AugmentedDataTests {
    private func specification() -> JobSpecification {
        var specification = JobSpecification(kind: .sft)
        specification.data.train = "graph-small"
        specification.data.augment = .behaviorInjection
        specification.data.explore = 0.4
        specification.steps = 12
        specification.batch.sequencesPerStep = 8
        return specification
    }

    @Test("Solutions that explore are longer, and a run that resumes learns the same ones")
    func learns() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let fixture = try TrainingFixture(folder)
            var plain = specification()
            plain.data = DataSpecification()
            plain.data.train = "graph-small"
            let control = try await TrainingFixture.run(
                SupervisedProgram(fixture.context(plain), engine: fixture.engine), steps: 1)[0]
            let metrics = try await TrainingFixture.run(
                SupervisedProgram(fixture.context(specification()), engine: fixture.engine), steps: 1)[0]
            #expect(control["data/augmented"] == nil && metrics["data/augmented"]! > 0.5)
            #expect(metrics["tokens_learnt"]! > 1.1 * control["tokens_learnt"]!)
            try await TrainingFixture.expectSameWhenResumed(folder) { _ in
                specification()
            } _: {
                try SupervisedProgram($0.context($1, checkpoint: $2), engine: $0.engine)
            }
        }
    }

    @Test("Data without solutions of a task that has room for it are refused", arguments: ["countdown", "words"])
    func refusal(_ data: String) async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let check = ProgramCheck(engine: try TrainingFixture(folder).engine)
            var specification = specification()
            #expect(check.problems(specification).isEmpty)
            specification.data.train = data
            #expect(check.problems(specification).map(\.path) == ["data.augment"])
        }
    }
}
