import Compute
import ModelFiles

/// Memory for what goes through experts, for up to M tokens of which each goes through K of E experts.
///
/// A slot is one token in one of its experts; slots are in order of experts, and of tokens within one. Trivial, as
/// `Rows` are.
struct ExpertSpace {
    /// K.
    let perToken: Int
    /// Probabilities of all experts, or before that their logits. [M, E]
    var probabilities: Rows
    /// The experts of each token, ascending. [M, K]
    var choices: UnsafeMutablePointer<Int32>
    /// Their weights. [M, K]
    var weights: Rows
    /// Which of all tokens' choices each slot is. [M K]
    private let choicesOfSlots: UnsafeMutablePointer<Int32>
    /// The slot of each token's choices. [M, K]
    let slots: UnsafeMutablePointer<Int32>
    /// The first slot of each expert, and the number of all slots. [E + 1]
    let starts: UnsafeMutablePointer<Int32>
    /// Normalised rows. [M K, C] in the policy's precision
    let input: Rows
    /// Feed-forward activations. [M K, F] in the policy's precision
    let hidden: Rows
    /// What experts add, before weighting. [M K, C]
    let output: Rows
    /// Where gate and up projections are kept for gradients; nil keeps none. [M K, 2 F]
    var keptGateUp: Rows?

    /// nil for a policy without experts.
    ///
    /// - Parameter parts: How many parts of the rows may be computed at a time.
    init?(
        _ c: PolicyConfiguration, _ precision: Precision, rows: Int, parts: Int, in memory: RowMemory
    ) throws(MemoryError) {
        guard let experts = c.experts else { return nil }
        let slotCount = rows * experts.perToken
        perToken = experts.perToken
        probabilities = try memory.probabilities(rows, experts)
        choices = try memory.integers(slotCount)
        weights = try memory.rows(rows, width: experts.perToken)
        choicesOfSlots = try memory.integers(slotCount)
        slots = try memory.integers(slotCount)
        starts = try memory.integers(parts * (experts.count + 1))
        input = try memory.rows(slotCount, width: c.hiddenSize, precision)
        hidden = try memory.rows(slotCount, width: experts.feedForwardSize, precision)
        output = try memory.rows(slotCount, width: c.hiddenSize)
    }

    private init(_ whole: ExpertSpace, firstRow: Int, part: Int) {
        let first = firstRow * whole.perToken
        perToken = whole.perToken
        probabilities = whole.probabilities.from(firstRow)
        choices = whole.choices + first
        weights = whole.weights.from(firstRow)
        choicesOfSlots = whole.choicesOfSlots + first
        slots = whole.slots + first
        starts = whole.starts + part * (whole.probabilities.width + 1)
        input = whole.input.from(first)
        hidden = whole.hidden.from(first)
        output = whole.output.from(first)
    }

    /// The space of one of several parts of the rows.
    func from(_ firstRow: Int, part: Int) -> ExpertSpace { ExpertSpace(self, firstRow: firstRow, part: part) }

    /// The same space, but with what gradients need going to a tape.
    func keeping(_ tape: ActivationTape.ExpertTape?) -> ExpertSpace {
        guard let tape else { return self }
        var space = self
        (space.probabilities, space.choices, space.weights) = (tape.probabilities, tape.choices, tape.weights)
        space.keptGateUp = tape.gateUp
        return space
    }

    func token(of slot: Int) -> Int { Int(choicesOfSlots[slot]) / perToken }

    func weight(of slot: Int) -> Float { weights.floats(0)[Int(choicesOfSlots[slot])] }

    /// The slots of an expert.
    func range(of expert: Int) -> Range<Int> { Int(starts[expert])..<Int(starts[expert + 1]) }

    /// The experts that have slots.
    var used: some Sequence<Int> { (0..<probabilities.width).lazy.filter { !range(of: $0).isEmpty } }

    /// Puts tokens in order of their experts.
    func arrange(rows: Int) {
        let experts = probabilities.width, count = rows * perToken
        starts.update(repeating: 0, count: experts + 1)
        for choice in 0..<count { starts[Int(choices[choice]) + 1] += 1 }
        for expert in 0..<experts { starts[expert + 1] += starts[expert] }
        for choice in 0..<count {
            let expert = Int(choices[choice]), slot = Int(starts[expert])
            choicesOfSlots[slot] = Int32(choice)
            slots[choice] = Int32(slot)
            starts[expert] += 1
        }
        // Every start has moved to the next one's place.
        for expert in stride(from: experts, to: 0, by: -1) { starts[expert] = starts[expert - 1] }
        starts[0] = 0
    }

    /// Copies each token's row to its slots, for some slots. Rows and slots are of one format and width.
    func gather(_ rows: Rows, into target: Rows, _ share: Range<Int>) {
        for slot in share { target.copyRow(rows, token(of: slot), to: slot) }
    }
}

extension RowMemory {
    /// Softmax goes through whole vectors of 16.
    func probabilities(_ rows: Int, _ experts: PolicyConfiguration.Experts) throws(MemoryError) -> Rows {
        try self.rows(rows, width: (experts.count + 15) / 16 * 16).columns(0..<experts.count)
    }
}
