import Foundation
internal import JSONReading

/// What stands beside the vocabulary: the names of the special tokens and the chat template.
public struct TokenizerConfiguration: Sendable, Equatable {
    public var bosToken: String?
    public var eosToken: String?
    public var padToken: String?
    public var unkToken: String?
    /// The default template's source.
    public var chatTemplate: String?
    /// Whether a plain text is to begin with the bos token, or end with the eos token; nil where the file says nothing.
    ///
    /// transformers 4 follows these in Llama's tokenizers; transformers 5 follows tokenizer.json alone, as `Tokenizer`.
    public var addsBosToken: Bool?
    public var addsEosToken: Bool?

    public init(
        bosToken: String? = nil, eosToken: String? = nil, padToken: String? = nil, unkToken: String? = nil,
        chatTemplate: String? = nil, addsBosToken: Bool? = nil, addsEosToken: Bool? = nil
    ) {
        self.bosToken = bosToken
        self.eosToken = eosToken
        self.padToken = padToken
        self.unkToken = unkToken
        self.chatTemplate = chatTemplate
        self.addsBosToken = addsBosToken
        self.addsEosToken = addsEosToken
    }

    /// Reads the text of a tokenizer_config.json.
    ///
    /// - Parameter file: Its name in error messages.
    public init(json: [UInt8], file: String = "tokenizer_config.json") throws {
        let node = try JSONNode.parse(json, file: file)
        bosToken = try Self.token(node["bos_token"])
        eosToken = try Self.token(node["eos_token"])
        padToken = try Self.token(node["pad_token"])
        unkToken = try Self.token(node["unk_token"])
        chatTemplate = try Self.template(node["chat_template"])
        addsBosToken = try Self.flag(node["add_bos_token"])
        addsEosToken = try Self.flag(node["add_eos_token"])
    }

    /// Reads tokenizer_config.json and chat_template.jinja, each where present; the latter's template wins.
    init(directory: URL) throws {
        let config = directory.appendingPathComponent("tokenizer_config.json")
        if FileManager.default.fileExists(atPath: config.path) {
            try self.init(json: try TokenizerFile.read(config), file: config.path)
        } else {
            self.init()
        }
        let template = directory.appendingPathComponent("chat_template.jinja")
        if FileManager.default.fileExists(atPath: template.path) {
            guard let source = String(validating: try TokenizerFile.read(template), as: UTF8.self) else {
                throw TokenizerError(code: .malformed, file: template.path, message: "the file is not valid UTF-8.")
            }
            chatTemplate = source
        }
    }

    /// A token's name, alone or as the content of an object.
    private static func token(_ node: JSONNode) throws -> String? {
        if node.isNull { return nil }
        if case .object = node.value { return try node["content"].string() }
        return try node.string()
    }

    private static func flag(_ node: JSONNode) throws -> Bool? {
        node.isNull ? nil : try node.bool()
    }

    /// One template, or a list of named ones, of which "default" is taken.
    private static func template(_ node: JSONNode) throws -> String? {
        if node.isNull { return nil }
        guard case .array = node.value else {
            let source = try node.string()
            return source.isEmpty ? nil : source
        }
        for entry in try node.elements() where try entry["name"].string() == "default" {
            return try entry["template"].string()
        }
        return nil
    }
}

enum TokenizerFile {
    static func read(_ url: URL) throws -> [UInt8] {
        do {
            return Array(try Data(contentsOf: url))
        } catch {
            throw TokenizerError(
                code: .unreadable, file: url.path, message: "cannot be read: \(error.localizedDescription)")
        }
    }
}
