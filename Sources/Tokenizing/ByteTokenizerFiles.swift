public import Foundation
import Templates

/// Writes the files of the smallest useful tokenizer: a token for each byte, one for a blank line, and the markers of
/// a ChatML conversation with reasoning.
///
/// Blank lines get their own token because they end reasoning steps. Any text can be encoded and comes back unchanged.
/// Hugging Face's `tokenizers` and `transformers` load the files unchanged.
public enum ByteTokenizerFiles {
    /// "\n\n"; ids below it are the bytes in order.
    public static let blankLineID: Int32 = 256
    public static let endOfText = "<|endoftext|>"
    public static let turnStart = "<|im_start|>"
    public static let turnEnd = "<|im_end|>"
    public static let thinkStart = "<think>"
    public static let thinkEnd = "</think>"

    /// Markers that decoding can leave out, and ordinary added tokens, in the order of their ids.
    private static let specialTokens = [endOfText, turnStart, turnEnd]
    private static let ordinaryTokens = [thinkStart, thinkEnd]

    /// The number of ids.
    public static let vocabularySize = Int(blankLineID) + 1 + specialTokens.count + ordinaryTokens.count

    /// ChatML: each turn between its markers, the role on the first line.
    public static let chatTemplate =
        "{% for message in messages %}"
        + "{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n' }}"
        + "{% endfor %}"
        + "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}"

    /// The text of tokenizer.json.
    public static func tokenizerJSON() -> String {
        let byteLevel: TemplateValue = [
            "type": "ByteLevel", "add_prefix_space": false, "trim_offsets": false, "use_regex": false,
        ]
        return text([
            "version": "1.0", "truncation": .none, "padding": .none, "added_tokens": addedTokens, "normalizer": .none,
            "pre_tokenizer": byteLevel, "post_processor": .none, "decoder": byteLevel, "model": model,
        ])
    }

    /// The text of tokenizer_config.json.
    ///
    /// - Parameter contextLength: The longest sequence, in tokens, of the model the tokenizer is for.
    public static func configurationJSON(contextLength: Int) -> String {
        text([
            "tokenizer_class": "PreTrainedTokenizerFast", "bos_token": .none, "eos_token": .string(turnEnd),
            "pad_token": .string(endOfText), "unk_token": .none, "model_max_length": .integer(contextLength),
            "clean_up_tokenization_spaces": false, "chat_template": .string(chatTemplate),
        ])
    }

    /// Writes both files into a folder.
    public static func write(to directory: URL, contextLength: Int) throws {
        let files = [
            "tokenizer.json": tokenizerJSON(),
            "tokenizer_config.json": configurationJSON(contextLength: contextLength),
        ]
        for (name, content) in files {
            try Data(content.utf8).write(to: directory.appendingPathComponent(name), options: .atomic)
        }
    }

    private static var model: TemplateValue {
        let newline = ByteLevelAlphabet.encode([UInt8(ascii: "\n")])
        var vocabulary = TemplateObject()
        for byte in UInt8.min...UInt8.max { vocabulary[ByteLevelAlphabet.encode([byte])] = .integer(Int(byte)) }
        vocabulary[newline + newline] = .integer(Int(blankLineID))
        return [
            "type": "BPE", "dropout": .none, "unk_token": .none, "continuing_subword_prefix": .none,
            "end_of_word_suffix": .none, "fuse_unk": false, "byte_fallback": false, "ignore_merges": false,
            "vocab": .object(vocabulary), "merges": [[.string(newline), .string(newline)]],
        ]
    }

    private static var addedTokens: TemplateValue {
        let tokens = specialTokens + ordinaryTokens
        return .array(
            tokens.enumerated().map { index, token in
                [
                    "id": .integer(Int(blankLineID) + 1 + index), "content": .string(token), "single_word": false,
                    "lstrip": false, "rstrip": false, "normalized": false,
                    "special": .bool(specialTokens.contains(token)),
                ]
            })
    }

    private static func text(_ value: TemplateValue) -> String {
        value.json(indent: 2) + "\n"
    }
}
