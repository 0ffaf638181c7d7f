import Foundation

/// A pair of responses as their mean hidden states, all of one width.
struct ComparedPair {
    /// Its position in the data.
    let position: Int
    let chosen: [Float]
    let other: [Float]

    var difference: [Float] { zip(chosen, other).map { $0 - $1 } }

    /// The memory of a pair, and of fitting a reward to it, beside what the server has: its states, their difference, and that
    /// in Double.
    static func memory(width: Int) -> Int { width * (3 * MemoryLayout<Float>.size + MemoryLayout<Double>.size) }
}

extension [ComparedPair] {
    /// As bytes: of each pair its position (8 bytes), the chosen states and the others (4 bytes each number), of this machine's
    /// order.
    var data: Data {
        var data = Data()
        for pair in self {
            Swift.withUnsafeBytes(of: Int64(pair.position)) { data.append(contentsOf: $0) }
            for states in [pair.chosen, pair.other] { states.withUnsafeBytes { data.append(contentsOf: $0) } }
        }
        return data
    }

    /// Reads what `data` wrote.
    ///
    /// - Returns: nil if it is not of pairs of this width.
    init?(_ data: Data, width: Int) {
        let size = 8 + 8 * width
        guard data.count.isMultiple(of: size) else { return nil }
        self = data.withUnsafeBytes { bytes in
            stride(from: 0, to: bytes.count, by: size).map { begin in
                func states(_ offset: Int) -> [Float] {
                    (0..<width).map { bytes.loadUnaligned(fromByteOffset: begin + offset + 4 * $0, as: Float.self) }
                }
                return ComparedPair(
                    position: Int(bytes.loadUnaligned(fromByteOffset: begin, as: Int64.self)), chosen: states(8),
                    other: states(8 + 4 * width))
            }
        }
    }
}
