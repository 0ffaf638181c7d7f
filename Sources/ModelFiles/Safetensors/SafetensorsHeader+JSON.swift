internal import JSONCoding

/// Part of a header.
private typealias HeaderField = JSONCursor<HeaderProblem>

extension SafetensorsHeader {
    /// A tensor takes about nine values in a hundred bytes: no header within the length limit legitimately holds more.
    private static let maximumValues = 10_000_000

    /// Reads the JSON of a header: one object of tensors, each an object of three known fields.
    static func parse(_ bytes: [UInt8], file: String) throws -> (entries: [Entry], metadata: [String: String]) {
        do {
            // The format requires this, and allows white space only after the object.
            guard bytes.first == UInt8(ascii: "{") else { throw HeaderProblem("does not start with '{'.") }
            let value = try JSONReader.parse(bytes, maximumValues: maximumValues)
            return try parts(of: HeaderField(value))
        } catch let error as JSONError {
            throw HeaderProblem("is not valid JSON at byte \(error.offset): \(error.reason).").error(file: file)
        } catch let problem as HeaderProblem {
            throw problem.error(file: file)
        }
    }

    private static func parts(of header: HeaderField) throws -> (entries: [Entry], metadata: [String: String]) {
        var entries: [Entry] = []
        var metadata: [String: String]?
        for member in try header.members() {
            if member.key == "__metadata__" {
                guard metadata == nil else { throw HeaderProblem("has two __metadata__ objects.") }
                metadata = try texts(header.child(member.value, member.key))
            } else {
                entries.append(try entry(member.key, HeaderField(member.value, path: "tensor '\(member.key)'")))
            }
        }
        return (entries, metadata ?? [:])
    }

    private static func texts(_ field: HeaderField) throws -> [String: String] {
        var texts: [String: String] = [:]
        for member in try field.members() {
            guard texts.updateValue(try field.child(member.value, member.key).string(), forKey: member.key) == nil
            else { throw field.failure("has '\(member.key)' twice.") }
        }
        return texts
    }

    private static func entry(_ name: String, _ field: HeaderField) throws -> Entry {
        var fields: [String: HeaderField] = [:]
        for member in try field.members() {
            guard ["dtype", "shape", "data_offsets"].contains(member.key),
                fields.updateValue(field.child(member.value, member.key), forKey: member.key) == nil
            else { throw field.failure("has an unknown or repeated field '\(member.key)'.") }
        }
        guard let dtype = try fields["dtype"]?.string(), let shape = try fields["shape"].map(sizes),
            let offsets = try fields["data_offsets"].map(sizes)
        else { throw field.failure("lacks dtype, shape or data_offsets.") }
        guard offsets.count == 2, offsets[0] <= offsets[1] else {
            throw field.failure("has data_offsets \(offsets); they should be its start and its end.")
        }
        let range = offsets[0]..<offsets[1]
        let entry = Entry(name: name, dtype: dtype, shape: shape, range: range)
        if let format = entry.format, byteCount(shape, format) != range.count {
            throw field.failure("has shape \(shape) of \(dtype), and \(range.count) bytes, which do not agree.")
        }
        return entry
    }

    /// Non-negative whole numbers, and not many more of them than a tensor has dimensions.
    private static func sizes(_ field: HeaderField) throws -> [Int] {
        let elements = try field.elements()
        guard elements.count <= 32 else { throw field.failure("has more than 32 numbers.") }
        return try elements.map { element in
            let size = try element.integer()
            guard size >= 0 else { throw element.failure("must be at least 0, not \(size).") }
            return size
        }
    }

    /// Returns nil on overflow.
    private static func byteCount(_ shape: [Int], _ format: StoredFormat) -> Int? {
        var count = format.byteCount
        for size in shape {
            let (product, overflow) = count.multipliedReportingOverflow(by: size)
            guard !overflow else { return nil }
            count = product
        }
        return count
    }
}

/// What is wrong with a header, and in which part.
private struct HeaderProblem: JSONCursorError {
    var subject = "the safetensors header"
    let message: String

    init(_ message: String) { self.message = message }

    init(document: String, path: String, _ message: String) {
        if !path.isEmpty { subject = path }
        self.message = message
    }

    func error(file: String) -> PolicyError {
        PolicyError(.malformed, "\(file): \(subject) \(message) Write or download the file again.")
    }
}
