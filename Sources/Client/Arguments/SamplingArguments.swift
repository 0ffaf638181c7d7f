import ArgumentParser
import Wire

/// How tokens are sampled.
///
/// Options that are not given are left to the policy's generation_config.json.
struct SamplingArguments: ParsableArguments {
    @Option(help: ArgumentHelp("Tokens to generate at most. (default: what the context holds)", valueName: "count"))
    var maxTokens: Int32?

    @Option(help: ArgumentHelp("0 takes the most probable token. (default: the policy's, or 1)", valueName: "value"))
    var temperature: Float?

    @Option(help: ArgumentHelp("Draw from the smallest set of tokens with this probability.", valueName: "share"))
    var topP: Float?

    @Option(help: ArgumentHelp("Draw from this many most probable tokens; 0 from all.", valueName: "count"))
    var topK: Int32?

    @Option(help: ArgumentHelp("Draw from tokens this fraction as probable as the best.", valueName: "share"))
    var minP: Float?

    @Option(help: ArgumentHelp("Make tokens already seen less probable, when above 1.", valueName: "factor"))
    var repetitionPenalty: Float?

    @Option(help: ArgumentHelp("Seed of the random numbers. (default: drawn, and reported)", valueName: "number"))
    var seed: UInt64?

    @Option(
        parsing: .singleValue,
        help: ArgumentHelp("A text that ends the response. Can be given several times.", valueName: "text"))
    var stop: [String] = []

    @Flag(help: "Go on after end-of-sequence tokens.")
    var ignoreEos = false

    var options: V1.SamplingOptions {
        var options = V1.SamplingOptions()
        options.maxTokens = maxTokens
        options.temperature = temperature
        options.topP = topP
        options.topK = topK
        options.minP = minP
        options.repetitionPenalty = repetitionPenalty
        options.seed = seed
        options.stop = stop
        options.ignoreEos = ignoreEos
        return options
    }
}
