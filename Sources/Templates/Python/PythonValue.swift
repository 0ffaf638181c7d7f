internal import BigInt

/// A value during rendering, of one of the kinds it would have in Python.
///
/// Lists, tuples and dictionaries are immutable, as in the sandbox in which chat templates run.
enum PythonValue {
    case undefined(PythonUndefined)
    case none
    case bool(Bool)
    case integer(Int)
    /// A whole number that does not fit in 64 bits.
    case big(BigInt)
    case float(Double)
    case string(String)
    /// Text that is not escaped again.
    case markup(String)
    case list(PythonList)
    case tuple(PythonList)
    case dictionary(PythonDictionary)
    case range(PythonRange)
    case view(PythonView)
    case iterator(PythonIterator)
    case method(PythonMethod)
    case function(TemplateFunction)
    case namespace(TemplateNamespace)
    case loop(TemplateLoopState)
    case macro(TemplateMacroValue)
    case cycler(TemplateCycler)
    case joiner(TemplateJoiner)
}

/// Why a value is missing, kept for the message when it is used.
enum PythonUndefined {
    case name(String)
    case member(kind: String, name: String)
    case hint(String)

    var message: String {
        switch self {
        case .name(let name): "'\(name)' is undefined"
        case .member(let kind, let name): "a value of type \(kind) has no '\(name)'"
        case .hint(let hint): hint
        }
    }
}

/// The elements of a list or tuple.
struct PythonList {
    let elements: [PythonValue]
    let extent: PythonExtent
    /// Whether it is a group made by `groupby`, whose two members have names.
    var isGroup = false

    init(_ elements: [PythonValue]) {
        self.elements = elements
        extent = PythonExtent(around: elements)
    }
}

/// The extent of a value, known without walking it.
struct PythonExtent {
    /// The nesting depth of containers: at most `PythonRuntime.Limits.valueDepth`, so that no walk overflows the stack.
    var depth = 0
    /// The number of steps for walking all of it. A list can contain another many times, so this can be astronomical.
    var weight = 1

    init(depth: Int = 0, weight: Int = 1) {
        self.depth = depth
        self.weight = weight
    }

    init(around elements: some Sequence<PythonValue>) {
        for element in elements {
            let extent = element.extent
            depth = max(depth, extent.depth)
            let (sum, overflows) = weight.addingReportingOverflow(extent.weight)
            weight = overflows ? .max : sum
        }
        depth += 1
    }

    init(_ first: PythonExtent, _ second: PythonExtent) {
        let (sum, overflows) = first.weight.addingReportingOverflow(second.weight)
        self.init(depth: max(first.depth, second.depth), weight: overflows ? .max : sum)
    }
}

/// `range(start, stop, step)`.
struct PythonRange {
    let start: Int
    let stop: Int
    let step: Int
    let count: Int

    /// Returns nil if the numbers do not fit in 64 bits.
    init?(start: Int, stop: Int, step: Int) {
        let (distance, overflows) =
            step > 0
            ? stop.subtractingReportingOverflow(start) : start.subtractingReportingOverflow(stop)
        guard !overflows, step != 0, step != .min else { return nil }
        self.start = start
        self.stop = stop
        self.step = step
        count = distance <= 0 ? 0 : (distance - 1) / abs(step) + 1
    }

    subscript(_ index: Int) -> Int { start + index * step }

    /// The number at an index that may be just out of range; nil if it does not fit in 64 bits.
    func bound(_ index: Int) -> Int? {
        let (distance, isTooFar) = index.multipliedReportingOverflow(by: step)
        let (number, overflows) = start.addingReportingOverflow(distance)
        return isTooFar || overflows ? nil : number
    }

    func index(of number: Int) -> Int? {
        let (distance, overflows) = number.subtractingReportingOverflow(start)
        guard !overflows, distance % step == 0, (0..<count).contains(distance / step) else { return nil }
        return distance / step
    }
}

/// `dict.keys()`, `dict.values()` or `dict.items()`.
struct PythonView {
    enum Kind: String { case keys, values, items }

    let kind: Kind
    let dictionary: PythonDictionary

    var elements: [PythonValue] {
        switch kind {
        case .keys: dictionary.keys
        case .values: dictionary.values
        case .items: dictionary.items
        }
    }
}

/// Elements that are produced one by one and can be visited once.
final class PythonIterator {
    let kind: String
    let depth: Int
    private var produce: (() throws -> PythonValue?)?

