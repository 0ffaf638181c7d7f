/// An error thrown by readers of documents when a value is not as required.
package protocol JSONCursorError: Error {
    /// - Parameters:
    ///   - document: The file or other document that the cursor started in.
    ///   - path: The value's path, for example `model.vocab`; empty for the whole document.
    ///   - message: What is wrong with it: "must be an object, it is a string."
    init(document: String, path: String, _ message: String)
}

/// A value in a JSON document together with its path, so that a wrong type is reported as "model.vocab must be an
/// object, it is a string".
package struct JSONCursor<Failure: JSONCursorError>: Sendable {
    package let value: JSONValue
    package let path: String
    package let document: String

    package init(_ value: JSONValue, path: String = "", document: String = "") {
        self.value = value
        self.path = path
        self.document = document
    }

    package var isNull: Bool { value.isNull }

    /// The member with this name, or the last of several; nil if absent or null.
    ///
    /// - Throws: An error if this is not an object.
    package func member(_ key: String) throws(Failure) -> JSONCursor? {
        guard let found = try members().last(where: { $0.key.utf8.elementsEqual(key.utf8) })?.value, !found.isNull
        else { return nil }
        return child(found, key)
    }

    /// The member with this name, which must be present.
    ///
    /// - Parameter remedy: What to do if it is missing.
    package func required(_ key: String, _ remedy: String) throws(Failure) -> JSONCursor {
        guard let field = try member(key) else { throw child(.null, key).failure("is missing. \(remedy)") }
        return field
    }

    /// A member of this object.
    package func child(_ value: JSONValue, _ key: String) -> JSONCursor {
        JSONCursor(value, path: path.isEmpty ? key : "\(path).\(key)", document: document)
    }

    package func members() throws(Failure) -> [JSONMember] {
        guard case .object(let members) = value else { throw wrongType("an object") }
        return members
    }

    package func elements() throws(Failure) -> [JSONCursor] {
        guard case .array(let elements) = value else { throw wrongType("an array") }
        return elements.enumerated().map { element($1, $0) }
    }

    /// An element of this array.
    package func element(_ value: JSONValue, _ index: Int) -> JSONCursor {
        JSONCursor(value, path: "\(path)[\(index)]", document: document)
    }

    package func string() throws(Failure) -> String {
        guard case .string(let text) = value else { throw wrongType("a string") }
        return text
    }

    package func integer() throws(Failure) -> Int {
        guard case .integer(let number) = value else { throw wrongType("a whole number") }
        return number
    }

    package func number() throws(Failure) -> Double {
        switch value {
        case .integer(let number): return Double(number)
        case .unsigned(let number): return Double(number)
        case .number(let number): return number
        default: throw wrongType("a number")
        }
    }

    package func bool() throws(Failure) -> Bool {
        guard case .bool(let flag) = value else { throw wrongType("true or false") }
        return flag
    }

    package func bool(default fallback: Bool) throws(Failure) -> Bool { isNull ? fallback : try bool() }

    package func wrongType(_ expected: String) -> Failure { failure("must be \(expected), it is \(value.kind).") }

    package func failure(_ message: String) -> Failure { Failure(document: document, path: path, message) }
}
