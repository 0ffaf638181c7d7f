/// The metadata of a GGUF file: values by name, read with the type that their reader needs.
///
/// A reading method returns nil if the key is absent.
///
/// - Throws: `PolicyError` naming the file, the key and what was found.
struct GGUFMetadata: Sendable {
    let file: String
    private let values: [String: GGUFValue]

    init(_ values: [String: GGUFValue] = [:], file: String) {
        self.values = values
        self.file = file
    }

    /// In alphabetical order.
    var keys: [String] { values.keys.sorted() }

    subscript(_ key: String) -> GGUFValue? { values[key] }

    func text(_ key: String) throws -> String? {
        guard let value = values[key] else { return nil }
        guard case .text(let text) = value else { throw wrongType(key, value, "a text") }
        return text
    }

    func flag(_ key: String) throws -> Bool? {
        guard let value = values[key] else { return nil }
        guard case .bool(let flag) = value else { throw wrongType(key, value, "true or false") }
        return flag
    }

    /// A whole number of at least 0.
    func count(_ key: String) throws -> Int? {
        guard let value = values[key] else { return nil }
        guard case .integer(let number) = value, number >= 0 else {
            throw wrongType(key, value, "a whole number from 0 to \(Int.max)")
        }
        return number
    }

    /// A whole number for all layers: one, or a list in which all are alike.
    func countOfLayers(_ key: String) throws -> Int? {
        guard case .integers(let numbers)? = values[key] else { return try count(key) }
        guard let first = numbers.first, first >= 0, numbers.allSatisfy({ $0 == first }) else {
            throw GGUFFailure.unsupported(
                file, "metadata key '\(key)' differs from layer to layer, which is not computed. Use another model.")
        }
        return first
    }

    /// A number in the form that a model's JSON files have.
    func number(_ key: String) throws -> JSONValue? {
        switch values[key] {
        case nil: return nil
        case .integer(let number): return .integer(number)
        // Through its text, to get the few digits that were meant.
        case .single(let number) where number.isFinite: return .number(Double("\(number)") ?? Double(number))
        case .double(let number) where number.isFinite: return .number(number)
        case .some(let value): throw wrongType(key, value, "a finite number")
        }
    }

    func double(_ key: String) throws -> Double? {
        switch try number(key) {
        case .integer(let number): Double(number)
        case .number(let number): number
        default: nil
        }
    }

    func texts(_ key: String) throws -> [String]? {
        guard let value = values[key] else { return nil }
        guard case .texts(let texts) = value else { throw wrongType(key, value, "a list of texts") }
        return texts
    }

    func integers(_ key: String) throws -> [Int]? {
        guard let value = values[key] else { return nil }
        guard case .integers(let numbers) = value else { throw wrongType(key, value, "a list of whole numbers") }
        return numbers
    }

    func numbers(_ key: String) throws -> [Double]? {
        guard let value = values[key] else { return nil }
        guard case .numbers(let numbers) = value else { throw wrongType(key, value, "a list of numbers") }
        return numbers
    }

    /// A value that has to be there.
    func required<Value>(_ key: String, _ read: (String) throws -> Value?) throws -> Value {
        guard let value = try read(key) else {
            throw GGUFFailure.invalid(file, "metadata key '\(key)' is missing.")
        }
        return value
    }

    private func wrongType(_ key: String, _ value: GGUFValue, _ needed: String) -> PolicyError {
        let found =
            switch value {
            case .integer(let number): "\(number)"
            case .unsigned(let number): "\(number)"
            case .single(let number): "\(number)"
            case .double(let number): "\(number)"
            default: value.kind
            }
        return GGUFFailure.invalid(file, "metadata key '\(key)' is \(found); it should be \(needed).")
    }
}