    init(_ kind: String, depth: Int, _ produce: @escaping () throws -> PythonValue?) {
        self.kind = kind
        self.depth = depth
        self.produce = produce
    }

    convenience init(_ kind: String, over elements: [PythonValue], depth: Int) {
        var rest = elements[...]
        self.init(kind, depth: depth) { rest.popFirst() }
    }

    func next() throws -> PythonValue? {
        guard let value = try produce?() else {
            produce = nil
            return nil
        }
        return value
    }

    /// Releases what it holds.
    func clear() { produce = nil }
}

/// A method together with the value it belongs to.
final class PythonMethod {
    let receiver: PythonValue
    let name: String

    init(_ receiver: PythonValue, _ name: String) {
        self.receiver = receiver
        self.name = name
    }
}

extension PythonValue {
    static func list(_ elements: [PythonValue]) -> PythonValue { .list(PythonList(elements)) }
    static func tuple(_ elements: [PythonValue]) -> PythonValue { .tuple(PythonList(elements)) }

    static func whole(_ number: BigInt) -> PythonValue {
        Int(exactly: number).map { .integer($0) } ?? .big(number)
    }

    static func text(_ text: String, isMarkup: Bool) -> PythonValue { isMarkup ? .markup(text) : .string(text) }

    var extent: PythonExtent {
        switch self {
        case .list(let list), .tuple(let list): list.extent
        case .dictionary(let dictionary): dictionary.extent
        case .view(let view):
            PythonExtent(depth: view.dictionary.extent.depth + 1, weight: view.dictionary.extent.weight)
        case .iterator(let iterator): PythonExtent(depth: iterator.depth)
        case .method(let method): PythonExtent(depth: method.receiver.extent.depth + 1)
        case .string(let text), .markup(let text):
            PythonExtent(weight: 1 + text.utf8.count / PythonRuntime.Limits.bytesPerStep)
        case .big: PythonExtent(weight: 100)
        default: PythonExtent()
        }
    }

    /// The nesting depth of containers in it.
    var depth: Int { extent.depth }

    /// The value's kind, in Python's terms.
    var kind: String {
        switch self {
        case .undefined: "undefined"
        case .none: "None"
        case .bool: "bool"
        case .integer, .big: "int"
        case .float: "float"
        case .string: "str"
        case .markup: "Markup"
        case .list: "list"
        case .tuple: "tuple"
        case .dictionary: "dict"
        case .range: "range"
        case .view(let view): "dict_\(view.kind.rawValue)"
        case .iterator(let iterator): iterator.kind
        case .method: "method"
        case .function: "function"
        case .namespace: "namespace"
        case .loop: "loop"
        case .macro: "macro"
        case .cycler: "cycler"
        case .joiner: "joiner"
        }
    }

    /// Python's truth: empty, zero, none and undefined values are false.
    var isTrue: Bool {
        switch self {
        case .undefined, .none: false
        case .bool(let flag): flag
        case .integer(let number): number != 0
        case .float(let number): number != 0
        case .string(let text), .markup(let text): !text.isEmpty
        case .list(let list), .tuple(let list): !list.elements.isEmpty
        case .dictionary(let dictionary): !dictionary.isEmpty
        case .view(let view): !view.dictionary.isEmpty
        case .range(let range): range.count > 0
        default: true
        }
    }

    var isUndefined: Bool {
        if case .undefined = self { true } else { false }
    }

    var isNone: Bool {
        if case .none = self { true } else { false }
    }

    var isMarkup: Bool {
        if case .markup = self { true } else { false }
    }

    /// The text of a string.
    var text: String? {
        switch self {
        case .string(let text), .markup(let text): text
        default: nil
        }
    }

    /// 64-bit whole numbers and, as in Python, booleans.
    var asInteger: Int? {
        switch self {
        case .integer(let number): number
        case .bool(let flag): flag ? 1 : 0
        default: nil
        }
    }

    /// Any whole number.
    var asWhole: BigInt? {
        if case .big(let number) = self { return number }
        return asInteger.map { BigInt($0) }
    }

    /// Any number as a float; infinite if a whole number is too large.
    var asFloat: Double? {
        switch self {
        case .float(let number): number
        case .big(let number): PythonNumber.double(number)
        default: asInteger.map(Double.init)
        }
    }

    /// The elements of a list or tuple.
    var elements: [PythonValue]? {
        switch self {
        case .list(let list), .tuple(let list): list.elements
        default: nil
        }
    }
}
