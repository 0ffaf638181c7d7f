/// How much comparisons may take of the store.
struct PreferenceLimits: Sendable {
    /// Of one set.
    var pairs = 100_000
    var bytes = 256 << 20
    /// Of all sets together, whoever added them.
    var sets = 1000
    var allBytes = 1 << 30
    var allChoices = 4_000_000

    /// What a pair takes beside its texts.
    static let bytesOfPair = 128

    /// What sets have, or one of them.
    struct Totals {
        var sets = 0
        var pairs = 0
        var bytes = 0
        var choices = 0
    }

    /// What a pair counts in bytes.
    static func bytes(of pair: PreferencePair) -> Int {
        bytesOfPair + [pair.id, pair.prompt, pair.first, pair.second].reduce(0) { $0 + $1.utf8.count }
    }

    /// Why a set cannot have another pair; nil if it can.
    func refusal(ofBytes size: Int, for set: Totals, among all: Totals) -> String? {
        let remedy = "Delete a set that nobody needs (`attnrl prefs rm`)."
        if set.pairs == 0, all.sets >= sets { return "There are \(all.sets) sets, and no more may be. \(remedy)" }
        if set.pairs >= pairs { return "The set has \(set.pairs) pairs, and no more may be. Begin another set." }
        if set.bytes + size > bytes {
            return
                "It takes \(size) bytes, and the set has \(set.bytes) of the \(bytes) that a set may have. Begin another "
                + "set."
        }
        if all.bytes + size > allBytes {
            return
                "It takes \(size) bytes, and all sets together have \(all.bytes) of the \(allBytes) that they may have. "
                + remedy
        }
        return nil
    }
}
