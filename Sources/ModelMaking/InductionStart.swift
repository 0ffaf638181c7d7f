import Basics
import ModelFiles

#if canImport(Glibc)
import Glibc
#endif

/// Initial weights near those of induction heads, which find where something stood before and what stood beside it.
///
/// A model that looks things up needs such heads first, and takes long to find them. They have two parts:
///
/// - Heads of the first two layers look one, two, three and four places back in turn (the subject of a sentence, say,
///   stands a few places before the name that it is said by), and copy what is there. With a key bias of (a, 0) in each of
///   the first pairs of a head, and as query bias the same rotated back by d places,
///
///       q . k (m places apart) = sum over i of a^2 cos((m - d) frequency[i])
///
///   is greatest at m = d. They copy through a random projection P of D x E: W_v = c P and W_o = c P^T, so that
///   W_o W_v x = c^2 P^T P x.
/// - Heads of the layers behind look for what is alike: W_q = W_k = s P of each key-value head, so that
///   q . k = s^2 (P x) . (P y), apart from rotation.
///
/// These are added to weights drawn as usual, of which copying heads keep half. Matrices whose products are near the
/// identity are a mimetic initialisation (Trockman and Kolter 2023, arXiv 2305.09828). Training is otherwise unchanged.
struct InductionStart {
    private let configuration: PolicyConfiguration
    private let seed: UInt64
    /// By layer.
    private let frequencies: [[Double]]

    private static let copyingLayers = 2
    private static let places = 4
    /// a: with 8 pairs and D = 32, the score of the place looked at initially exceeds that of distant places by 22 /
    /// 5.66.
    private static let amplitude = 4.0
    /// s: contents of one kind score s^2 sqrt(D) more than unlike ones; 2.8 with D = 32.
    private static let sharpness = 0.7

    init(_ configuration: PolicyConfiguration, seed: UInt64) {
        self.configuration = configuration
        self.seed = seed
        frequencies = configuration.layerPlans.prefix(Self.copyingLayers).map { $0.rotary.frequencies().perToken }
    }

    /// Changes a tensor's freshly drawn elements.
    func write(_ tensor: TensorSpecification, _ range: Range<Int>, into buffer: UnsafeMutableBufferPointer<Float>) {
        guard case .layer(let layer, let weight) = tensor.weight else { return }
        let copies = layer < Self.copyingLayers
        switch weight {
        case .queryBias where copies: look(layer, heads: configuration.headCount, looksBack: true, range, buffer)
        case .keyBias where copies:
            look(layer, heads: configuration.keyValueHeadCount, looksBack: false, range, buffer)
        case .valueWeight where copies:
            let projection = projection(layer, group: 0), d = configuration.headSize, e = configuration.hiddenSize
            change(range, buffer) { Double($1) / 2 + copyScale * projection[$0 / e % d * e + $0 % e] }
        case .outputWeight where copies:
            let projection = projection(layer, group: 0), d = configuration.headSize, e = configuration.hiddenSize
            let width = configuration.headCount * d
            change(range, buffer) { Double($1) / 2 + copyScale * projection[$0 % width % d * e + $0 / width] }
        case .queryWeight where !copies: match(layer, headsOfGroup: configuration.groupSize, range, buffer)
        case .keyWeight where !copies: match(layer, headsOfGroup: 1, range, buffer)
        default: break
        }
    }

    /// c: what a head copies is initially as large as an embedding. P^T P shortens a vector by sqrt(D / E).
    private var copyScale: Double {
        let ratio = Double(configuration.hiddenSize) / Double(configuration.headSize)
        return (PolicyConfiguration.initializerRange * ratio.squareRoot()).squareRoot()
    }

    private func look(
        _ layer: Int, heads: Int, looksBack: Bool, _ range: Range<Int>, _ buffer: UnsafeMutableBufferPointer<Float>
    ) {
        let d = configuration.headSize
        for head in 0..<heads {
            let back = looksBack ? Double(head % Self.places + 1) : 0
            for pair in 0..<d / 4 {
                let angle = -back * frequencies[layer][pair]
                for (index, value) in [(pair, cos(angle)), (pair + d / 2, sin(angle))] {
                    let element = head * d + index
                    if range.contains(element) {
                        buffer[element - range.lowerBound] += Float(Self.amplitude * value)
                    }
                }
            }
        }
    }

    private func match(
        _ layer: Int, headsOfGroup: Int, _ range: Range<Int>, _ buffer: UnsafeMutableBufferPointer<Float>
    ) {
        let rows = headsOfGroup * configuration.headSize, d = configuration.headSize, e = configuration.hiddenSize
        let projections = (0..<configuration.keyValueHeadCount).map { projection(layer, group: $0) }
        change(range, buffer) { element, drawn in
            let row = element / e
            return Double(drawn) + Self.sharpness * projections[row / rows][row % d * e + element % e]
        }
    }

    private func change(
        _ range: Range<Int>, _ buffer: UnsafeMutableBufferPointer<Float>, _ value: (_ element: Int, Float) -> Double
    ) {
        for index in 0..<range.count { buffer[index] = Float(value(range.lowerBound + index, buffer[index])) }
    }

    /// P of one layer and key-value head, by rows: D x E, of variance 1 / E, so that rows have length 1 or nearly so.
    private func projection(_ layer: Int, group: Int) -> [Double] {
        let stream = SplitMix.mix(fingerprint("induction".utf8) &+ UInt64(layer) << 32 &+ UInt64(group))
        var deviates = NormalDeviates(seed: seed, stream: stream)
        let scale = 1 / Double(configuration.hiddenSize).squareRoot()
        return (0..<configuration.headSize * configuration.hiddenSize).map { _ in deviates.next() * scale }
    }
}

extension PolicyConfiguration {
    /// Whether every layer rotates all of every head.
    var rotatesWholeHeads: Bool { layerPlans.allSatisfy { $0.rotary.size == headSize } }
}
