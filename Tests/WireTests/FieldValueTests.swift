import Testing
import Wire

@Suite("Fields by name")
struct FieldValueTests {
    @Test("A message made of named fields is the one whose properties were set")
    func fields() throws {
        var expected = V1.JobSpecification()
        expected.name = "é \u{0}"
        expected.seed = .max
        expected.steps = -1
        expected.epochs = -0.0
        expected.data = V1.DataSpecification()
        expected.data?.chat = false
        expected.data?.shuffle = true
        expected.rollout = V1.RolloutSpecification()
        expected.rollout?.stop = ["a", "", String(repeating: "b", count: 300)]
        expected.reward = V1.RewardSpecification()
        expected.reward?.scores = V1.ScoreSpecification()
        expected.reward?.scores?.noAnswer = .infinity
        expected.limits = V1.LimitSpecification()
        let made = try V1.JobSpecification(fields: [
            .init("name", .text("é \u{0}")), .init("seed", .large(.max)), .init("steps", .whole(-1)),
            .init("epochs", .number(-0.0)),
            .init("data", .message([.init("shuffle", .flag(true)), .init("chat", .flag(false))])),
            .init(
                "rollout",
                .message([.init("stop", .list([.text("a"), .text(""), .text(String(repeating: "b", count: 300))]))])),
            .init("reward", .message([.init("scores", .message([.init("no_answer", .number(.infinity))]))])),
            .init("limits", .message([])),
        ])
        #expect(made == expected)
        #expect(made.epochs?.sign == .minus)
        #expect(try V1.JobSpecification(fields: []) == V1.JobSpecification())
    }

    @Test(
        "A name that the message does not have, and a value of another type, are refused by field",
        arguments: [
            ("nme", FieldValue.text("a")), ("name", .flag(true)), ("name", .list([.text("a")])), ("steps", .number(1)),
            ("seed", .whole(-1)), ("seed", .text("1")), ("data", .text("a")), ("epochs", .whole(1)),
        ])
    func mismatches(name: String, value: FieldValue) {
        let error = #expect(throws: FieldMismatch.self) { try V1.JobSpecification(fields: [.init(name, value)]) }
        #expect(error?.field == "attnrl.v1.JobSpecification.\(name)")
    }

    @Test("A fault within a message within is named by the inner message")
    func innerMismatch() {
        let error = #expect(throws: FieldMismatch.self) {
            try V1.JobSpecification(fields: [.init("data", .message([.init("trian", .text("a"))]))])
        }
        #expect(error?.field == "attnrl.v1.DataSpecification.trian")
    }
}
