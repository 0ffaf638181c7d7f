public import Foundation

/// The tokenizer files of a small vocabulary in SentencePiece style: a text that begins gets the mark of a space, and
/// `<s>` before it.
///
/// Ids: 0 <unk>, 1 <s>, 2 </s>, 3 <|user|>, 4 <|assistant|>, 5 <|end|>, then characters and a few words.
public enum SentencePieceFiles: String, CaseIterable, Sendable {
    /// A normalizer puts the mark there, as in Llama 2.
    case prepend
    /// The pre-tokenizer does, at the beginning of a text.
    case first
    /// The pre-tokenizer does, also behind special tokens.
    case always

    private static let special = ["<unk>", "<s>", "</s>", "<|user|>", "<|assistant|>", "<|end|>"]
    private static let characters = ["▁"] + "abcdehilmnoprstuwg,.<>|/_".map { String($0) }
    private static let merges = [
        ["h", "e"], ["l", "l"], ["he", "ll"], ["hell", "o"], ["▁", "hello"], ["▁", "t"], ["▁t", "he"], ["▁", "w"],
        ["o", "n"], ["on", "c"], ["onc", "e"], ["▁", "once"],
    ]

    public static let template = """
        {{ bos_token }}{% for m in messages %}<|{{ m.role }}|>{{ m.content }}<|end|>{% endfor %}\
        {% if add_generation_prompt %}<|assistant|>{% endif %}
        """

    /// tokenizer.json and tokenizer_config.json.
    ///
    /// - Parameter configuration: Fields of the latter, beside the names of tokens and the template.
    public func files(configuration: [String: String] = [:]) throws -> [String: Data] {
        let fields = ["bos_token": "\"<s>\"", "eos_token": "\"</s>\"", "chat_template": try Self.json(Self.template)]
        let members = fields.merging(configuration) { $1 }.map { "\"\($0)\": \($1)" }
        return [
            "tokenizer.json": Data(try tokenizerJSON.utf8),
            "tokenizer_config.json": Data("{\(members.joined(separator: ", "))}".utf8),
        ]
    }

    private var tokenizerJSON: String {
        get throws {
            let words = Self.special + Self.characters + Self.merges.map { $0.joined() }
            let vocabulary = try words.enumerated().map { "\(try Self.json($1)): \($0)" }.joined(separator: ", ")
            let merges = try Self.merges.map { "[\(try Self.json($0[0])), \(try Self.json($0[1]))]" }
            let added = try Self.special.enumerated().map { id, text in
                "{\"id\": \(id), \"content\": \(try Self.json(text)), \"special\": true, \"normalized\": false}"
            }
            return """
                {"added_tokens": [\(added.joined(separator: ", "))], \(parts),
                "post_processor": {"type": "TemplateProcessing",
                  "single": [{"SpecialToken": {"id": "<s>"}}, {"Sequence": {"id": "A"}}],
                  "special_tokens": {"<s>": {"ids": [1]}}},
                "model": {"type": "BPE", "unk_token": "<unk>", "fuse_unk": true, "vocab": {\(vocabulary)},
                  "merges": [\(merges.joined(separator: ", "))]}}
                """
        }
    }

    private var parts: String {
        let metaspace = #"{"type": "Metaspace", "replacement": "▁", "prepend_scheme": "\#(rawValue)", "split": true}"#
        return switch self {
        case .prepend:
            """
            "normalizer": {"type": "Sequence", "normalizers": [{"type": "Prepend", "prepend": "▁"},
              {"type": "Replace", "pattern": {"String": " "}, "content": "▁"}]},
            "decoder": {"type": "Sequence", "decoders": [{"type": "Replace", "pattern": {"String": "▁"}, "content": " "},
              {"type": "Fuse"}, {"type": "Strip", "content": " ", "start": 1, "stop": 0}]}
            """
        case .first, .always: "\"pre_tokenizer\": \(metaspace), \"decoder\": \(metaspace)"
        }
    }

    private static func json(_ text: String) throws -> String {
        String(decoding: try JSONEncoder().encode(text), as: UTF8.self)
    }
}
