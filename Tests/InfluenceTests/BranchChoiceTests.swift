import Foundation
import Influence
import Testing

@Suite("Branch choice")
struct BranchChoiceTests {
    /// A prompt of 10 tokens and response steps of these lengths.
    private func segmentation(_ lengths: [Int], thinkingEnd: Int? = nil) -> StepSegmentation {
        var ranges = [0..<10]
        for length in lengths {
            ranges.append(ranges[ranges.count - 1].upperBound..<ranges[ranges.count - 1].upperBound + length)
        }
        return StepSegmentation(ranges: ranges, separator: .blankLine, thinkingEnd: thinkingEnd)
    }

    private func options(
        _ strategy: BranchStrategy = .attention, quantile: Double = 0.8, seed: UInt64 = 1, count: Int = 2,
        gap: MinimumGap = .tokens(0), after: Bool = false
    ) -> BranchOptions {
        var options = BranchOptions()
        (options.quantile, options.seed) = (quantile, seed)
        (options.strategy, options.count, options.minimumGap) = (strategy, count, gap)
        options.includesAfterThinking = after
        return options
    }

    private let ten = [Int](repeating: 10, count: 10)
    /// Of the prompt and ten steps.
    private let influence: [Float] = [0, 0, 0.1, 0.5, 0.2, 0.6, 0.4, 0, 0, 0, 0]

    // MARK: - Attention

    @Test("The earliest steps at or above the quantile are taken, in order of position")
    func attention() throws {
        let choice = try chooseBranches(
            BranchInput(segmentation: segmentation(ten), influence: influence), options: options())
        // Response steps ascending: 0 0 0 0 0 0.1 0.2 0.4 0.5 0.6; position 0.8 * 9 = 7.2: 0.4 + 0.2 * 0.1.
        #expect(abs(choice.threshold - 0.42) < 1e-6)
        #expect(choice.points.map(\.step) == [3, 5])
        #expect(choice.points.map(\.token) == [30, 50])
        #expect(choice.points.map(\.score) == [0.5, 0.6])
        #expect(choice.points.allSatisfy { !$0.isFallback } && choice.note.isEmpty)
        #expect(choice.points[0].reason == "influence 0.5, at least 0.42")
    }

    @Test("A lower quantile takes earlier steps, not stronger ones")
    func earliest() throws {
        let input = BranchInput(segmentation: segmentation(ten), influence: influence)
        #expect(try chooseBranches(input, options: options(quantile: 0.5)).points.map(\.step) == [2, 3])
        #expect(try chooseBranches(input, options: options(quantile: 1)).points.map(\.step) == [2, 5])
    }

    @Test("The gap holds from the response's start and between points; the earliest steps left fill up, flagged")
    func gap() throws {
        let input = BranchInput(segmentation: segmentation(ten), influence: influence)
        // Candidates above 0.05: steps 2...6, starting 10, 20, 30, 40, 50 tokens into the response.
        let spaced = try chooseBranches(input, options: options(quantile: 0.5, gap: .tokens(20)))
        #expect(spaced.points.map(\.step) == [3, 5] && spaced.minimumGap == 20)
        let partly = try chooseBranches(input, options: options(quantile: 0.5, gap: .tokens(40)))
        #expect(partly.points.map(\.step) == [2, 5])
        #expect(partly.points.map(\.isFallback) == [true, false])
        #expect(partly.points[0].score == 0.1 && partly.note.isEmpty)
    }

    @Test("A gap longer than the response leaves the earliest steps")
    func gapBeyondResponse() throws {
        let input = BranchInput(segmentation: segmentation(ten), influence: influence)
        let choice = try chooseBranches(input, options: options(gap: .tokens(512)))
        #expect(choice.points.map(\.step) == [2, 3] && choice.points.allSatisfy(\.isFallback))
    }

