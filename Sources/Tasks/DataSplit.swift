import Basics

/// Which of all possible prompts are for training and which are held out for evaluation.
///
/// The prompt alone decides: a 64-bit hash of its bytes (FNV-1a, then MurmurHash3's finalizer) is a multiple of 16 for
/// held-out prompts, and for no others. So a held-out prompt occurs in no training data, whatever the seeds, the
/// settings and the number of examples: a generator skips prompts of the other split. The same problem written
/// differently, such as a graph with its definitions in another order, is another prompt and may be in the other split.
public enum DataSplit: String, Sendable, Hashable, CaseIterable {
    /// 15 of 16 prompts.
    case train
    /// 1 of 16 prompts.
    case heldOut = "held-out"

    public init(of prompt: String) {
        self = Self.hash(prompt).isMultiple(of: 16) ? .heldOut : .train
    }

    private static func hash(_ text: String) -> UInt64 {
        var hash = fingerprint(text.utf8)
        // FNV's low bits depend only on the low bits of the text; the finalizer mixes all bits into all.
        hash = (hash ^ hash >> 33) &* 0xFF51_AFD7_ED55_8CCD
        hash = (hash ^ hash >> 33) &* 0xC4CE_B9FE_1A85_EC53
        return hash ^ hash >> 33
    }
}
