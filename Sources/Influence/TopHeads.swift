/// One head's contribution to a step's influence.
public struct HeadInfluence: Hashable, Sendable {
    public let head: HeadIndex
    /// y[l, h, k].
    public let influence: Float

    public init(head: HeadIndex, influence: Float) {
        self.head = head
        self.influence = influence
    }
}

extension AttentionTrace {
    /// The heads that attend back to a step most, strongest first; ties are ordered by layer, then head.
    ///
    /// - Parameter count: The number of heads. Heads whose influence is 0 do not attend back and are left out, so a
    ///   step without a score has none.
    public func topHeads(ofStep step: Int, count: Int) -> [HeadInfluence] {
        precondition(0..<segmentation.count ~= step, "step \(step) of \(segmentation.count)")
        var best: [HeadInfluence] = []
        guard count > 0 else { return best }
        for index in 0..<layerCount * headCount {
            let value = perHead[index * segmentation.count + step]
            guard value > 0, best.count < count || value > best[best.count - 1].influence else { continue }
            let place = best.firstIndex { $0.influence < value } ?? best.count
            let head = HeadIndex(layer: index / headCount, head: index % headCount)
            best.insert(HeadInfluence(head: head, influence: value), at: place)
            if best.count > count { best.removeLast() }
        }
        return best
    }
}
