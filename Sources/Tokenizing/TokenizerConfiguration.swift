internal import Basics
import Foundation
internal import JSONCoding

/// What comes with the vocabulary: the names of the special tokens and the chat template.
public struct TokenizerConfiguration: Sendable, Equatable {
    public var bosToken: String?
    public var eosToken: String?
    public var padToken: String?
    public var unkToken: String?
    /// Whether a text gets the beginning token even if tokenizer.json does not say so (`add_bos_token`).
    public var addsBeginning = false
    /// The default template's source.
    public var chatTemplate: String?

    public init(
        bosToken: String? = nil, eosToken: String? = nil, padToken: String? = nil, unkToken: String? = nil,
        chatTemplate: String? = nil
    ) {
        self.bosToken = bosToken
        self.eosToken = eosToken
        self.padToken = padToken
        self.unkToken = unkToken
        self.chatTemplate = chatTemplate
    }

    /// Reads the text of a tokenizer_config.json.
    ///
    /// - Parameter file: Its name in error messages.
    public init(json: [UInt8], file: String = "tokenizer_config.json") throws {
        try self.init(JSONNode.parse(json, file: file, dialect: .python))
    }

    private init(_ node: JSONNode) throws {
        bosToken = try Self.token(node["bos_token"])
        eosToken = try Self.token(node["eos_token"])
        padToken = try Self.token(node["pad_token"])
        unkToken = try Self.token(node["unk_token"])
        if case .bool(true) = try node["add_bos_token"].value { addsBeginning = true }
        chatTemplate = try Self.template(node["chat_template"])
    }

    /// Reads tokenizer_config.json, special_tokens_map.json and chat_template.jinja, each if present; the latter's
    /// template wins.
    ///
    /// As in transformers, the map is for folders whose tokenizer_config.json does not yet list its added tokens
    /// (`added_tokens_decoder`); there it takes precedence for each token it names.
    init(directory: URL) throws {
        let config = try Self.node("tokenizer_config.json", in: directory)
        if let config { try self.init(config) } else { self.init() }
        if try config?["added_tokens_decoder"].isNull ?? true,
            let map = try Self.node("special_tokens_map.json", in: directory)
        {
            try take(map)
        }
        let template = directory.appendingPathComponent("chat_template.jinja")
        if FileManager.default.fileExists(atPath: template.path) {
            guard let source = String(validating: try TokenizerFile.read(template), as: UTF8.self) else {
                throw TokenizerError(code: .malformed, file: template.path, message: "the file is not valid UTF-8.")
            }
            chatTemplate = source
        }
    }

    private static func node(_ name: String, in directory: URL) throws -> JSONNode? {
        let file = directory.appendingPathComponent(name)
        guard FileManager.default.fileExists(atPath: file.path) else { return nil }
        return try JSONNode.parse(TokenizerFile.read(file), file: file.path, dialect: .python)
    }

    /// Applies the tokens that special_tokens_map.json names.
    private mutating func take(_ map: JSONNode) throws {
        for member in try map.members() {
            switch member.key {
            case "bos_token": bosToken = try Self.token(map["bos_token"])
            case "eos_token": eosToken = try Self.token(map["eos_token"])
            case "pad_token": padToken = try Self.token(map["pad_token"])
            case "unk_token": unkToken = try Self.token(map["unk_token"])
            default: continue
            }
        }
    }

    /// A token's name, alone or as the content of an object.
    private static func token(_ node: JSONNode) throws -> String? {
        if node.isNull { return nil }
        if case .object = node.value { return try node["content"].string() }
        return try node.string()
    }

    /// One template, or "default" from a list of named ones.
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
    /// Larger than any of its files: those of vocabularies of 256,000 tokens have some 40 MB.
    private static let mostBytes = 256 << 20

    static func read(_ url: URL) throws -> [UInt8] {
        let bytes: Data
        do throws(RegularFile.Problem) {
            bytes = try RegularFile.contents(of: url.path, atMost: mostBytes)
        } catch {
            throw TokenizerError(
                code: .unreadable, file: url.path, message: "cannot be used. \(error)\(remedy(url, error))")
        }
        guard !bytes.starts(with: "version https://git-lfs.github.com/spec/".utf8) else {
            throw TokenizerError(
                code: .malformed, file: url.path,
                message: "a pointer of Git LFS, not the file itself. Run `git lfs pull` in its repository.")
        }
        return Array(bytes)
    }

    /// How to get a tokenizer.json that is missing.
    private static func remedy(_ url: URL, _ problem: RegularFile.Problem) -> String {
        guard problem == .system(ENOENT), url.lastPathComponent == "tokenizer.json" else { return "" }
        let model = url.deletingLastPathComponent().appendingPathComponent("tokenizer.model").path
        return FileManager.default.fileExists(atPath: model)
            ? " tokenizer.model is not read: save the tokenizer with transformers, `AutoTokenizer.from_pretrained(DIR)"
                + ".save_pretrained(DIR)`, which writes it."
            : " Download it with the model, or copy it from the model that this one was made from."
    }
}
