internal import BigInt

/// Python's comparisons.
extension PythonRuntime {
    func compare(_ left: PythonValue, _ comparison: TemplateComparison, _ right: PythonValue) throws -> Bool {
        switch comparison {
        case .equal: return try isEqual(left, right)
        case .notEqual: return try !isEqual(left, right)
        case .contained: return try contains(right, left)
        case .notContained: return try !contains(right, left)
        case .less, .lessOrEqual, .greater, .greaterOrEqual: return try isOrdered(left, comparison, right)
        }
    }

    func isEqual(_ left: PythonValue, _ right: PythonValue) throws -> Bool {
        try charge(1 + min(left.extent.weight, right.extent.weight))
        return left.isEqual(to: right)
    }

    func isLess(_ left: PythonValue, _ right: PythonValue) throws -> Bool { try isOrdered(left, .less, right) }

    /// Orders numbers, strings by character, and lists by their first difference.
    private func isOrdered(_ left: PythonValue, _ comparison: TemplateComparison, _ right: PythonValue) throws -> Bool {
        try charge(1 + min(left.extent.weight, right.extent.weight))
        for case .undefined(let undefined) in [left, right] { throw undefinedFailure(undefined) }
        if left.isNumber, right.isNumber {
            return Self.order(left, right).map { comparison.holds($0) } ?? false
        }
        if let first = left.text, let second = right.text {
            if first.utf8.elementsEqual(second.utf8) { return comparison.holds(0) }
            return comparison.holds(first.utf8.lexicographicallyPrecedes(second.utf8) ? -1 : 1)
        }
        switch (left, right) {
        case (.list(let first), .list(let second)), (.tuple(let first), .tuple(let second)):
            for (first, second) in zip(first.elements, second.elements) where !first.isEqual(to: second) {
                return try nested { try isOrdered(first, comparison, second) }
            }
            return comparison.holds((first.elements.count - second.elements.count).signum())
        default: throw failure("\(left.kind) and \(right.kind) have no order")
        }
    }

    /// -1, 0 or 1; nil if either is not a number.
    private static func order(_ left: PythonValue, _ right: PythonValue) -> Int? {
        if let left = left.asInteger, let right = right.asInteger { return left < right ? -1 : left == right ? 0 : 1 }
        switch (left, right) {
        case (.float(let left), .float(let right)):
            return left.isNaN || right.isNaN ? nil : left < right ? -1 : left == right ? 0 : 1
        case (.float(let real), _): return right.asWhole.flatMap { order($0, real) }.map { -$0 }
        case (_, .float(let real)): return left.asWhole.flatMap { order($0, real) }
        default:
            guard let left = left.asWhole, let right = right.asWhole else { return nil }
            return left < right ? -1 : left == right ? 0 : 1
        }
    }

    /// Compares a whole number and a float exactly.
    private static func order(_ whole: BigInt, _ real: Double) -> Int? {
        if real.isNaN { return nil }
        if real.isInfinite { return real > 0 ? -1 : 1 }
        let floor = real.rounded(.down)
        guard let other = BigInt(exactly: floor) else { return nil }
        if whole != other { return whole < other ? -1 : 1 }
        return floor < real ? -1 : 0
    }

    func contains(_ container: PythonValue, _ value: PythonValue) throws -> Bool {
        switch container {
        case .list(let list), .tuple(let list):
            for element in list.elements where try isEqual(element, value) { return true }
            return false
        case .dictionary(let dictionary): return dictionary[try key(value)] != nil
        case .range(let range):
            if let number = value.asInteger { return range.index(of: number) != nil }
            if case .float(let number) = value {
                return Int(exactly: number).map { range.index(of: $0) != nil } ?? false
            }
            return false
        case .string(let text), .markup(let text):
            guard let part = value.text else { throw failure("a string cannot contain \(value.kind)") }
            try chargeSearch(for: part, in: text)
            return PythonText.firstIndex(of: Array(part.utf8), in: Array(text.utf8)) != nil
        case .view(let view) where view.kind == .keys: return view.dictionary[try key(value)] != nil
        case .undefined, .iterator, .view:
            let iterator = try iterate(container)
            while let element = try next(iterator) {
                if try isEqual(element, value) { return true }
            }
            return false
        default: throw failure("'in' does not apply to \(container.kind)")
        }
    }

    /// Charges for searching all of `text` for `part`.
    func chargeSearch(for part: String, in text: String) throws {
        try charge(text.utf8.count / Limits.bytesPerStep + 1, times: part.utf8.count / 8 + 1)
    }

    /// Merge sort, since Swift's sort does not promise stability and cannot stop at an error.
    func sorted<Element>(
        _ items: [Element], isReversed: Bool = false, by key: (Element) -> PythonValue
    ) throws -> [Element] {
        var current = items
        var width = 1
        while width < current.count {
            var merged: [Element] = []
            merged.reserveCapacity(current.count)
            for start in stride(from: 0, to: current.count, by: 2 * width) {
                let middle = min(start + width, current.count), end = min(start + 2 * width, current.count)
                var (left, right) = (start, middle)
                while left < middle, right < end {
                    let (first, second) = (key(current[left]), key(current[right]))
                    let takesRight = try isReversed ? isLess(first, second) : isLess(second, first)
                    merged.append(current[takesRight ? right : left])
                    if takesRight { right += 1 } else { left += 1 }
                }
                merged += current[left..<middle]
                merged += current[right..<end]
            }
            current = merged
            width *= 2
        }
        return current
    }
}

extension TemplateComparison {
    fileprivate func holds(_ order: Int) -> Bool {
        switch self {
        case .less: order < 0
        case .lessOrEqual: order <= 0
        case .greater: order > 0
        case .greaterOrEqual: order >= 0
        case .equal, .contained: order == 0
        case .notEqual, .notContained: order != 0
        }
    }
}
