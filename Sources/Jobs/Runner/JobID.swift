/// A job's name: `job-12`.
///
/// Numbers increase with each new job and are never reused.
public struct JobID: Sendable, Hashable, Comparable, CustomStringConvertible {
    public let number: Int64

    public init(number: Int64) { self.number = number }

    /// Parses `job-12`, or `12` alone; returns nil for anything else.
    public init?(_ text: String) {
        let digits = text.hasPrefix("job-") ? text.dropFirst(4) : text[...]
        let isPlain = !digits.isEmpty && digits.utf8.allSatisfy { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
        guard isPlain, let number = Int64(digits), number > 0 else { return nil }
        self.number = number
    }

    public var description: String { "job-\(number)" }

    public static func < (first: JobID, second: JobID) -> Bool { first.number < second.number }
}
