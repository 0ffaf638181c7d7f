import Testing
import Wire

@testable import attnrl

@Suite("Words of options")
struct OptionWordTests {
    private func expectNamed<Word: RawRepresentable<String> & CaseIterable, Value: ProtobufEnum>(
        _ words: Word.Type, _ values: Value.Type
    ) {
        let named = Word.allCases.map { Value(word: $0) }
        #expect(Set(named + [Value(rawValue: 0)]) == Set(Value.allCases), "\(Value.self)")
        #expect(named.count == Value.allCases.count - 1, "\(Value.self)")
    }

    @Test("Every word names a value of its own, and every value has a word")
    func words() {
        expectNamed(BranchingArguments.Strategy.self, V1.BranchStrategy.self)
        expectNamed(JobList.State.self, V1.JobState.self)
        expectNamed(Ablate.Mode.self, V1.AblationMode.self)
        expectNamed(Ablate.Answer.self, V1.AnswerForm.self)
        expectNamed(VerifierArguments.RewardKind.self, V1.VerifierKind.self)
    }
}
