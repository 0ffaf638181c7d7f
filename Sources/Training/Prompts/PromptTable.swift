import Basics

/// Values by prompt, with the step that last changed each; beyond a capacity the oldest are forgotten.
struct PromptTable<Value: Codable & Sendable & Equatable>: Sendable, Equatable {
    private struct Entry: Codable, Sendable, Equatable {
        var value: Value
        var step: Int
    }

    /// Enough for a file of prompts that comes round again, and small beside any weights.
    static var capacity: Int { 1 << 17 }

    private var entries: [PromptKey: Entry] = [:]

    subscript(key: PromptKey) -> Value? { entries[key]?.value }

    var count: Int { entries.count }

    mutating func set(_ value: Value, of key: PromptKey, step: Int) { entries[key] = Entry(value: value, step: step) }

    mutating func removeAll() { entries = [:] }

    /// Forgets what was last changed before a step, and the oldest beyond the capacity.
    mutating func removeOld(before step: Int = .min) {
        entries = entries.filter { $0.value.step >= step }
        guard entries.count > Self.capacity else { return }
        let newest = entries.sorted { ($0.value.step, $0.key.value) > ($1.value.step, $1.key.value) }
        entries = Dictionary(uniqueKeysWithValues: newest.prefix(Self.capacity).map { ($0.key, $0.value) })
    }
}

extension PromptTable: Codable {
    private struct Row: Codable {
        let prompt: UInt64
        let entry: Entry
    }

    init(from decoder: any Decoder) throws {
        for row in try [Row](from: decoder) { entries[PromptKey(value: row.prompt)] = row.entry }
    }

    /// In order of prompts, so that equal tables have equal files.
    func encode(to encoder: any Encoder) throws {
        let rows = entries.sorted { $0.key.value < $1.key.value }
        try rows.map { Row(prompt: $0.key.value, entry: $0.value) }.encode(to: encoder)
    }
}

/// Tells a prompt from others by its tokens, wherever it is in the data.
struct PromptKey: Hashable, Sendable, Codable {
    let value: UInt64
}

extension PromptKey {
    init(_ prompt: [Int32]) {
        let bytes = prompt.lazy.flatMap { token in (0..<4).map { UInt8(truncatingIfNeeded: token >> (8 * Int32($0))) } }
        value = SplitMix.mix(fingerprint(bytes))
    }
}

extension RecordStream.Item {
    var key: PromptKey { PromptKey(prompt) }
}

/// How the responses to one prompt turned out.
struct PromptOutcome: Sendable {
    let key: PromptKey
    let right: Int
    let wrong: Int
    /// Of a prompt that the policy always failed: how much of the solution it came with.
    let hintLevel: Int?

    /// - Parameter judged: The number of judged responses.
    init(_ item: RecordStream.Item, right: Int, judged: Int) {
        key = item.key
        hintLevel = item.hint?.level
        self.right = right
        wrong = judged - right
    }

    /// The share of right ones; nil if none was judged.
    var share: Double? { right + wrong > 0 ? Double(right) / Double(right + wrong) : nil }
}
