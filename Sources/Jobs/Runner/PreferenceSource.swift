/// A program's access to the comparisons that people made.
///
/// Choices are numbered in the order in which they came, and kept. A program stores the number of the last one that it
/// counts, and sees the same comparisons after a restart, whatever was chosen since.
public struct PreferenceSource: Sendable {
    /// How a job's data names a set.
    public static let prefix = "preferences:"

    /// Whether this is a valid name for a set.
    public static func isName(_ name: String) -> Bool {
        1...64 ~= name.utf8.count
            && name.utf8.allSatisfy { byte in
                let character = Character(UnicodeScalar(byte))
                return character.isASCII && (character.isLetter || character.isNumber) || "-_".contains(character)
            }
    }

    public static let nameRule = "A set's name has 1 to 64 letters, digits, - and _."

    /// A comparison that was decided.
    public struct Comparison: Sendable, Equatable {
        public let prompt: String
        public let chosen: String
        public let rejected: String

        public init(prompt: String, chosen: String, rejected: String) {
            self.prompt = prompt
            self.chosen = chosen
            self.rejected = rejected
        }
    }

    private let last: @Sendable (_ set: String) throws -> Int64?
    private let read: @Sendable (_ set: String, _ sequence: Int64) throws -> [StoredPair]

    init(
        last: @escaping @Sendable (_ set: String) throws -> Int64?,
        read: @escaping @Sendable (_ set: String, _ sequence: Int64) throws -> [StoredPair]
    ) {
        self.last = last
        self.read = read
    }

    /// Where there are no sets.
    static let none = PreferenceSource(last: { _ in nil }, read: { _, _ in [] })

    init(_ store: JobStore) {
        self.init(
            last: { try store.lastChoice(inSet: $0) },
            read: { try store.pairs(ofSet: $0, limit: PreferenceLimits().pairs, upTo: $1) })
    }

    /// The number of the last choice.
    ///
    /// - Throws: `JobError.unknownPreferences` if there is no such set.
    public func lastChoice(in set: String) throws -> Int64 {
        guard let last = try last(set) else { throw JobError.unknownPreferences(set: set) }
        return last
    }

    /// Pairs one of which was preferred, by choices up to a number, in the order in which they were added.
    public func comparisons(in set: String, upTo sequence: Int64) throws -> [Comparison] {
        try read(set, sequence).compactMap { stored in
            let pair = stored.pair
            return switch stored.preferred {
            case .first: Comparison(prompt: pair.prompt, chosen: pair.first, rejected: pair.second)
            case .second: Comparison(prompt: pair.prompt, chosen: pair.second, rejected: pair.first)
            case .neither, nil: nil
            }
        }
    }
}
