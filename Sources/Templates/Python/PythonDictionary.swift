internal import BigInt
internal import OrderedCollections

/// A dictionary: any hashable key, in insertion order.
final class PythonDictionary {
    private let entries: OrderedDictionary<PythonKey, PythonValue>
    let extent: PythonExtent

    init(_ entries: OrderedDictionary<PythonKey, PythonValue> = [:]) {
        self.entries = entries
        extent = PythonExtent(
            PythonExtent(around: entries.keys.lazy.map(\.value)), PythonExtent(around: entries.values))
    }

    var isEmpty: Bool { entries.isEmpty }
    var count: Int { entries.count }
    var keys: [PythonValue] { entries.keys.map(\.value) }
    var values: [PythonValue] { Array(entries.values) }
    var items: [PythonValue] { entries.map { .tuple([$0.key.value, $0.value]) } }
    var contents: OrderedDictionary<PythonKey, PythonValue> { entries }

    subscript(_ key: PythonKey) -> PythonValue? { entries[key] }
    subscript(_ name: String) -> PythonValue? { entries[PythonKey(name)] }
}

/// A value as a dictionary key, compared as in Python: 1, 1.0 and True are the same key, and strings are compared byte
/// by byte, whereas Swift's own comparison treats canonically equivalent strings as equal.
struct PythonKey: Hashable {
    let value: PythonValue

    init(_ name: String) { value = .string(name) }

    /// Returns nil for what Python cannot hash: lists, dictionaries and values that contain them.
    init?(_ value: PythonValue) {
        guard Self.isHashable(value) else { return nil }
        self.value = value
    }

    private static func isHashable(_ value: PythonValue) -> Bool {
        switch value {
        case .list, .dictionary: false
        case .view(let view): view.kind == .values
        case .tuple(let tuple): tuple.elements.allSatisfy(isHashable)
        default: true
        }
    }

    static func == (left: PythonKey, right: PythonKey) -> Bool { left.value.isEqual(to: right.value) }

    func hash(into hasher: inout Hasher) { Self.hash(value, into: &hasher) }

    private static func hash(_ value: PythonValue, into hasher: inout Hasher) {
        switch value {
        case .string(let text), .markup(let text):
            for byte in text.utf8 { hasher.combine(byte) }
            hasher.combine(0xFF as UInt8)
        case .tuple(let tuple):
            hasher.combine(tuple.elements.count)
            for element in tuple.elements { hash(element, into: &hasher) }
        case .float(let number):
            // Equal numbers of all kinds have the same hash; those beyond 64 bits are rare enough to share one value.
            if let whole = Int(exactly: number) { hasher.combine(whole) } else { hasher.combine(0) }
        case .big: hasher.combine(0)
        default: hasher.combine(value.asInteger ?? 0)
        }
    }
}

extension PythonValue {
    /// Python's equality: numbers and booleans by value, strings by character, containers by element.
    func isEqual(to other: PythonValue) -> Bool {
        switch (self, other) {
        case (.undefined, .undefined), (.none, .none): return true
        case (.list(let left), .list(let right)), (.tuple(let left), .tuple(let right)):
            return left.elements.count == right.elements.count
                && zip(left.elements, right.elements).allSatisfy { $0.isEqual(to: $1) }
        case (.dictionary(let left), .dictionary(let right)): return left.isEqual(to: right)
        case (.range(let left), .range(let right)):
            return left.count == right.count
                && (left.count == 0 || (left.start == right.start && (left.count == 1 || left.step == right.step)))
        case (.view(let left), .view(let right)):
            return left.kind == right.kind && left.kind != .values && left.dictionary.contains(all: right)
        default: return isSameText(as: other) ?? isSameNumber(as: other) ?? isSameObject(as: other)
        }
    }

    private func isSameText(as other: PythonValue) -> Bool? {
        guard let left = text, let right = other.text else { return nil }
        return left.utf8.elementsEqual(right.utf8)
    }

    private func isSameNumber(as other: PythonValue) -> Bool? {
        if let left = asInteger, let right = other.asInteger { return left == right }
        switch (self, other) {
        case (.float(let left), .float(let right)): return left == right
        case (.float(let real), _):
            return other.asWhole.map { whole in BigInt(exactly: real).map { $0 == whole } ?? false }
        case (_, .float(let real)):
            return asWhole.map { whole in BigInt(exactly: real).map { $0 == whole } ?? false }
        case (.big(let left), .big(let right)): return left == right
        default: return nil
        }
    }

    private func isSameObject(as other: PythonValue) -> Bool {
        switch (self, other) {
        case (.iterator(let left), .iterator(let right)): left === right
        case (.method(let left), .method(let right)):
            left.name == right.name && left.receiver.isEqual(to: right.receiver)
        case (.function(let left), .function(let right)): left == right
        case (.namespace(let left), .namespace(let right)): left === right
        case (.loop(let left), .loop(let right)): left === right
        case (.macro(let left), .macro(let right)): left === right
        case (.cycler(let left), .cycler(let right)): left === right
        case (.joiner(let left), .joiner(let right)): left === right
        default: false
        }
    }
}

extension PythonDictionary {
    fileprivate func isEqual(to other: PythonDictionary) -> Bool {
        count == other.count && entries.allSatisfy { other[$0.key]?.isEqual(to: $0.value) ?? false }
    }

    /// Whether another dictionary's keys, or keys with values, are all in this one.
    fileprivate func contains(all view: PythonView) -> Bool {
        guard count == view.dictionary.count else { return false }
        return view.dictionary.entries.allSatisfy { key, value in
            view.kind == .keys ? entries[key] != nil : entries[key]?.isEqual(to: value) ?? false
        }
    }
}
