import Jobs
import Rollouts
import Trees

/// One record's right responses, and which of them a warm start keeps.
struct CuratedDraw {
    let item: RecordStream.Item
    /// Those that are right, whole and not alike, with the template of each.
    private(set) var candidates: [(template: Int, response: DrawnResponse)] = []
    private(set) var drawn = 0
    private(set) var verified = 0

    init(_ item: RecordStream.Item) { self.item = item }

    /// Takes a response.
    ///
    /// - Parameter fits: Whether it fits into the context behind the record's own prompt.
    mutating func add(_ response: DrawnResponse, template: Int, isRight: Bool, fits: Bool) {
        drawn += 1
        guard isRight else { return }
        verified += 1
        // A response that was cut has no end to learn.
        guard response.rollout.isComplete, fits,
            !candidates.contains(where: { $0.response.rollout.tokens == response.rollout.tokens })
        else { return }
        candidates.append((template, response))
    }

    var given: [GivenTokens] {
        candidates.map { GivenTokens(prompt: item.prompt, response: $0.response.rollout.tokens) }
    }

    /// Indices of the candidates to keep.
    ///
    /// - Parameters:
    ///   - states: The mean hidden state of each candidate.
    ///   - draw: Draws a number in 0..<n, uniformly.
    func chosen(_ states: [[Float]], _ specification: WarmStartSpecification, draw: (_ n: Int) -> Int) -> [Int] {
        switch specification.select {
        case .maxMin: return farthestPoints(states, count: specification.perPrompt)
        case .random:
            var rest = Array(candidates.indices), chosen: [Int] = []
            while !rest.isEmpty, chosen.count < specification.perPrompt {
                chosen.append(rest.remove(at: draw(rest.count)))
            }
            return chosen
        }
    }

    func entry(_ candidate: Int) -> CuratedSet.Entry {
        let (template, response) = candidates[candidate]
        return CuratedSet.Entry(
            position: item.position, template: template, prompt: item.prompt, response: response.rollout.tokens,
            text: response.text)
    }
}
