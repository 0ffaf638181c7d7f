import TestSupport
import Testing

@testable import Templates

/// Inputs that fuzzing found worth keeping.
///
/// Each must give a result or an error; a crash fails the whole run.
@Suite("Fuzzing templates")
struct FuzzReplayTests {
    @Test("Every kept template renders or is refused")
    func templates() throws {
        let inputs = try Fixtures.fuzzInputs("template")
        #expect(!inputs.isEmpty)
        for input in inputs {
            do {
                let template = try ChatTemplate(String(decoding: input, as: UTF8.self))
                _ = try template.render(
                    messages: [.message(role: "user", content: "Hi")], addGenerationPrompt: true)
            } catch {
                #expect(error is TemplateError)
            }
        }
    }
}