    @Test("When most steps have none, the smallest positive influence is the threshold")
    func mostlyZero() throws {
        var influence = [Float](repeating: 0, count: 11)
        influence[7] = 0.25
        let choice = try chooseBranches(
            BranchInput(segmentation: segmentation(ten), influence: influence), options: options())
        #expect(choice.threshold == 0.25)
        #expect(choice.points.map(\.step) == [2, 7] && choice.points.map(\.isFallback) == [true, false])
    }

    @Test("Without any influence the earliest steps are taken, and said to be fallbacks")
    func allZero() throws {
        let input = BranchInput(segmentation: segmentation(ten), influence: [Float](repeating: 0, count: 11))
        let choice = try chooseBranches(input, options: options(quantile: 0))
        #expect(choice.points.map(\.step) == [2, 3] && choice.points.allSatisfy(\.isFallback))
        #expect(choice.threshold == 0)
    }

    @Test("Equal scores are all candidates, the earliest win")
    func equalScores() throws {
        let influence: [Float] = [0, 0] + [Float](repeating: 0.3, count: 9)
        let choice = try chooseBranches(
            BranchInput(segmentation: segmentation(ten), influence: influence), options: options())
        #expect(choice.threshold == 0.3)
        #expect(choice.points.map(\.step) == [2, 3] && choice.points.allSatisfy { !$0.isFallback })
    }

    @Test("Scores of steps that cannot be chosen count as 0")
    func unscored() throws {
        let influence: [Float] = [9, 9, 0.1, 0.2, 9, 9]
        let lengths = [5, 5, 5, 5, 5]
        let cut = BranchInput(segmentation: segmentation(lengths, thinkingEnd: 4), influence: influence)
        let choice = try chooseBranches(cut, options: options(quantile: 0.75))
        // 0 0 0 0.1 0.2 at position 3.
        #expect(choice.threshold == 0.1 && choice.points.map(\.step) == [2, 3])
        let asked = try chooseBranches(cut, options: options(quantile: 0.75, after: true))
        #expect(asked.points.map(\.step) == [4, 5])
    }

    // MARK: - What limits every strategy

    private func input(_ segmentation: StepSegmentation) -> BranchInput {
        let tokens = segmentation.responseLength
        var input = BranchInput(
            segmentation: segmentation, influence: (0..<segmentation.count).map { $0 < 2 ? 0 : 1 / Float($0) },
            entropies: (0..<tokens).map { Float($0 * 7 % 11) }, logprobs: (0..<tokens).map { -Float($0 * 5 % 13) })
        input.leaders = (
            (0..<tokens).map { _ in log(0.4) }, (0..<tokens).map { log(0.39 - Float($0 * 3 % 7) / 20) }
        )
        return input
    }

    @Test(
        "Responses of no, one or two steps have no branch point, and the note says so",
        arguments: BranchStrategy.allCases)
    func tooShort(strategy: BranchStrategy) throws {
        for (lengths, word) in [([], "empty"), ([400], "single"), ([300, 300], "two")] {
            let choice = try chooseBranches(input(segmentation(lengths)), options: options(strategy))
            #expect(choice.points.isEmpty && choice.note.contains(word), "\(lengths)")
        }
    }

    @Test("More points than steps gives what there is and a note", arguments: BranchStrategy.allCases)
    func moreThanSteps(strategy: BranchStrategy) throws {
        let choice = try chooseBranches(input(segmentation([5, 5, 5, 5])), options: options(strategy, count: 9))
        #expect(choice.points.map(\.step) == [2, 3, 4])
        #expect(choice.note == "Only 3 of the 4 steps can be branched at; 9 were asked for.")
    }

    @Test("Steps from the end of thinking on are left alone unless asked for", arguments: BranchStrategy.allCases)
    func thinkingEnd(strategy: BranchStrategy) throws {
        let cut = input(segmentation(ten, thinkingEnd: 4))
        #expect(try chooseBranches(cut, options: options(strategy, count: 5)).points.map(\.step) == [2, 3])
        #expect(try chooseBranches(cut, options: options(strategy, count: 9, after: true)).points.count == 9)
        let early = try chooseBranches(input(segmentation(ten, thinkingEnd: 2)), options: options(strategy))
        #expect(early.points.isEmpty && early.note.contains("thinking"))
    }

