import Foundation
import JSONCoding
import Testing
import Wire

@testable import Client
@testable import Console

@Suite("Reports")
struct ReportTests {
    @Test("A trace at 80 columns")
    func narrowTrace() {
        let lines = TraceReport(trace: Samples.reasoning, terminal: Samples.plain(80)).lines()
        #expect(
            lines.joined(separator: "\n") == """
                mini  version 3
                14 prompt tokens, 146 response tokens in 8 steps, cut at blank lines
                influence: attention from steps at least 4 later, largest of 6 layers × 8 heads

                   # tokens  influence         head  step
                   0 0–14                    ·       What is 12 * 13?
                   1 14–22                   ·       Let me think.
                ▸  2 22–70   ██████████ 0.0614 L3.H1 12 * 13 can be written as 12 * (10 + 3),
                                                     which is easier to compute by hand.
                   3 70–95   ████▉      0.0302 L5.H7 12 * 10 = 120
                                                     and
                                                     12 * 3 = 36
                ▸  4 95–120  ███████▍   0.0451 L3.H1 So the sum is 120 + 36 = 156.
                   5 120–141 ▏          0.0008 L0.H2 Check: 156 / 12 = 13. \\e[2J
                   6 141–150                 ·       Good.
                ┆  7 150–152                 ·       </think>
                ┆  8 152–160                 ·       The answer is \\boxed{156}.

                ▸ worth branching at: influence of 0.0391 or more
                ┆ the end of thinking and after it, not scored unless asked for
                """)
    }

    @Test("A trace at 120 columns")
    func wideTrace() {
        let lines = TraceReport(trace: Samples.reasoning, terminal: Samples.plain(120)).lines()
        #expect(
            lines.joined(separator: "\n") == """
                mini  version 3
                14 prompt tokens, 146 response tokens in 8 steps, cut at blank lines
                influence: attention from steps at least 4 later, largest of 6 layers × 8 heads

                   # tokens  influence                   excess head  step
                   0 0–14                              ·      ·       What is 12 * 13?
                   1 14–22                             ·      ·       Let me think.
                ▸  2 22–70   ████████████████████ 0.0614  1.352 L3.H1 12 * 13 can be written as 12 * (10 + 3), which is easier to
                                                                      compute by hand.
                   3 70–95   █████████▉           0.0302      · L5.H7 12 * 10 = 120
                                                                      and
                                                                      12 * 3 = 36
                ▸  4 95–120  ██████████████▊      0.0451  0.378 L3.H1 So the sum is 120 + 36 = 156.
                   5 120–141 ▎                    0.0008      · L0.H2 Check: 156 / 12 = 13. \\e[2J
                   6 141–150                           ·      ·       Good.
                ┆  7 150–152                           ·      ·       </think>
                ┆  8 152–160                           ·      ·       The answer is \\boxed{156}.

                ▸ worth branching at: influence of 0.0391 or more
                ┆ the end of thinking and after it, not scored unless asked for
                """)
    }

    @Test("No line of a trace is wider than the terminal", arguments: [72, 80, 100, 120, 200])
    func traceWidth(width: Int) {
        for line in TraceReport(trace: Samples.reasoning, terminal: Samples.plain(width)).lines() {
            #expect(TextWidth.of(line) <= width, "\(line)")
        }
    }

    @Test("Colour changes nothing but colour")
    func colouredTrace() {
        let coloured = Terminal(isInteractive: true, hasColour: true, width: 100)
        let lines = TraceReport(trace: Samples.reasoning, terminal: coloured).lines().joined(separator: "\n")
        let plain = TraceReport(trace: Samples.reasoning, terminal: Samples.plain(100)).lines()
        // What is empty is not coloured, so that only trailing spaces may differ.
        func trimmed(_ text: String) -> [String] {
            text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
        }
        #expect(trimmed(lines.replacing(/\u{1B}\[[0-9;]*m/, with: "")) == trimmed(plain.joined(separator: "\n")))
        #expect(lines.contains("\u{1B}["))
    }

    @Test("A trace without influence says why")
    func traceWithoutInfluence() {
        let trace = Samples.trace([Samples.step(0, 0..<2, "Hi"), Samples.step(1, 2..<4, "\n\n")])
        let lines = TraceReport(trace: trace, terminal: Samples.plain(80)).lines()
        #expect(lines[1] == "2 prompt tokens, 2 response tokens in 1 step, cut at blank lines")
        #expect(lines.last == "No step has influence: a step needs 4 or more steps after it to be looked back at.")
        #expect(lines.contains { $0.hasSuffix("(blank)") })
        #expect(TraceReport(trace: trace, terminal: .plain).branchWorthySteps == [])
    }

    @Test("Steps worth branching at reach the 0.8 quantile over response steps")
    func branchWorthySteps() throws {
        // The eight influences, ascending: 0 0 0 0 0.0008 0.0302 0.0451 0.0614; position 0.8 * 7 = 5.6.
        let report = TraceReport(trace: Samples.reasoning, terminal: .plain)
        let expected: Float = 0.0302 + 0.6 * (0.0451 - 0.0302)
        let threshold = try #require(report.branchThreshold)
        #expect(abs(threshold - expected) < 1e-6)
        #expect(report.branchWorthySteps == [2, 4])
    }

    @Test("A step map is put together from messages and drawn as strips")
    func stepMap() throws {
        var maps: [StepMap] = []
        StepMap.collect(Samples.rows(0, [[1], [0.9, 0.5]]), into: &maps)
        StepMap.collect(Samples.rows(2, [[0.8, 0.1, 0.4], [0.7, 0.02, 0.2, 0.3]]), into: &maps)
        StepMap.collect(Samples.rows(0, [[1]], kind: .max), into: &maps)
        #expect(maps.count == 2)
        #expect(maps[0].rows == [[1], [0.9, 0.5], [0.8, 0.1, 0.4], [0.7, 0.02, 0.2, 0.3]])
        let report = StepMapReport(map: maps[0], terminal: Samples.plain(80))
        #expect(report.scale == 0.2)
        #expect(
            report.lines() == [
                "attention between steps, mean over layers and heads",
                "   0 ██", "   1 ████", "   2 ██▒▒██", "   3 ██░░████",
                "  rows look back at columns; full heat is 0.200, the most between two response steps",
            ])
    }

    @Test("A map of more steps than columns fits all the same")
    func wideStepMap() {
        let rows = (0..<300).map { (row: Int) -> [Float] in (0...row).map { Float($0 + 1) } }
        var maps: [StepMap] = []
        StepMap.collect(Samples.rows(0, rows), into: &maps)
        let lines = StepMapReport(map: maps[0], terminal: Samples.plain(60)).lines().dropFirst().dropLast()
        #expect(lines.count == 300)
        #expect(lines.allSatisfy { TextWidth.of($0) <= 60 })
        #expect(TextWidth.of(lines.last ?? "") > 50)
    }

    @Test("Branch points with their reasons and what their steps say")
    func branches() {
        var answer = V1.SuggestBranchesResponse()
        var point = V1.BranchPoint()
        point.step = 2
        point.token = 22
        point.score = 0.0614
        point.reason = "influence 0.0614, at least 0.0391"
        answer.points = [point]
        answer.threshold = 0.0391
        answer.minGapTokens = 8
        answer.note = "Only 1 of the 8 steps can be branched at; 2 were asked for."
        answer.trace = Samples.reasoning
        #expect(
            BranchReport(answer: answer, terminal: Samples.plain(80)).lines().joined(separator: "\n") == """
                mini  version 3
                1 branch point in 8 steps, score of 0.0391 or more, 8 tokens apart

                step  token   score  why                                text
                   2     22  0.0614  influence 0.0614, at least 0.0391  12 * 13 can be written…

                a branch keeps the tokens before `token` and draws the rest again

                note: Only 1 of the 8 steps can be branched at; 2 were asked for.
                """)
    }

    /// Two steps of the sample, one of which the answer hangs on.
    private func ablation(_ mode: V1.AblationMode) -> AblationRecord {
        func count(_ answer: String?, _ with: Int32, _ without: Int32) -> V1.AnswerCount {
            var count = V1.AnswerCount()
            (count.answer, count.withStep, count.withoutStep) = (answer, with, without)
            return count
        }
        var started = V1.AblationStarted()
        started.trace = Samples.reasoning
        started.mode = mode
        started.steps = [2, 6]
        started.samples = 8
        started.answer = "156"
        started.answerForm = .boxed
        (started.answerStart, started.answerEnd) = (158, 159)
        var first = V1.StepAblation(), second = V1.StepAblation()
        (first.step, first.influence, second.step) = (2, 0.0614, 6)
        if mode == .hide {
            var forced = V1.ForcedEffect()
            (forced.divergence, forced.answerDivergence, forced.answerLogprobChange) = (0.25, 1.5, -3.25)
            forced.lowerBound = true
            first.forced = forced
            second.forced = V1.ForcedEffect()
        }
        var sampled = V1.SampledEffect()
        sampled.answers = [count("156", 7, 2), count("150", 1, 2), count(nil, 0, 4)]
        (sampled.totalVariation, sampled.changed, sampled.ablatedUnfinished) = (0.625, 0.75, 4)
        first.sampled = sampled
        sampled = V1.SampledEffect()
        sampled.answers = [count("156", 8, 8)]
        second.sampled = sampled
        var record = AblationRecord()
        record.add(.started(started))
        record.add(.step(first))
        record.add(.step(second))
        return record
    }

    private func lines(_ record: AblationRecord, width: Int) throws -> String {
        let started = try #require(record.started)
        return AblationReport(started: started, steps: record.steps, terminal: Samples.plain(width)).lines()
            .joined(separator: "\n")
    }

    @Test("Hidden steps: influence beside what changes in distributions and answers")
    func hiddenSteps() throws {
        #expect(
            try lines(ablation(.hide), width: 100) == """
                mini  version 3
                2 of 8 steps hidden, one at a time, 8 continuations with and without
                answer: 156 (the last box, tokens 158–159)

                step  influence     KL  KL answer    ln p     TV  changed  with    without    text
                   2     0.0614  0.250      1.500  -3.250  0.625    0.750  156 ×7  (none) ×4  12 * 13 can be writte…
                   6          ·      0          –       –      0        0  156 ×8  156 ×8     Good.

                KL: nats per later token of the response, at least; KL answer: the same over the answer's tokens; ln
                p: change of the answer's log-probability
                TV: distance of the answers drawn with and without, 0 to 1; changed: share of those drawn without
                that differ from the most frequent one with
                4 continuations cut at the length limit; see --max-tokens
                """)
    }

    @Test("Resampled steps have figures of answers only")
    func resampledSteps() throws {
        #expect(
            try lines(ablation(.resample), width: 100).hasPrefix(
                """
                mini  version 3
                2 of 8 steps drawn again, one at a time, 8 continuations with and without
                answer: 156 (the last box, tokens 158–159)

                step  influence     TV  changed  with    without    text
                   2     0.0614  0.625    0.750  156 ×7  (none) ×4  12 * 13 can be written as 12 * (10 + 3), which…
                """))
    }

    @Test("An ablation as JSON: what is not there is left out, no answer is null")
    func ablationJSON() throws {
        let json = ablation(.hide).json.compact
        #expect(json.contains(#""answers":[{"answer":"156","with_step":7,"without_step":2}"#), "\(json)")
        #expect(json.contains(#"{"answer":null,"with_step":0,"without_step":4}"#))
        #expect(json.contains(#""answer_divergence":1.5,"answer_logprob_change":-3.25"#))
        #expect(!ablation(.resample).json.compact.contains("forced"))
    }

    @Test("A generation in one line; a few tokens say nothing of the rate")
    func summary() {
        #expect(
            GenerationSummary.line(generation(tokens: 51))
                == "102 tokens of 2 responses in 2.50 s (50.0 tok/s, first after 0.50 s), 1 ended by itself, "
                + "1 cut at the length limit, seed 42")
        #expect(
            GenerationSummary.line(generation(tokens: 4))
                == "8 tokens of 2 responses in 2.50 s, 1 ended by itself, 1 cut at the length limit, seed 42")
    }

    /// Two responses.
    private func generation(tokens: Int32) -> GenerationRecord {
        var record = GenerationRecord(count: 2)
        var started = V1.GenerationStarted()
        var sampling = V1.SamplingOptions()
        sampling.seed = 42
        started.sampling = sampling
        record.add(.started(started))
        for (index, reason) in [V1.FinishReason.stop, .length].enumerated() {
            var finished = V1.GenerationFinished()
            finished.index = Int32(index)
            finished.reason = reason
            finished.completionTokens = tokens
            finished.firstTokenSeconds = 0.5
            finished.totalSeconds = 2.5
            record.add(.finished(finished))
        }
        return record
    }

    @Test("Tokens of a text, those that are part of a character as bytes")
    func tokens() {
        var answer = V1.TokenizeResponse()
        answer.ids = [72, 195, 10]
        answer.texts = [Array("H".utf8), [0xC3], Array("\n".utf8)]
        #expect(
            TokenReport(answer: answer).lines(.plain)
                == ["#   id  text", "0   72  \"H\"", "1  195  \"\\xc3\"", "2   10  \"\\n\""])
    }

    @Test("A failed call names fields, remedies and the server")
    func failures() {
        let bad = RPCError(
            .invalidArgument, "Two fields need attention.",
            details: [
                .badRequest([.init(field: "sampling.top_p", description: "7 is outside (0, 1].")]),
                .retryInfo(delay: .seconds(2)),
            ])
        #expect(
            Failure(bad).text(.plain)
                == "attnrl: Two fields need attention.\n  sampling.top_p: 7 is outside (0, 1].\n  try again in 2.00 s")
        let lost = Failure(RPCError(.unavailable, "connection refused"), server: "h:1")
        #expect(lost.notes == ["is `attnrl serve` running at h:1?"])
        #expect(lost.exitCode == ExitStatus.failure)
        #expect(Failure(RPCError(.deadlineExceeded, "late")).exitCode == ExitStatus.timedOut)
        #expect(Failure("a\u{1B}b").text(.plain) == "attnrl: a\\eb")
    }
}
