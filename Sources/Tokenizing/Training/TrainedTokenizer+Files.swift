import Templates

extension TrainedTokenizer {
    /// The text of tokenizer.json.
    public func tokenizerJSON() -> String {
        text([
            "version": "1.0", "truncation": .none, "padding": .none, "added_tokens": addedTokens, "normalizer": .none,
            "pre_tokenizer": preTokenizer, "post_processor": .none,
            "decoder": Self.byteLevel, "model": model,
        ])
    }

    /// The text of tokenizer_config.json.
    ///
    /// - Parameter contextLength: The longest sequence, in tokens, of the model it is for; nil leaves it open.
    public func configurationJSON(contextLength: Int? = nil) -> String {
        var fields: TemplateObject = [:]
        fields["tokenizer_class"] = "PreTrainedTokenizerFast"
        fields["bos_token"] = TemplateValue.none
        fields["eos_token"] = .string(Self.endOfSequence)
        fields["pad_token"] = .string(Self.padding)
        fields["unk_token"] = TemplateValue.none
        if let contextLength { fields["model_max_length"] = .integer(contextLength) }
        fields["clean_up_tokenization_spaces"] = false
        fields["chat_template"] = .string(Self.chatTemplate)
        return text(.object(fields))
    }

    /// `ignore_merges`: a piece that is a token becomes that token, which is how forced tokens are produced.
    private var model: TemplateValue {
        let names = trainer.tokens.map(ByteLevelAlphabet.encode)
        var vocabulary = TemplateObject()
        for (id, name) in names.enumerated() { vocabulary[name] = .integer(id) }
        let merges = trainer.merges.map { TemplateValue.array([.string(names[$0.left]), .string(names[$0.right])]) }
        return [
            "type": "BPE", "dropout": .none, "unk_token": .none, "continuing_subword_prefix": .none,
            "end_of_word_suffix": .none, "fuse_unk": false, "byte_fallback": false, "ignore_merges": true,
            "vocab": .object(vocabulary), "merges": .array(merges),
        ]
    }

    private var addedTokens: TemplateValue {
        .array(
            [Self.endOfSequence, Self.padding].enumerated().map { index, token in
                [
                    "id": .integer(trainer.tokens.count + index), "content": .string(token), "single_word": false,
                    "lstrip": false, "rstrip": false, "normalized": false, "special": true,
                ]
            })
    }

    private func text(_ value: TemplateValue) -> String {
        value.json(indent: 2) + "\n"
    }
}
