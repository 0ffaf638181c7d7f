import TestSupport
import Testing

@testable import Tokenizing

/// Inputs that fuzzing found worth keeping.
///
/// Each must give a result or an error; a crash fails the whole run.
@Suite("Fuzzing inputs")
struct FuzzReplayTests {
    @Test("Every kept tokenizer.json loads or is refused, and works when it loads")
    func tokenizers() throws {
        let inputs = try Fixtures.fuzzInputs("tokenizer")
        #expect(!inputs.isEmpty)
        for input in inputs {
            guard let tokenizer = try? Tokenizer(json: input) else { continue }
            let ids = tokenizer.encode("Hello <s> wörld\n\n12 日本")
            var detokenizer = tokenizer.makeDetokenizer()
            let pieces = ids.map { detokenizer.append($0) }.joined() + detokenizer.finish()
            expectSame(pieces, tokenizer.decode(ids))
        }
    }
}
