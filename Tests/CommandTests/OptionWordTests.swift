import Influence
import Rewards
import Testing
import Wire

@testable import Client
@testable import Judging

@Suite("Words of options")
struct OptionWordTests {
    private func expectNamed<Word: RawRepresentable<String>, Value: ProtobufEnum>(
        _ words: [Word], _ values: Value.Type
    ) {
        let named = words.map { Value(word: $0) }
        #expect(Set(named + [Value(rawValue: 0)]) == Set(Value.allCases), "\(Value.self)")
        #expect(named.count == Value.allCases.count - 1, "\(Value.self)")
    }

    @Test("Every word names a value of its own, and every value has a word")
    func words() {
        expectNamed(BranchStrategy.allCases, V1.BranchStrategy.self)
        expectNamed(JobList.State.allCases, V1.JobState.self)
        expectNamed(Ablate.Mode.allCases, V1.AblationMode.self)
        expectNamed(Ablate.Answer.allCases, V1.AnswerForm.self)
        expectNamed(RewardKind.ofCommands, V1.VerifierKind.self)
    }
}
