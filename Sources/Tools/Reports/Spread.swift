import Console
import JSONCoding

/// A summary of numbers: the smallest, the mean, the largest.
struct Spread {
    private(set) var count = 0
    private var sum = 0
    private var smallest = Int.max
    private var largest = Int.min

    mutating func add(_ value: Int) {
        count += 1
        sum += value
        smallest = min(smallest, value)
        largest = max(largest, value)
    }

    /// 0 if there are no numbers.
    var mean: Double { count == 0 ? 0 : Double(sum) / Double(count) }

    /// `61.3 (38–97)`.
    var text: String { count == 0 ? "–" : "\(Figures.brief(mean)) (\(smallest)–\(largest))" }

    var json: JSONValue? {
        guard count > 0 else { return nil }
        return .fields(["mean": .number(mean), "min": .whole(smallest), "max": .whole(largest)])
    }
}
