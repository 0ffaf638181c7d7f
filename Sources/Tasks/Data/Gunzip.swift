internal import Gzip

/// Decompresses a file piece by piece: one gzip member after the other, as written by `gzip` and `bgzip`.
final class Gunzip {
    static let mark = Inflater.mark

    private let file: String
    private let inflater = Inflater()
    private var hasBegun = false
    private var isInMember = false
    /// What follows the last member, such as zeros, is ignored, as by `gunzip`.
    private var isOver = false

    private static let piece = 1 << 20

    init(file: String) { self.file = file }

    /// Decompresses the next bytes of the file.
    ///
    /// - Parameter bytes: Empty at the end of the file.
    func unpack(_ bytes: [UInt8]) throws(DataProblem) -> [UInt8] {
        guard !bytes.isEmpty else {
            guard !isInMember else {
                throw DataProblem(file: file, message: "ends within its gzip data. Was it written to its end?")
            }
            return []
        }
        if hasBegun, !isInMember { beginMember(with: bytes[0]) }
        hasBegun = true
        var output: [UInt8] = []
        guard bytes.withUnsafeBytes({ inflate($0, into: &output) }) else {
            throw DataProblem(file: file, message: "holds damaged gzip data. Pack it again.")
        }
        return output
    }

    /// Returns false if the data is damaged.
    private func inflate(_ input: UnsafeRawBufferPointer, into output: inout [UInt8]) -> Bool {
        var rest = input
        while !isOver {
            let begin = output.count
            output += repeatElement(0, count: Self.piece)
            let step = output.withUnsafeMutableBytes {
                inflater.inflate(rest, into: UnsafeMutableRawBufferPointer(rebasing: $0[begin...]))
            }
            output.removeLast(Self.piece - step.written)
            rest = UnsafeRawBufferPointer(rebasing: rest[step.read...])
            isInMember = step.status != .memberEnded
            switch step.status {
            case .damaged: return false
            case .withinMember: if rest.isEmpty, step.written < Self.piece { return true }
            case .memberEnded:
                guard let next = rest.first else { return true }
                beginMember(with: next)
            }
        }
        return true
    }

    /// Continues with the next member; there is none if the next byte does not begin one.
    private func beginMember(with next: UInt8) {
        isOver = isOver || next != Self.mark[0]
        inflater.reset()
    }
}
