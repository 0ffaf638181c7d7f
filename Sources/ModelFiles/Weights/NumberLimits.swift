/// The largest magnitude among some numbers, as a float's bits without the sign, which are in the order of magnitudes;
/// infinity's and larger ones mean that a number is not finite. 0 if there are none.
private func largestMagnitude(_ values: UnsafeBufferPointer<Float>) -> UInt32 {
    var largest: UInt32 = 0
    for value in values { largest = max(largest, value.bitPattern & 0x7FFF_FFFF) }
    return largest
}

extension TensorFormat {
    /// Whether all numbers are finite, also once they are rounded to this format.
    public func holds(_ values: UnsafeBufferPointer<Float>) -> Bool { largestMagnitude(values) < firstBeyond }

    /// The bits of the least float that rounds to infinity.
    private var firstBeyond: UInt32 {
        switch self {
        case .float32: Float.infinity.bitPattern
        case .float16: Float(65520).bitPattern
        case .bfloat16: 0x7F7F_8000
        }
    }

    /// Whether all numbers, given as bfloat16, are finite.
    public static func areFinite(bfloat16 values: UnsafeBufferPointer<UInt16>) -> Bool {
        var largest: UInt16 = 0
        for value in values { largest = max(largest, value & 0x7FFF) }
        return largest < 0x7F80
    }

    /// Throws an error that names the tensor, unless all its numbers can be written in this format.
    func check(_ values: UnsafeBufferPointer<Float>, of tensor: String) throws(PolicyError) {
        guard !holds(values) else { return }
        guard TensorFormat.float32.holds(values) else {
            throw PolicyError(
                .invalid,
                "tensor '\(tensor)' has numbers that are not finite, and nothing is written. Take an earlier checkpoint or "
                    + "version.")
        }
        throw PolicyError(
            .invalid, "tensor '\(tensor)' has numbers beyond what \(rawValue) holds. Write BF16 or F32.")
    }
}

extension PolicyError {
    /// Stored numbers that nothing can be computed with.
    public static func notFinite(_ tensor: TensorView) -> PolicyError {
        PolicyError(
            .invalid,
            "tensor '\(tensor.name)' in \(tensor.file) has numbers that are not finite. Download the file again, or take an "
                + "earlier checkpoint.")
    }
}
