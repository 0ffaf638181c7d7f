internal import JSONCoding

/// How one type of value is checked and written.
struct FieldCodec<Value: Sendable & Equatable>: Sendable {
    /// For the table of fields, such as `whole number` or `one of a, b`.
    let type: String
    /// For the table of fields, such as `0 to 1`; empty if any value is allowed.
    let range: String
    /// The value, or what is wrong and what to write instead.
    let read: @Sendable (SpecificationValue) -> Result<Value, Refusal>
    /// The value as written; nil for "not set".
    let write: @Sendable (Value) -> SpecificationValue?

    struct Refusal: Error, Equatable {
        let reason: String
        init(_ reason: String) { self.reason = reason }
    }

    private static func mistyped(_ value: SpecificationValue, _ wanted: String) -> Result<Value, Refusal> {
        .failure(Refusal("It is \(value.kind), \(value.excerpt). Write \(wanted)."))
    }
}

extension FieldCodec where Value == Int {
    static func whole(_ range: ClosedRange<Int>) -> Self {
        let text =
            range.upperBound == .max ? "\(range.lowerBound) or more" : "\(range.lowerBound) to \(range.upperBound)"
        return Self(type: "whole number", range: text) { value in
            guard let number = wholeNumber(value) else { return mistyped(value, "a whole number, \(text)") }
            return range.contains(number)
                ? .success(number) : .failure(Refusal("\(number) is out of range. Give \(text)."))
        } write: {
            .whole(Int64($0))
        }
    }

    /// Also accepts `1e4`, which YAML and some JSON writers produce for ten thousand.
    private static func wholeNumber(_ value: SpecificationValue) -> Int? {
        switch value {
        case .whole(let number): Int(number)
        case .number(let number): Int(exactly: number)
        default: nil
        }
    }
}

extension FieldCodec where Value == UInt64 {
    static var seed: Self {
        Self(type: "whole number", range: "0 to 2^64 - 1") { value in
            switch value {
            case .whole(let number) where number >= 0: .success(UInt64(number))
            case .large(let number): .success(number)
            default: mistyped(value, "a whole number, 0 or more")
            }
        } write: {
            $0 <= UInt64(Int64.max) ? .whole(Int64($0)) : .large($0)
        }
    }
}

extension FieldCodec where Value == Double {
    /// - Parameter excludesLowerBound: Whether the lower bound itself is not allowed.
    static func number(_ range: ClosedRange<Double>, excludesLowerBound: Bool = false) -> Self {
        let (low, high) = (shortText(range.lowerBound), shortText(range.upperBound))
        let text =
            switch (excludesLowerBound, range.upperBound.isFinite) {
            case (true, true): "above \(low), up to \(high)"
            case (true, false): "above \(low)"
            case (false, true): "\(low) to \(high)"
            case (false, false): "\(low) or more"
            }
        return Self(type: "number", range: text) { value in
            guard let number = number(value) else { return mistyped(value, "a number, \(text)") }
            let isInside =
                number.isFinite && range.contains(number) && !(excludesLowerBound && number == range.lowerBound)
            return isInside ? .success(number) : .failure(Refusal("\(number) is out of range. Give \(text)."))
        } write: {
            .number($0)
        }
    }

    private static func number(_ value: SpecificationValue) -> Double? {
        switch value {
        case .whole(let number): Double(number)
        case .large(let number): Double(number)
        case .number(let number): number
        default: nil
        }
    }

    private static func shortText(_ number: Double) -> String { Int(exactly: number).map(String.init) ?? "\(number)" }
}

extension FieldCodec where Value == Bool {
    static var flag: Self {
        Self(type: "true or false", range: "") { value in
            if case .flag(let flag) = value { return .success(flag) }
            return mistyped(value, "true or false")
        } write: {
            .flag($0)
        }
    }
}

extension FieldCodec where Value == String {
    /// A JSON array or object, as text.
    static func json(array: Bool) -> Self {
        let text = text(limit: 65536), wanted = array ? "a JSON array" : "a JSON object"
        return Self(type: "JSON text", range: wanted) { value in
            text.read(value).flatMap { json in
                switch try? JSONReader.parse(Array(json.utf8)) {
                case .array where array, .object where !array: .success(json)
                case nil: .failure(Refusal("It is not valid JSON. Write \(wanted) as text."))
                case let other?: .failure(Refusal("It holds \(other.kind). Write \(wanted) as text."))
                }
            }
        } write: {
            .text($0)
        }
    }

