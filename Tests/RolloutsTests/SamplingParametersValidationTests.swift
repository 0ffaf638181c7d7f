import Rollouts
import Sampling
import Testing

@Suite("Validation of sampling parameters")
struct SamplingParametersValidationTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let field: String
        let change: @Sendable (inout SamplingParameters) -> Void
        var testDescription: String { field }
    }

    private static let wrong: [Case] = [
        Case(field: "temperature") { $0.temperature = .nan },
        Case(field: "temperature") { $0.temperature = -0.1 },
        Case(field: "temperature") { $0.temperature = .infinity },
        Case(field: "topP") { $0.topP = 0 },
        Case(field: "topP") { $0.topP = 1.01 },
        Case(field: "topP") { $0.topP = .nan },
        Case(field: "topK") { $0.topK = -1 },
        Case(field: "minP") { $0.minP = 1.5 },
        Case(field: "minP") { $0.minP = .nan },
        Case(field: "repetitionPenalty") { $0.repetitionPenalty = 0 },
        Case(field: "repetitionPenalty") { $0.repetitionPenalty = .nan },
        Case(field: "maxTokens") { $0.maxTokens = -1 },
        Case(field: "minTokens") { $0.minTokens = -1 },
        Case(field: "minTokens") { ($0.minTokens, $0.maxTokens) = (9, 8) },
        Case(field: "logitBias") { $0.logitBias = [1: .nan] },
        Case(field: "logitBias") { $0.logitBias = [1: .infinity] },
        Case(field: "stopTexts") { $0.stopTexts = ["end", ""] },
    ]

    @Test("A field that makes no sense is named", arguments: wrong)
    func wrongField(example: Case) throws {
        var parameters = SamplingParameters()
        example.change(&parameters)
        let error = #expect(throws: EngineError.self) { try parameters.validate(vocabulary: 10) }
        guard case .invalidParameter(let field, let reason) = error else {
            Issue.record("expected an invalid parameter, got \(String(describing: error))")
            return
        }
        #expect(field == example.field && !reason.isEmpty)
    }

    @Test("Tokens outside the vocabulary are named")
    func tokens() {
        var parameters = SamplingParameters()
        parameters.stopTokens = [10]
        #expect(throws: EngineError.tokenOutOfRange(id: 10, vocabulary: 10)) { try parameters.validate(vocabulary: 10) }
        parameters.stopTokens = []
        parameters.logitBias = [-1: 0]
        #expect(throws: EngineError.tokenOutOfRange(id: -1, vocabulary: 10)) { try parameters.validate(vocabulary: 10) }
    }

    @Test("Defaults and values at the edges are taken")
    func right() throws {
        var parameters = SamplingParameters()
        try parameters.validate(vocabulary: 10)
        parameters.temperature = 0
        (parameters.minP, parameters.topK, parameters.maxTokens) = (1, 1_000, 0)
        (parameters.logitBias, parameters.stopTokens, parameters.stopTexts) = ([9: -.infinity], [0], ["\n"])
        try parameters.validate(vocabulary: 10)
    }
}
