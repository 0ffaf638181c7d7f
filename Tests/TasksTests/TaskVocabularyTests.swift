import Testing
import Tokenizing

@testable import Tasks

@Suite("Tokens of the built-in tasks")
struct TaskVocabularyTests {
    @Test(
        "Every number, name, mark and blank line of a task's examples is one token",
        arguments: TaskSetting.named.map(\.name))
    func wholeTokens(text: String) throws {
        let mixture = try TaskMixture(text)
        let trained = try TrainedTokenizer(size: 1024, forced: mixture.vocabulary, texts: [])
        let tokenizer = try Tokenizer(json: Array(trained.tokenizerJSON().utf8))
        let vocabulary = Set(mixture.vocabulary)
        for index in 0..<100 {
            let example = try mixture.example(at: index, seed: 2, split: .train).example
            for id in tokenizer.encode(example.prompt + example.response) {
                #expect(vocabulary.contains(tokenizer.decode([id])), "\(tokenizer.decode([id])) in \(example)")
            }
        }
    }

    @Test("A step of a graph ends in the token of the blank line")
    func blankLine() throws {
        let mixture = try TaskMixture("graph-long")
        let trained = try TrainedTokenizer(size: 512, forced: mixture.vocabulary, texts: [])
        let tokenizer = try Tokenizer(json: Array(trained.tokenizerJSON().utf8))
        let pieces = tokenizer.encode("Jg-e;g5-e19=j9\n\nE9=e9\n\n").map { tokenizer.decode([$0]) }
        #expect(
            pieces == ["J", "g", "-", "e", ";", "g", "5", "-", "e", "19", "=", "j", "9", "\n\n"]
                + ["E", "9", "=", "e", "9", "\n\n"])
    }
}
