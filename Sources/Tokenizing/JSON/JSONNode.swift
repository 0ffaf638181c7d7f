internal import JSONCoding

/// A value in a tokenizer's files.
typealias JSONNode = JSONCursor<TokenizerError>

extension TokenizerError: JSONCursorError {
    package init(document: String, path: String, _ message: String) {
        self.init(code: .malformed, file: document, message: "\(Self.place(path)) \(message)")
    }

    fileprivate static func place(_ path: String) -> String { path.isEmpty ? "the document" : path }
}

extension JSONCursor<TokenizerError> {
    static func parse(
        _ bytes: [UInt8], file: String, dialect: JSONReader.Dialect = .standard
    ) throws -> JSONNode {
        do {
            return JSONNode(try JSONReader.parse(bytes, dialect: dialect), document: file)
        } catch {
            throw TokenizerError(
                code: .malformed, file: file,
                message: "not valid JSON at line \(error.line), byte \(error.offset): \(error.reason).")
        }
    }

    /// The member of that name; a null node if it is absent.
    ///
    /// - Throws: If this is not an object.
    subscript(_ key: String) -> JSONNode {
        get throws { try member(key) ?? child(.null, key) }
    }

    // MARK: Errors

    func malformed(_ message: String) -> TokenizerError { failure(message) }

    func inconsistent(_ message: String) -> TokenizerError {
        TokenizerError(code: .inconsistent, file: document, message: "\(TokenizerError.place(path)): \(message)")
    }

    func unsupported(_ construct: String, remedy: String) -> TokenizerError {
        TokenizerError(
            code: .unsupported, file: document,
            message: "\(TokenizerError.place(path)): \(construct) is not supported. \(remedy)")
    }
}