    @Test("Points ascend, differ, start their step, and repeat exactly", arguments: BranchStrategy.allCases, [1, 2, 4])
    func invariants(strategy: BranchStrategy, count: Int) throws {
        let input = input(segmentation([3, 40, 1, 9, 22, 17, 5, 31, 8]))
        let options = options(strategy, count: count, gap: .automatic)
        let choice = try chooseBranches(input, options: options)
        #expect(choice.points.count == count && choice.minimumGap == 17)
        #expect(zip(choice.points, choice.points.dropFirst()).allSatisfy { $0.step < $1.step })
        #expect(choice.points.allSatisfy { $0.token == input.segmentation.ranges[$0.step].lowerBound })
        #expect(choice.points.allSatisfy { !$0.reason.isEmpty && $0.step > 1 })
        #expect(try chooseBranches(input, options: options) == choice)
    }

    // MARK: - Other strategies

    @Test("First steps are the second and third of the response, whatever the gap")
    func firstSteps() throws {
        let choice = try chooseBranches(
            BranchInput(segmentation: segmentation(ten)), options: options(.firstSteps, gap: .tokens(50)))
        #expect(choice.points.map(\.step) == [2, 3] && choice.points.allSatisfy { !$0.isFallback && $0.score == 0 })
    }

    @Test("Fixed segments start nearest to equal distances, each step once")
    func fixedSegment() throws {
        let even = BranchInput(segmentation: segmentation(ten))
        // Targets 33.3 and 66.7 of 100: steps 4 and 8 start at 30 and 70.
        let choice = try chooseBranches(even, options: options(.fixedSegment))
        #expect(choice.points.map(\.step) == [4, 8])
        #expect(
            choice.points.map(\.reason) == [
                "starts nearest to 1/3 of the response", "starts nearest to 2/3 of the response",
            ])
        // Targets 25, 50, 75: all nearest to step 2, which starts at 1, or step 3, at 90.
        let skewed = BranchInput(segmentation: segmentation([1, 89, 5, 5]))
        #expect(try chooseBranches(skewed, options: options(.fixedSegment, count: 3)).points.map(\.step) == [2, 3, 4])
        #expect(try chooseBranches(skewed, options: options(.fixedSegment, count: 1)).points.map(\.step) == [3])
    }

    @Test("Entropy strategies rank by the greatest token or by the mean, probability by the least token")
    func entropies() throws {
        let steps = segmentation([2, 2, 2, 2])
        let input = BranchInput(
            segmentation: steps, entropies: [9, 9, 4, 0, 3, 3, 1, 2], logprobs: [-9, -9, -1, -2, 0, -4, -0.5, -3])
        let token = try chooseBranches(input, options: options(.tokenEntropy, count: 1))
        #expect(token.points.map(\.step) == [2] && token.points[0].score == 4)
        #expect(token.points[0].reason == "holds a token of entropy 4 nats")
        let sentence = try chooseBranches(input, options: options(.sentenceEntropy, count: 1))
        #expect(sentence.points.map(\.step) == [3] && sentence.points[0].score == 3)
        let probability = try chooseBranches(input, options: options(.lowProbability, count: 2))
        #expect(probability.points.map(\.step) == [3, 4] && probability.points.map(\.score) == [4, 3])
        #expect(probability.points[0].reason == "holds a token of log-probability -4")
    }

    @Test("Ranked strategies take the greatest score first and keep the gap from it; ties go to the earlier step")
    func rankedGap() throws {
        let input = BranchInput(
            segmentation: segmentation(ten), entropies: (0..<100).map { [0, 0, 1, 2, 9, 8, 2, 2, 0, 0][$0 / 10] })
        // Step 5 leads; step 6 is too near; steps 4, 7 and 8 tie, 4 is too near, 7 is not.
        let choice = try chooseBranches(input, options: options(.tokenEntropy, gap: .tokens(20)))
        #expect(choice.points.map(\.step) == [5, 7])
        let wide = try chooseBranches(input, options: options(.tokenEntropy, gap: .tokens(45)))
        #expect(wide.points.map(\.step) == [2, 6] && wide.points.map(\.isFallback) == [true, false])
    }

    @Test("Random choice reaches every step about equally often and follows its seed")
    func random() throws {
        let input = BranchInput(segmentation: segmentation(ten))
        var counts = [Int](repeating: 0, count: 11)
        for seed in 0..<2_000 {
            for point in try chooseBranches(input, options: options(.random, seed: UInt64(seed))).points {
                counts[point.step] += 1
            }
        }
        #expect(counts[0] == 0 && counts[1] == 0)
        // 4,000 picks over 9 steps; spread of a count is 18.6, four of them allowed.
        #expect(counts[2...].allSatisfy { abs(Double($0) - 4_000.0 / 9) < 75 }, "\(counts)")
    }

    @Test("Pivots are drawn by depth, to its power, and follow their seed")
    func pivots() throws {
        // Steps begin at 1/4 to 3/4 of the response, so that the weights are 1, 4 and 9 of 14.
        let input = BranchInput(segmentation: segmentation([10, 10, 10, 10]))
        var counts = [0, 0, 0, 0, 0]
        for seed in 0..<2_000 {
            let choice = try chooseBranches(input, options: options(.pivot, seed: UInt64(seed), count: 1))
            counts[choice.points[0].step] += 1
            for (step, expected) in [(2, 1.0 / 14), (3, 4.0 / 14), (4, 9.0 / 14)]
            where choice.points[0].step == step { #expect(abs(Double(choice.points[0].score) - expected) < 1e-6) }
        }
        // The greatest spread is 21.4, four of them allowed.
        for (count, expected) in zip(counts, [0, 0, 1.0 / 14, 4.0 / 14, 9.0 / 14]) {
            #expect(abs(Double(count) - 2_000 * expected) < 86, "\(counts)")
        }
        let twice = try (0..<2).map { _ in try chooseBranches(input, options: options(.pivot, seed: 5)) }
        #expect(twice[0] == twice[1] && twice[0].points.count == 2)
    }

    @Test("What was learnt of the chance to recover weighs against depth")
    func recoverablePivots() throws {
        var options = options(.pivot, count: 1)
        // P is 0.9, 0.5 and 0.1 at a quarter, a half and three quarters.
        options.pivot.recovery = .init(weight: -4 * log(9.0), bias: 2 * log(9.0))
        options.pivot.depthExponent = 1
        let input = BranchInput(segmentation: segmentation([10, 10, 10, 10]))
        let weights = [0.9 * 0.25, 0.5 * 0.5, 0.1 * 0.75], sum = weights.reduce(0, +)
        for seed in 0..<50 {
            options.seed = UInt64(seed)
            let point = try chooseBranches(input, options: options).points[0]
            #expect(abs(Double(point.score) - weights[point.step - 2] / sum) < 1e-6)
        }
    }

    @Test("Near ties are steps whose first token has a second of nearly its probability, the earliest first")
    func ties() throws {
        var input = BranchInput(segmentation: segmentation([1, 1, 1, 1, 1]))
        let first = [0.4, 0.4, 0.6, 0.45, 0.3], second = [0.4, 0.3, 0.3, 0.35, 0.2]
        input.leaders = (first.map { Float(log($0)) }, second.map { Float(log($0)) })
        // The first step starts at the prompt's end; the third lacks by 0.3, the last has too little.
        let choice = try chooseBranches(input, options: options(.latr))
        #expect(choice.points.map(\.step) == [2, 4] && choice.points.allSatisfy { !$0.isFallback })
        #expect(abs(choice.points[1].score - 0.35) < 1e-6)
        var tight = options(.latr)
        tight.tie.gap = 0.05
        #expect(try chooseBranches(input, options: tight).points.allSatisfy(\.isFallback))
    }

    // MARK: - Options and inputs

    @Test("The automatic gap is an eighth of the response, 512 tokens at most; a fraction is rounded down")
    func resolvedGap() {
        #expect(MinimumGap.automatic.tokens(responseLength: 100) == 12)
        #expect(MinimumGap.automatic.tokens(responseLength: 8_000) == 512)
        #expect(MinimumGap.fraction(0.25).tokens(responseLength: 99) == 24)
        #expect(MinimumGap.tokens(7).tokens(responseLength: 3) == 7)
    }

    @Test("A strategy whose input was not given says which", arguments: BranchStrategy.allCases)
    func missing(strategy: BranchStrategy) throws {
        let bare = BranchInput(segmentation: segmentation(ten))
        let needed: [BranchStrategy: String] = [
            .attention: "influence", .excess: "influence", .kurtosis: "influence", .tokenEntropy: "entropies",
            .sentenceEntropy: "entropies", .lowProbability: "logprobs", .latr: "leaders",
        ]
        if let input = needed[strategy] {
            #expect(throws: BranchError.missingInput(strategy: strategy, input: input)) {
                try chooseBranches(bare, options: options(strategy))
            }
        } else {
            #expect(try chooseBranches(bare, options: options(strategy)).points.count == 2)
        }
    }

    @Test("Inputs of the wrong length or with NaN are refused")
    func wrongInputs() {
        let short = BranchInput(segmentation: segmentation(ten), influence: [0, 1])
        #expect(throws: BranchError.wrongCount(input: "influence", expected: 11, actual: 2)) {
            try chooseBranches(short, options: options())
        }
        var entropies = [Float](repeating: 1, count: 100)
        entropies[42] = .nan
        let damaged = BranchInput(segmentation: segmentation(ten), entropies: entropies)
        #expect(throws: BranchError.notANumber(input: "entropies", index: 42)) {
            try chooseBranches(damaged, options: options(.sentenceEntropy))
        }
    }

    @Test(
        "Options that make no sense are refused",
        arguments: [
            ("count", BranchStrategy.firstSteps, 0.8, 0, MinimumGap.automatic),
            ("quantile", .attention, 1.5, 1, .automatic), ("quantile", .attention, .nan, 1, .automatic),
            ("quantile", .excess, -0.5, 1, .automatic),
            ("minimumGap", .firstSteps, 0.8, 1, .tokens(-1)), ("minimumGap", .firstSteps, 0.8, 1, .fraction(1.1)),
            ("minimumGap", .firstSteps, 0.8, 1, .fraction(.nan)),
        ])
    func wrongOptions(field: String, strategy: BranchStrategy, quantile: Double, count: Int, gap: MinimumGap) {
        let error = #expect(throws: BranchError.self) {
            try chooseBranches(
                input(segmentation(ten)), options: options(strategy, quantile: quantile, count: count, gap: gap))
        }
        guard case .invalidOption(field, _) = error else {
            Issue.record("expected a complaint about \(field), got \(String(describing: error))")
            return
        }
    }
}

@Suite("Quantile")
struct QuantileTests {
    @Test("Values between neighbours are interpolated")
    func interpolation() {
        let values: [Float] = [4, 1, 3, 2]
        #expect(quantile(0, of: values) == 1 && quantile(1, of: values) == 4)
        #expect(quantile(0.5, of: values) == 2.5)
        #expect(abs(quantile(0.8, of: values) - 3.4) < 1e-6)
        #expect(quantile(0.3, of: [Float](repeating: 0.1, count: 7)) == 0.1)
        #expect(quantile(0.8, of: [7]) == 7)
    }
}
