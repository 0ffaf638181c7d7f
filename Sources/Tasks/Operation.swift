/// The tasks' operations, as written in prompts and responses.
enum Operation: UInt8, Sendable, Hashable, CaseIterable {
    case add = 0x2B
    case subtract = 0x2D
    case multiply = 0x2A
    /// Countdown only.
    case divide = 0x2F

    var text: String { String(UnicodeScalar(rawValue)) }

    /// The result in whole numbers; nil if it is not whole or out of the range of Int.
    func apply(_ left: Int, _ right: Int) -> Int? {
        switch self {
        case .add: Self.result(left.addingReportingOverflow(right))
        case .subtract: Self.result(left.subtractingReportingOverflow(right))
        case .multiply: Self.result(left.multipliedReportingOverflow(by: right))
        case .divide:
            right != 0 && left.isMultiple(of: right) ? Self.result(left.dividedReportingOverflow(by: right)) : nil
        }
    }

    /// The result modulo `modulus`, in 0..<modulus.
    ///
    /// - Precondition: Both operands are in 0..<modulus, which is below 2^31; the operation is not division.
    func apply(_ left: Int, _ right: Int, modulo modulus: Int) -> Int {
        precondition(self != .divide, "division modulo \(modulus)")
        switch self {
        case .subtract: return (left - right + modulus) % modulus
        case .multiply: return left * right % modulus
        default: return (left + right) % modulus
        }
    }

    private static func result(_ outcome: (partialValue: Int, overflow: Bool)) -> Int? {
        outcome.overflow ? nil : outcome.partialValue
    }
}
