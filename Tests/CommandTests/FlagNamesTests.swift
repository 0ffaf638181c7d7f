import Testing
import Wire

@testable import Client
@testable import Console
@testable import attnrl

@Suite("Names of flags for fields")
struct FlagNamesTests {
    @Test(
        "A field that a flag sets is called by the flag, others by their own name",
        arguments: [
            (["generate", "x"], "sampling.max_tokens", "--max-tokens"),
            (["trace", "x"], "input.generate.sampling.temperature", "--temperature"),
            (["trace", "x"], "capture.heads[0]", "--map-of"),
            (["trace", "x"], "capture.raw_rows[2]", "--rows"),
            (["tokenize", "--decode", "9"], "ids[0]", "ids[0]"),
            (["generate", "x"], "capture.heads[0]", "capture.heads[0]"),
            (["job", "create", "x.yaml"], "policy", "policy"),
            (["job", "create", "x.yaml"], "data.train", "data.train"),
            ([], "policy", "policy"),
        ])
    func names(_ arguments: [String], _ field: String, _ name: String) {
        #expect(FlagNames(of: arguments).name(of: field) == name)
    }

    @Test("A failure calls its first field and the others below it by their flags")
    func failure() {
        let violations = ["sampling.max_tokens", "sampling.top_p"].map {
            RPCError.FieldViolation(field: $0, description: "\($0) is wrong.")
        }
        let error = RPCError(
            .invalidArgument, "sampling.max_tokens: \(violations[0].description)", details: [.badRequest(violations)])
        let failure = Failure(error, flags: FlagNames(of: ["generate"]))
        #expect(failure.message == "--max-tokens: sampling.max_tokens is wrong.")
        #expect(failure.notes == ["--top-p: sampling.top_p is wrong."])
    }

    @Test("Fields that are wrong in the same words are all named")
    func sameWords() {
        let violations = ["curriculum.pool", "curriculum.attempts"].map {
            RPCError.FieldViolation(field: $0, description: "It does not count.")
        }
        let error = RPCError(
            .invalidArgument, "curriculum.pool: It does not count. (2 fields need attention.)",
            details: [.badRequest(violations)])
        #expect(Failure(error, flags: FlagNames(of: [])).notes == ["curriculum.attempts: It does not count."])
    }
}