    /// - Parameter limit: The maximum number of bytes.
    static func text(limit: Int = 4096) -> Self {
        Self(type: "text", range: "up to \(limit) bytes") { value in
            guard case .text(let text) = value else {
                return mistyped(value, "text, with quotes if it looks like a number")
            }
            guard text.utf8.count <= limit else {
                return .failure(Refusal("It has \(text.utf8.count) bytes. Give at most \(limit)."))
            }
            // SQLite and C would end the text there.
            guard !text.utf8.contains(0) else { return .failure(Refusal("It holds a zero byte. Leave that out.")) }
            return .success(text)
        } write: {
            .text($0)
        }
    }
}

extension FieldCodec where Value == [String] {
    static func texts(count: Int, limit: Int) -> Self {
        let element = FieldCodec<String>.text(limit: limit)
        return Self(type: "list of texts", range: "up to \(count), each 1 to \(limit) bytes") { value in
            guard case .list(let values) = value else { return mistyped(value, "a list, as in [\"one\", \"two\"]") }
            guard values.count <= count else {
                return .failure(Refusal("It has \(values.count) items. Give at most \(count)."))
            }
            var texts: [String] = []
            for value in values {
                switch element.read(value) {
                case .success(""): return .failure(Refusal("An item is empty. Leave it out."))
                case .success(let text): texts.append(text)
                case .failure(let refusal): return .failure(Refusal("One item: \(refusal.reason)"))
                }
            }
            return .success(texts)
        } write: {
            .list($0.map { .text($0) })
        }
    }
}

extension FieldCodec where Value: SpecificationChoice {
    static var choice: Self {
        let names = Value.allCases.map(\.rawValue)
        return Self(type: "one of " + names.joined(separator: ", "), range: "") { value in
            let wanted = "one of " + names.joined(separator: ", ")
            guard case .text(let text) = value else { return mistyped(value, wanted) }
            if let choice = Value(rawValue: text) { return .success(choice) }
            let hint = Spelling.nearest(to: text, in: names).map { " Did you mean \($0)?" } ?? ""
            return .failure(Refusal("There is no \"\(value.excerptOfText)\". Write \(wanted).\(hint)"))
        } write: {
            .text($0.rawValue)
        }
    }
}

extension FieldCodec {
    /// Some of a few words, each once.
    static func choices<Choice: SpecificationChoice>() -> Self where Value == [Choice] {
        let one = FieldCodec<Choice>.choice, most = Choice.allCases.count
        let names = Choice.allCases.map(\.rawValue).joined(separator: ", ")
        return Self(type: "list of \(names)", range: "") { value in
            guard case .list(let values) = value else { return mistyped(value, "a list of \(names)") }
            guard values.count <= most else {
                return .failure(Refusal("It has \(values.count) items, and there are only \(most): \(names)."))
            }
            var choices: [Choice] = []
            for value in values {
                switch one.read(value) {
                case .success(let choice) where choices.contains(choice):
                    return .failure(Refusal("\(choice.rawValue) is there twice. Leave one out."))
                case .success(let choice): choices.append(choice)
                case .failure(let refusal): return .failure(Refusal("One item: \(refusal.reason)"))
                }
            }
            return .success(choices)
        } write: {
            .list($0.map { .text($0.rawValue) })
        }
    }
}

/// One of a few words.
public protocol SpecificationChoice: RawRepresentable<String>, CaseIterable, Sendable, Equatable {}

extension FieldCodec {
    /// An optional field, whose absence has a meaning of its own.
    static func optional<Wrapped>(_ codec: FieldCodec<Wrapped>) -> Self where Value == Wrapped? {
        Self(type: codec.type, range: codec.range) { value in
            codec.read(value).map { $0 }.mapError { .init($0.reason) }
        } write: {
            $0.flatMap(codec.write)
        }
    }
}

extension SpecificationValue {
    fileprivate var excerptOfText: String {
        guard case .text(let text) = self else { return excerpt }
        return text.count > 60 ? text.prefix(59) + "…" : text
    }
}
