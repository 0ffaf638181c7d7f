internal import BigInt
internal import OrderedCollections

/// Members, elements and slices, as provided by the sandbox in which chat templates run.
extension PythonRuntime {
    /// `value.name`: an attribute, otherwise an element of that name.
    func attribute(_ name: String, of value: PythonValue) throws -> PythonValue {
        if let attribute = try ownAttribute(name, of: value) { return attribute }
        return try subscripted(value, .string(name)) ?? missing(name, of: value)
    }

    /// `value[key]`: an element, otherwise an attribute of that name.
    func element(_ key: PythonValue, of value: PythonValue) throws -> PythonValue {
        if let element = try subscripted(value, key) { return element }
        guard let name = key.text else { return missing(try text(of: key), of: value) }
        return try ownAttribute(name, of: value) ?? missing(name, of: value)
    }

    private func missing(_ name: String, of value: PythonValue) -> PythonValue {
        .undefined(.member(kind: value.kind, name: name))
    }

    private func unsafe(_ name: String, of value: PythonValue) -> PythonValue {
        .undefined(.hint("a template may not use '\(name)' of a value of type \(value.kind), which could change it"))
    }

    // MARK: Attributes

    /// An attribute, ignoring elements; nil if there is none of that name.
    func ownAttribute(_ name: String, of value: PythonValue) throws -> PythonValue? {
        if case .namespace(let namespace) = value { return namespace.attributes[PythonKey(name)] }
        if PythonText.isReserved(name) { return unsafe(name, of: value) }
        if PythonMethods.changing(value).contains(name) { return unsafe(name, of: value) }
        if PythonMethods.names(of: value).contains(name) { return .method(PythonMethod(value, name)) }
        switch value {
        case .undefined(let undefined): throw undefinedFailure(undefined)
        case .bool, .integer, .big, .float: return number(name, value)
        case .tuple(let tuple) where tuple.isGroup:
            return name == "grouper" ? tuple.elements[0] : name == "list" ? tuple.elements[1] : nil
        case .range(let range):
            let parts = ["start": range.start, "stop": range.stop, "step": range.step]
            return parts[name].map { .integer($0) }
        case .view(let view): return name == "mapping" ? .dictionary(view.dictionary) : nil
        case .loop(let loop): return try loop.attribute(name)
        case .macro(let macro): return macro.attribute(name)
        case .cycler(let cycler): return cycler.attribute(name)
        case .joiner(let joiner):
            return name == "sep" ? joiner.separator : name == "used" ? .bool(joiner.isUsed) : nil
        default: return nil
        }
    }

    private func number(_ name: String, _ value: PythonValue) -> PythonValue? {
        let whole = value.asInteger.map { PythonValue.integer($0) } ?? value
        switch (name, value) {
        case ("real", _): return whole
        case ("imag", .float): return .float(0)
        case ("imag", _): return .integer(0)
        case ("numerator", .float), ("denominator", .float): return nil
        case ("numerator", _): return whole
        case ("denominator", _): return .integer(1)
        default: return nil
        }
    }

    // MARK: Elements

    /// Returns nil if there is no such element, or the value has no elements.
    private func subscripted(_ value: PythonValue, _ key: PythonValue) throws -> PythonValue? {
        switch value {
        case .undefined(let undefined): throw undefinedFailure(undefined)
        case .dictionary(let dictionary):
            try charge(for: key)
            return PythonKey(key).flatMap { dictionary[$0] }
        case .list(let list), .tuple(let list):
            return position(key, in: list.elements.count).map { list.elements[$0] }
        case .range(let range): return position(key, in: range.count).map { .integer(range[$0]) }
        case .string(let text), .markup(let text):
            guard key.asInteger != nil else { return nil }
            try charge(bytes: text.utf8.count)
            let scalars = text.unicodeScalars
            guard let offset = position(key, in: scalars.count) else { return nil }
            let character = scalars[scalars.index(scalars.startIndex, offsetBy: offset)]
            return .text(String(character), isMarkup: value.isMarkup)
        default: return nil
        }
    }

    private func position(_ key: PythonValue, in count: Int) -> Int? {
        guard let index = key.asInteger, index >= -count, index < count else { return nil }
        return index < 0 ? index + count : index
    }

    // MARK: Slices

    func slice(_ value: PythonValue, _ bounds: [PythonValue?]) throws -> PythonValue {
        if case .undefined(let undefined) = value { throw undefinedFailure(undefined) }
        let numbers = try bounds.map { bound in try bound.flatMap { try sliceBound($0) } }
        guard numbers[2] != 0 else { throw failure("a slice cannot have step 0") }
        switch value {
        case .list(let list), .tuple(let list):
            let places = PythonSlice(numbers, count: list.elements.count)
            try charge(places.count / 4)
            return try remade(places.map { list.elements[$0] }, as: value)
        case .string(let text), .markup(let text):
            try charge(bytes: text.utf8.count)
            let scalars = Array(text.unicodeScalars)
            let places = PythonSlice(numbers, count: scalars.count)
            try charge(bytes: places.count)
            return try string(String(String.UnicodeScalarView(places.map { scalars[$0] })), isMarkup: value.isMarkup)
        case .range(let range):
            let places = PythonSlice(numbers, count: range.count)
            let (step, overflows) = range.step.multipliedReportingOverflow(by: places.step)
            guard !overflows, let start = range.bound(places.start), let stop = range.bound(places.stop),
                let part = PythonRange(start: start, stop: stop, step: step)
            else { throw failure("the slice of a range does not fit in 64 bits") }
            return .range(part)
        default: throw failure("\(value.kind) has no slices")
        }
    }

    /// Numbers beyond 64 bits are clamped, since every sequence is shorter.
    private func sliceBound(_ value: PythonValue) throws -> Int? {
        switch value {
        case .none: return nil
        case .big(let number): return number < 0 ? -Int.max : .max
        default:
            guard let number = value.asInteger else { throw failure("a slice needs whole numbers, not \(value.kind)") }
            return number
        }
    }
}

/// The indices a slice selects from a sequence: negative bounds count from the end, and bounds are clamped to the
/// sequence.
struct PythonSlice: Sequence {
    let start: Int
    let stop: Int
    let step: Int

    /// - Parameter numbers: Start, stop and step; nil if omitted.
    init(_ numbers: [Int?], count: Int) {
        // No step needs to be longer than the sequence; this keeps sums from overflowing.
        step = Swift.min(Swift.max(numbers[2] ?? 1, -count - 1), count + 1)
        let lowest = step > 0 ? 0 : -1
        let highest = step > 0 ? count : count - 1
        func clamped(_ bound: Int) -> Int {
            let position = bound < 0 ? Swift.max(bound, -count - 1) + count : bound
            return Swift.min(Swift.max(position, lowest), highest)
        }
        start = numbers[0].map(clamped) ?? (step > 0 ? lowest : highest)
        stop = numbers[1].map(clamped) ?? (step > 0 ? highest : lowest)
    }

    var count: Int {
        let distance = step > 0 ? stop - start : start - stop
        return distance <= 0 ? 0 : (distance - 1) / abs(step) + 1
    }

    func makeIterator() -> StrideTo<Int>.Iterator { stride(from: start, to: stop, by: step).makeIterator() }
}
