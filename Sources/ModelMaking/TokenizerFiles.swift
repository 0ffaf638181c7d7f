internal import Foundation
import ModelFiles

/// What a new policy needs to know about its tokenizer files.
struct TokenizerFiles {
    /// One more than the largest token id; 0 without tokenizer.json.
    let idLimit: Int
    let beginningOfSequence: Int32?
    let endOfSequence: Int32?

    init(_ files: [String: Data]) throws {
        let ids = try files["tokenizer.json"].map { try Self.ids($0) } ?? [:]
        func fields(_ name: String) throws -> [String: JSONValue] {
            try files[name].map { try JSONValue.parseObject($0, file: name) } ?? [:]
        }
        var special = try fields("tokenizer_config.json")
        // Older folders name their special tokens in a separate file, which then takes precedence.
        if special["added_tokens_decoder"] == nil {
            special.merge(try fields("special_tokens_map.json")) { $1 }
        }
        idLimit = min(ids.values.max() ?? -1, Int.max - 1) + 1
        beginningOfSequence = try Self.token("bos_token", special, ids)
        endOfSequence = try Self.token("eos_token", special, ids)
    }

    /// Ids of the vocabulary and of the added tokens, by text.
    private static func ids(_ data: Data) throws -> [String: Int] {
        let fields = try JSONValue.parseObject(data, file: "tokenizer.json")
        guard case .object(let model) = fields["model"], case .object(let vocabulary) = model["vocab"] else {
            throw PolicyError(.malformed, "tokenizer.json has no model.vocab. Give a BPE tokenizer's file.")
        }
        var ids = vocabulary.compactMapValues { if case .integer(let id) = $0 { id } else { nil } }
        guard case .array(let added) = fields["added_tokens"] else { return ids }
        for case .object(let token) in added {
            if case .string(let text) = token["content"], case .integer(let id) = token["id"] { ids[text] = id }
        }
        return ids
    }

    /// The id of a token named in tokenizer_config.json, as text or as an object.
    private static func token(
        _ name: String, _ fields: [String: JSONValue], _ ids: [String: Int]
    ) throws -> Int32? {
        var value = fields[name]
        if case .object(let token) = value { value = token["content"] }
        guard case .string(let text) = value else { return nil }
        guard let id = ids[text].flatMap(Int32.init(exactly:)) else {
            throw PolicyError(
                .invalid,
                "tokenizer_config.json: \(name) is \"\(text)\", which tokenizer.json does not have. "
                    + "Add the token there, or name another.")
        }
        return id
    }
}
