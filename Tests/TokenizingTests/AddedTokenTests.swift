import Testing

@testable import Tokenizing

/// Expected values are what the reference implementation gives.
@Suite("Added tokens")
struct AddedTokenTests {
    private func tokenizer(
        _ vocabulary: String, _ added: [String], normalizer: String = "null"
    ) throws -> Tokenizer {
        let tokens = added.map { token in
            "{\"id\": 0, " + (token.contains("normalized") ? "" : "\"normalized\": false, ") + token + "}"
        }.joined(separator: ", ")
        let json = """
            {"added_tokens": [\(tokens)], "normalizer": \(normalizer), "decoder": {"type": "Fuse"},
             "model": {"type": "BPE", "vocab": \(vocabulary), "merges": []}}
            """
        return try Tokenizer(json: Array(json.utf8))
    }

    @Test("New ones are numbered from the number of the model's tokens, also where the model's ids have gaps")
    func numbers() throws {
        let tokenizer = try tokenizer(
            #"{"a": 0, "b": 9}"#,
            [#""content": "b""#, #""content": "X""#, #""content": "Y""#, #""content": "X", "rstrip": true"#])
        #expect(["b", "X", "Y"].map { tokenizer.id(of: $0) } == [9, 2, 3])
        #expect(tokenizer.encode("aXYb") == [0, 2, 3, 9])
    }

    @Test("An id that is taken twice names the token that was added last")
    func sharedIDs() throws {
        let vocabulary = #"{"a": 0, "b": 3, " ": 1}"#
        let gap = try tokenizer(vocabulary, [#""content": "X""#])
        #expect(gap.encode("aXb") == [0, 3, 3])
        #expect(gap.decode([3]) == "X")
        let taken = try tokenizer(vocabulary, [#""content": "X""#, #""content": "b", "special": true"#])
        #expect(taken.encode("aXb") == [0, 3])
        #expect(taken.decode([3]) == "b" && taken.isSpecial(3))
    }

    @Test(
        "A token of white space that the one before has taken is none; one that takes none to its left stays",
        arguments: [
            ("X  a", [2, 0], [2, 3, 0]), ("X a", [2, 0], [2, 0]), ("a  a", [0, 3, 0], [0, 3, 0]),
            ("a   a", [0, 3, 1, 0], [0, 3, 1, 0]), ("X  |", [2, 4], [2, 3, 4]), ("|  |", [4, 4], [4, 3, 4]),
        ] as [(String, [Int32], [Int32])])
    func whiteSpace(text: String, left: [Int32], plain: [Int32]) throws {
        let others = [#""content": "X", "rstrip": true"#, #""content": "|", "lstrip": true, "rstrip": true"#]
        let vocabulary = #"{"a": 0, " ": 1}"#
        for (flag, expected) in [("true", left), ("false", plain)] {
            let space = "\"content\": \"  \", \"lstrip\": \(flag)"
            let tokenizer = try tokenizer(vocabulary, [others[0], space, others[1]])
            #expect(tokenizer.encode(text) == expected, "lstrip \(flag)")
        }
    }

    @Test("White space that was taken already, token by token, stops no program")
    func takenWhiteSpace() throws {
        // The reference implementation panics.
        let tokenizer = try tokenizer(
            #"{"a": 0, " ": 1}"#, [#""content": "X", "rstrip": true"#, #""content": "  ", "lstrip": true"#])
        #expect(tokenizer.encode("X   a") == [2, 0])
    }

    @Test("A token listed as normalized and once more as not is found as it is and written normalized")
    func listedTwice() throws {
        let tokenizer = try tokenizer(
            #"{"a": 0, "É": 1}"#, [#""normalized": true, "content": "É""#, #""content": "É", "lstrip": true"#],
            normalizer: #"{"type": "Lowercase"}"#)
        #expect(tokenizer.encode("É") == [1])
        #expect(tokenizer.encode("é") == [])
        #expect(tokenizer.decode([1]) == "é")
    }
}
