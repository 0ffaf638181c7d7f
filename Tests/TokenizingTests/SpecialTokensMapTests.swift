import Foundation
import TestSupport
import Testing

@testable import Tokenizing

@Suite("special_tokens_map.json")
struct SpecialTokensMapTests {
    private let map = #"{"bos_token": {"content": "<b>", "lstrip": false}, "eos_token": "<e>", "mask_token": 1}"#

    @Test(
        "has the last word on the tokens it names, unless tokenizer_config.json lists its added tokens",
        arguments: [
            (nil, "<b>", "<e>", nil), ("{}", "<b>", "<e>", nil),
            (#"{"bos_token": "<x>", "pad_token": "<p>"}"#, "<b>", "<e>", "<p>"),
            (#"{"bos_token": "<x>", "added_tokens_decoder": {}}"#, "<x>", nil, nil),
            (#"{"added_tokens_decoder": {"3": {"content": "<b>"}}}"#, nil, nil, nil),
        ] as [(String?, String?, String?, String?)])
    func precedence(_ config: String?, _ bos: String?, _ eos: String?, _ pad: String?) async throws {
        try await Fixtures.withTemporaryFolder { folder in
            try Data(map.utf8).write(to: folder.appendingPathComponent("special_tokens_map.json"))
            if let config {
                try Data(config.utf8).write(to: folder.appendingPathComponent("tokenizer_config.json"))
            }
            let configuration = try TokenizerConfiguration(directory: folder)
            #expect((configuration.bosToken, configuration.eosToken) == (bos, eos))
            #expect(configuration.padToken == pad)
        }
    }

    @Test("a null there takes a token away, and a damaged map matters only where it is asked")
    func edges() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let file = folder.appendingPathComponent("special_tokens_map.json")
            let config = folder.appendingPathComponent("tokenizer_config.json")
            try Data(#"{"eos_token": null}"#.utf8).write(to: file)
            try Data(#"{"eos_token": "<e>", "model_max_length": Infinity, "x": NaN}"#.utf8).write(to: config)
            #expect(try TokenizerConfiguration(directory: folder).eosToken == nil)
            try Data("{".utf8).write(to: file)
            #expect(throws: TokenizerError.self) { try TokenizerConfiguration(directory: folder) }
            try Data(#"{"eos_token": "<e>", "added_tokens_decoder": {}}"#.utf8).write(to: config)
            #expect(try TokenizerConfiguration(directory: folder).eosToken == "<e>")
        }
    }
}
