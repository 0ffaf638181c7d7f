import Foundation
internal import OrderedCollections

/// Python's operations on values, metered: every operation of a template goes through here and is charged for the steps
/// it takes and the bytes it reads and copies, so that no template runs for long or grows without bound.
///
/// A class because everything that renders shares its counters; it never leaves the call that made it. Operations are
/// in `PythonRuntime+*.swift`.
final class PythonRuntime {
    /// The cost limits of one rendering: far above what any conversation needs, low enough to end soon.
    enum Limits {
        static let steps = 5_000_000
        static let outputBytes = 64 << 20
        static let valueBytes = 64 << 20
        static let elements = 1_000_000
        /// The most bits of a whole number.
        static let numberBits = 32_768
        /// The nesting depth of lists.
        static let valueDepth = 50
        /// The nesting depth of statements, expressions and macros.
        static let depth = 160
        /// The number of bytes read or copied per step.
        static let bytesPerStep = 64
        /// The number of steps between two checks of the clock.
        static let stepsPerLook = 2_000
    }

    /// The template line being executed, for messages.
    var line = 1
    private var steps = 0
    private var stepsAtNextLook = 0
    private var depth = 0
    private let stepLimit: Int
    private let timeLimit: Duration
    private let start: Duration

    init(steps: Int = Limits.steps, timeLimit: Duration) {
        stepLimit = steps
        self.timeLimit = timeLimit
        start = Self.threadTime
    }

    /// The processor time this thread has used.
    private static var threadTime: Duration {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }

    // MARK: Limits

    func charge(_ amount: Int) throws {
        let (sum, overflows) = steps.addingReportingOverflow(amount)
        steps = overflows ? .max : sum
        guard steps <= stepLimit else { throw limit("rendering takes more than \(stepLimit) steps") }
        guard steps >= stepsAtNextLook else { return }
        stepsAtNextLook = steps + Limits.stepsPerLook
        try Task.checkCancellation()
        guard Self.threadTime - start <= timeLimit else { throw limit("rendering takes longer than \(timeLimit)") }
    }

    /// Charges for bytes that are read or copied.
    func charge(bytes: Int) throws { try charge(1 + bytes / Limits.bytesPerStep) }

    /// Charges for walking over a whole value.
    func charge(for value: PythonValue) throws { try charge(value.extent.weight) }

    /// Charges for work on `left` things for each of `right` things.
    func charge(_ left: Int, times right: Int) throws {
        let (product, overflows) = left.multipliedReportingOverflow(by: right)
        try charge(overflows ? .max : product)
    }

    func checkSize(bytes: Int) throws {
        guard bytes <= Limits.valueBytes else { throw limit("a string grows beyond \(Limits.valueBytes) bytes") }
    }

    func checkSize(elements: Int) throws {
        guard elements <= Limits.elements else { throw limit("a list grows beyond \(Limits.elements) elements") }
    }

    func checkDepth(_ depth: Int) throws {
        guard depth <= Limits.valueDepth else {
            throw limit("lists or dictionaries nest deeper than \(Limits.valueDepth) levels")
        }
    }

    /// Runs `body` one level deeper.
    func nested<R>(_ body: () throws -> R) throws -> R {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Limits.depth else { throw limit("nested deeper than \(Limits.depth) levels") }
        return try body()
    }

    // MARK: Making values

    func list(_ elements: [PythonValue]) throws -> PythonValue {
        .list(try container(elements))
    }

    func tuple(_ elements: [PythonValue]) throws -> PythonValue {
        .tuple(try container(elements))
    }

    private func container(_ elements: [PythonValue]) throws -> PythonList {
        try checkSize(elements: elements.count)
        try charge(1 + elements.count / 4)
        let list = PythonList(elements)
        try checkDepth(list.extent.depth)
        return list
    }

    func dictionary(_ pairs: [(PythonValue, PythonValue)]) throws -> PythonValue {
        .dictionary(try makeDictionary(pairs))
    }

    /// Later values of a key replace earlier ones, keeping their place.
    func makeDictionary(
        _ pairs: [(PythonValue, PythonValue)], over base: PythonDictionary? = nil
    ) throws -> PythonDictionary {
        try charge(1 + pairs.count + (base?.count ?? 0))
        try checkSize(elements: pairs.count + (base?.count ?? 0))
        var entries = base?.contents ?? [:]
        for (key, value) in pairs { entries[try self.key(key)] = value }
        let dictionary = PythonDictionary(entries)
        try checkDepth(dictionary.extent.depth)
        return dictionary
    }

    func key(_ value: PythonValue) throws -> PythonKey {
        try charge(value.extent.weight)
        guard let key = PythonKey(value) else {
            throw failure("a \(value.kind) cannot be the key of a dictionary")
        }
        return key
    }

    /// A string produced by an operation, metered and bounded.
    func string(_ text: String, isMarkup: Bool = false) throws -> PythonValue {
        try checkSize(bytes: text.utf8.count)
        try charge(bytes: text.utf8.count)
        return .text(text, isMarkup: isMarkup)
    }

    // MARK: Errors

    func failure(_ message: String) -> TemplateError {
        TemplateError(code: .invalid, line: line, message: "\(message).")
    }

    func unsupported(_ message: String) -> TemplateError {
        TemplateError(code: .unsupported, line: line, message: "\(message).")
    }

    func limit(_ message: String) -> TemplateError {
        TemplateError(code: .limit, line: line, message: "\(message).")
    }

    /// The error for using an undefined value.
    func undefinedFailure(_ undefined: PythonUndefined) -> TemplateError { failure(undefined.message) }
}
