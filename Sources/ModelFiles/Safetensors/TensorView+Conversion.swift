internal import CKernels

extension TensorView {
    /// Writes elements [first, first + destination.count) as floats; exact.
    ///
    /// - Precondition: The tensor has the elements.
    public func copyFloats(from first: Int = 0, to destination: UnsafeMutableBufferPointer<Float>) {
        guard let target = destination.baseAddress, destination.count > 0 else { return }
        withExtendedLifetime(self) {
            let source = start(of: first, count: destination.count)
            switch format {
            case .float16: attn_f16_to_f32(source, target, destination.count)
            case .bfloat16: attn_bf16_to_f32(source, target, destination.count)
            case .float32: attn_f32_to_f32(source, target, destination.count)
            }
        }
    }

    /// Writes elements [first, first + destination.count) as bfloat16 bits, rounded to nearest, ties to even.
    ///
    /// - Precondition: The tensor has the elements.
    public func copyBFloat16(from first: Int = 0, to destination: UnsafeMutableBufferPointer<UInt16>) {
        guard let target = destination.baseAddress, destination.count > 0 else { return }
        withExtendedLifetime(self) {
            let source = start(of: first, count: destination.count)
            switch format {
            case .float16: attn_f16_to_bf16(source, target, destination.count)
            case .bfloat16: attn_bf16_to_bf16(source, target, destination.count)
            case .float32: attn_f32_to_bf16(source, target, destination.count)
            }
        }
    }

    /// All elements as floats.
    public func floats() -> [Float] {
        [Float](unsafeUninitializedCapacity: elementCount) { buffer, count in
            copyFloats(to: UnsafeMutableBufferPointer(rebasing: buffer[..<elementCount]))
            count = elementCount
        }
    }

    private func start(of first: Int, count: Int) -> UnsafeRawPointer {
        precondition(
            first >= 0 && first + count <= elementCount,
            "\(name): elements \(first)..<\(first + count) of \(elementCount) were asked for")
        guard let base = bytes.baseAddress else { preconditionFailure("\(name): elements without bytes") }
        return base + first * format.byteCount
    }
}
