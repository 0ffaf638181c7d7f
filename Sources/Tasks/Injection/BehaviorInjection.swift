/// Rewrites solutions of built-in tasks so that they show behaviours that learning from rewards can build on:
///
/// - *explore*: before a step, with probability `explore`, something is attempted that the answer needs and that cannot be
///   worked out yet, and found to have to wait: `Mj+l;j?`, or "Ida has as many as Nils and Umar together. Nils is not known
///   yet.";
/// - *exploit*: arithmetic in smaller steps, `j22+l20=42=m19` modulo 23, and, with probability `restate`, the values that a
///   step depends on once more before it: `Mj+l;j22;l20;j22+l20=m19`.
///
/// The order of the solution stays, and so does what is computed: the task's checker finds the result as sound as what it
/// was made from. It reads an attempt as a step that computes nothing, sound if what it says has to wait really has to; in
/// lists it is a remark, and free.
///
/// | task | explore | smaller steps | restate |
/// |---|---|---|---|
/// | graph | yes | yes | yes |
/// | words, as lists | yes | counts are small enough | each step of a list begins so already |
/// | chain | everything is known in its turn | yes | each step begins so already |
///
/// Source: Behavior Injection (arXiv:2505.18917), on iGSM's problems. Departure: reflections are in the notation of the
/// tasks.
public struct BehaviorInjection: Sendable, Hashable {
    /// In [0, 1].
    public var explore: Double
    public var restate: Double

    public init(explore: Double, restate: Double) {
        self.explore = explore
        self.restate = restate
    }

    /// The record's response with the behaviours; nil if its task has no room for them, or if the response is not sound.
    ///
    /// - Parameters:
    ///   - seed: With the index, decides where.
    ///   - index: Of the record in its run.
    public func response(to record: DataRecord, seed: UInt64, index: Int) -> String? {
        guard let task = record.task, case .text(let prompt) = record.prompt, let response = record.response,
            (try? task.check(prompt: prompt, response: response))?.isSound == true
        else { return nil }
        var draws = Draws(seed: seed, index: UInt64(index))
        switch task {
        case .graph: return (try? GraphProblem(parsing: prompt))?.injected(self, response, &draws)
        case .words: return (try? WordsProblem(parsing: prompt))?.injected(self, response, &draws)
        case .chain: return (try? ChainProblem(parsing: prompt))?.injected
        case .countdown: return nil
        }
    }
}

extension GraphProblem {
    fileprivate func injected(_ injection: BehaviorInjection, _ response: String, _ draws: inout Draws) -> String? {
        var computed: Set<GraphName> = [], text = ""
        let order = ResponseStep.all(of: response).compactMap { GraphName(definition: Lexeme(at: $0.text)) }
        for name in order {
            guard let rule = rule(of: name) else { return nil }
            if draws.chance(injection.explore), let attempt = attempt(computed, &draws) { text += attempt + "\n\n" }
            let writing = StepWriting(showsWhole: true, restates: draws.chance(injection.restate))
            text += pieces(of: name, rule, writing).text + "\n\n"
            computed.insert(name)
        }
        return text + AnswerBox.text("\(value(of: question))")
    }

    /// A needed variable that cannot be computed yet, said to wait; nil if there is none.
    private func attempt(_ computed: Set<GraphName>, _ draws: inout Draws) -> String? {
        let waiting = definitions.filter { definition in
            needed.contains(definition.name) && !definition.rule.operands.allSatisfy(computed.contains)
        }
        guard !waiting.isEmpty else { return nil }
        let next = draws.element(of: waiting)
        return next.rule.operands.first { !computed.contains($0) }.map {
            attempt(at: next.name, next.rule, missing: $0)
        }
    }
}

extension WordsProblem {
    fileprivate func injected(_ injection: BehaviorInjection, _ response: String, _ draws: inout Draws) -> String? {
        guard form == .list else { return nil }
        var counts: [String: Int] = [:], lines: [String] = []
        for case .start(let person, let count) in events { counts[person] = count }
        for step in ResponseStep.all(of: response) where !AnswerBox.begins(step) {
            let line = String(decoding: step.text, as: UTF8.self)
            if draws.chance(injection.explore), let attempt = attempt(counts, &draws) { lines.append(attempt) }
            lines.append(line)
            guard !Equation.all(in: step.text).isEmpty else { continue }
            // What it computes, by the sentence it quotes; one that quotes none may compute anything.
            guard
                let found = steps.first(where: { counts[$0.change.person] == nil && line.contains($0.change.sentence) })
            else { return nil }
            counts[found.change.person] = found.after
        }
        return example(of: lines).response
    }

    /// A sentence that the answer needs and that has to wait; nil if there is none.
    private func attempt(_ counts: [String: Int], _ draws: inout Draws) -> String? {
        let waiting = needed.map { steps[$0].change }.filter { change in
            counts[change.person] == nil && !change.sources.allSatisfy { counts[$0] != nil }
        }
        guard !waiting.isEmpty else { return nil }
        let change = draws.element(of: waiting)
        let known = change.sources.first { counts[$0] != nil }.map { "\($0) = \(counts[$0] ?? 0). " }
        let missing = change.sources.first { counts[$0] == nil } ?? ""
        return (known ?? "") + "\(change.sentence) \(missing) is not known yet."
    }
}

extension ChainProblem {
    fileprivate var injected: String {
        links.indices.map { pieces(of: $0, showsWhole: true).text + "\n\n" }.joined() + AnswerBox.text(answer)
    }
}
