public import ArgumentParser
public import Influence
import Wire

/// A choice whose words are joined by hyphens on the command line and by underscores elsewhere.
public protocol WordArgument: ExpressibleByArgument, RawRepresentable<String>, CaseIterable {
    /// What it means, for the help.
    var summary: String { get }
}

extension WordArgument {
    public init?(argument: String) { self.init(rawValue: argument.replacing("-", with: "_")) }

    public static var allValueStrings: [String] { allCases.map { $0.rawValue.replacing("_", with: "-") } }
    public var defaultValueDescription: String { rawValue.replacing("_", with: "-") }

    public static var allValueDescriptions: [String: String] {
        Dictionary(uniqueKeysWithValues: zip(allValueStrings, allCases.map(\.summary)))
    }
}

extension BranchStrategy: WordArgument {
    public var summary: String {
        switch self {
        case .attention: "steps that later steps look back at most, the earliest first"
        case .excess: "the same, not favouring short steps"
        case .firstSteps: "the earliest steps"
        case .fixedSegment: "steps at equal distances"
        case .tokenEntropy: "steps that hold the tokens of highest entropy"
        case .lowProbability: "steps that hold the tokens of lowest probability"
        case .sentenceEntropy: "steps of highest mean entropy"
        case .kurtosis: "steps that receiver heads look back at most"
        case .latr: "steps that nearly began with another token, for jobs alone"
        case .pivot: "steps drawn by their depth, or in a job by what it learnt of where wrong responses recover"
        case .random: "steps drawn at random"
        }
    }
}

extension SeparatorName: WordArgument {
    public var summary: String {
        switch self {
        case .auto: "at blank lines, or at newlines, or after every token"
        case .blankLine: "at blank lines"
        case .line: "at newlines"
        case .sentence: "at the ends of sentences and lines"
        case .token: "after every token"
        case .text: "at a text of your own"
        }
    }
}

/// How branch points are chosen, except for their number.
struct BranchingArguments: ParsableArguments {
    @Option(help: "How steps are chosen.")
    var strategy = BranchStrategy.attention

    @Option(
        help: ArgumentHelp(
            "A candidate's influence is at least that of this share of steps. (default: 0.8)", valueName: "share"))
    var quantile: Float?

    @Option(
        help: ArgumentHelp(
            "Least distance between points: tokens, or a share of the response as 0.1 or 10%. (default: 512 tokens, "
                + "or an eighth of the response when that is less)", valueName: "gap"))
    var minGap: MinimumGap?

    /// - Parameter seed: For the random strategy.
    func options(count: Int32?, seed: UInt64?) -> V1.BranchOptions {
        var options = V1.BranchOptions()
        options.strategy = V1.BranchStrategy(word: strategy)
        options.count = count
        options.quantile = quantile
        options.minimumGap = minGap?.message
        options.seed = seed
        return options
    }
}

/// A distance in tokens, such as `40`, or as a share of the response, such as `0.1` or `10%`.
struct MinimumGap: ExpressibleByArgument, Equatable {
    let message: V1.BranchOptions.MinimumGap

    init?(argument: String) {
        if let tokens = Int32(argument) {
            guard tokens >= 0 else { return nil }
            message = .minGapTokens(tokens)
        } else {
            let isPercent = argument.hasSuffix("%")
            guard let number = Float(isPercent ? String(argument.dropLast()) : argument), number.isFinite,
                0...1 ~= (isPercent ? number / 100 : number)
            else { return nil }
            message = .minGapFraction(isPercent ? number / 100 : number)
        }
    }
}
