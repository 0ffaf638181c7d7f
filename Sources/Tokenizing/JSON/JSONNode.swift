internal import JSONCoding

/// A value in a JSON document together with its place, so that a wrong type is reported as "model.vocab must be an
/// object, it is a string".
struct JSONNode {
    let value: JSONValue
    let path: String
    let file: String

    static func parse(
        _ bytes: [UInt8], file: String, dialect: JSONReader.Dialect = .standard
    ) throws -> JSONNode {
        do {
            return JSONNode(value: try JSONReader.parse(bytes, dialect: dialect), path: "", file: file)
        } catch {
            throw TokenizerError(
                code: .malformed, file: file,
                message: "not valid JSON at line \(error.line), byte \(error.offset): \(error.reason).")
        }
    }

    var isNull: Bool { value.isNull }

    /// The member of that name; a null node where it is absent.
    ///
    /// Throws when this is not an object.
    subscript(_ key: String) -> JSONNode {
        get throws {
            let found = try members().last { $0.key.utf8.elementsEqual(key.utf8) }?.value
            return child(found ?? .null, "\(path.isEmpty ? "" : path + ".")\(key)")
        }
    }

    func members() throws -> [JSONMember] {
        guard case .object(let members) = value else { throw wrongType("an object") }
        return members
    }

    func elements() throws -> [JSONNode] {
        guard case .array(let elements) = value else { throw wrongType("an array") }
        return elements.enumerated().map { child($1, "\(path)[\($0)]") }
    }

    func string() throws -> String {
        guard case .string(let text) = value else { throw wrongType("a string") }
        return text
    }

    func integer() throws -> Int {
        guard case .integer(let number) = value else { throw wrongType("a whole number") }
        return number
    }

    func number() throws -> Double {
        switch value {
        case .integer(let number): return Double(number)
        case .unsigned(let number): return Double(number)
        case .number(let number): return number
        default: throw wrongType("a number")
        }
    }

    func bool() throws -> Bool {
        guard case .bool(let flag) = value else { throw wrongType("true or false") }
        return flag
    }

    func bool(default fallback: Bool) throws -> Bool {
        isNull ? fallback : try bool()
    }

    func child(_ value: JSONValue, _ path: String) -> JSONNode {
        JSONNode(value: value, path: path, file: file)
    }

    // MARK: Errors

    func wrongType(_ expected: String) -> TokenizerError {
        malformed("must be \(expected), it is \(value.kind).")
    }

    func malformed(_ message: String) -> TokenizerError {
        TokenizerError(code: .malformed, file: file, message: "\(place) \(message)")
    }

    func inconsistent(_ message: String) -> TokenizerError {
        TokenizerError(code: .inconsistent, file: file, message: "\(place): \(message)")
    }

    func unsupported(_ construct: String, remedy: String) -> TokenizerError {
        TokenizerError(code: .unsupported, file: file, message: "\(place): \(construct) is not supported. \(remedy)")
    }

    private var place: String { path.isEmpty ? "the document" : path }
}
