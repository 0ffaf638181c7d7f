import Testing
import Wire

@Suite("Names of enum values")
struct ProtobufEnumTests {
    @Test("Short names are those of the .proto file without what all have in common")
    func names() {
        #expect(V1.FinishReason.allCases.map(\.name) == ["unspecified", "stop", "length", "cancelled"])
        #expect(V1.StepMapKind.allCases.map(\.name) == ["unspecified", "none", "mean", "max", "heads"])
        #expect(V1.StepSeparator.blankLine.name == "blank_line")
        #expect(Sample.Color.belowZero.name == "below_zero")
    }

    @Test("A number without name is called as 0 is, and described by itself")
    func unnamed() {
        #expect(V1.FinishReason(rawValue: 99).name == "unspecified")
        #expect(V1.FinishReason(rawValue: 99).description == "99")
    }

    @Test("Short names are read back, with underscores or hyphens; others are none")
    func read() {
        for value in V1.BranchStrategy.allCases { #expect(V1.BranchStrategy(name: value.name) == value) }
        #expect(V1.BranchStrategy(name: "first-steps") == .firstSteps)
        for name in ["", "first steps", "BRANCH_STRATEGY_FIRST_STEPS", "99"] {
            #expect(V1.BranchStrategy(name: name) == nil)
        }
    }
}
