/// How long steps of one policy take by the number of tokens they compute, as measured on steps in which every response
/// takes one token; a step with tokens of prompts takes less.
///
/// Measurements are kept as running means for each power of two of tokens, and read as straight lines between those.
/// Outside them a step of t tokens is taken to last (6 + t) / 7 times as long as one of a single token, which is about
/// right where reading the weights takes most of the time.
struct StepCost {
    private struct Mean {
        var tokens: Double
        var seconds: Double
    }

    /// How much of a running mean a new measurement makes up: less if it took longer, since other work on the machine only
    /// ever adds to what a step takes, and a mean may not be renewed for long once steps have another size.
    private static let (weightIfShorter, weightIfLonger) = (1.0 / 4, 1.0 / 32)
    /// A step that took longer than this many times the mean counts as that.
    private static let mostOfMean = 4.0

    /// By power of two: the mean of steps of 1, of 2 to 3, of 4 to 7 tokens and so on.
    private var means: [Mean?] = []
    /// The means there are, in order of tokens; more tokens never take less time.
    private var points: [Mean] = []

    /// Notes a step.
    mutating func record(tokens: Int, seconds: Double) {
        guard tokens > 0, seconds > 0 else { return }
        let power = Int.bitWidth - 1 - tokens.leadingZeroBitCount
        while means.count <= power { means.append(nil) }
        var mean = means[power] ?? Mean(tokens: Double(tokens), seconds: seconds)
        let seconds = min(seconds, Self.mostOfMean * mean.seconds)
        let weight = seconds < mean.seconds ? Self.weightIfShorter : Self.weightIfLonger
        mean.tokens += weight * (Double(tokens) - mean.tokens)
        mean.seconds += weight * (seconds - mean.seconds)
        means[power] = mean
        points.removeAll(keepingCapacity: true)
        for case var mean? in means {
            mean.seconds = max(mean.seconds, points.last?.seconds ?? 0)
            points.append(mean)
        }
    }

    /// How long a step of `tokens` takes; without measurements, in units of a step of one token.
    func seconds(_ tokens: Int) -> Double {
        let tokens = Double(tokens)
        guard let first = points.first, let last = points.last else { return Self.shape(tokens) }
        if tokens <= first.tokens { return first.seconds * Self.shape(tokens) / Self.shape(first.tokens) }
        if tokens >= last.tokens { return last.seconds * Self.shape(tokens) / Self.shape(last.tokens) }
        let above = points.firstIndex { $0.tokens > tokens } ?? points.count - 1
        let (a, b) = (points[above - 1], points[above])
        return a.seconds + (b.seconds - a.seconds) * (tokens - a.tokens) / (b.tokens - a.tokens)
    }

    /// The most tokens, from 1 to 65,536, of a step that takes at most `seconds`.
    func tokens(within seconds: Double) -> Int {
        var (fits, not) = (1, 65_537)
        while fits + 1 < not {
            let middle = (fits + not) / 2
            if self.seconds(middle) <= seconds { fits = middle } else { not = middle }
        }
        return fits
    }

    private static func shape(_ tokens: Double) -> Double { (6 + tokens) / 7 }
}
