import CKernels
import Compute

/// Rows of numbers at equal distances in memory that something else owns.
///
/// Trivial, so that passing one costs a few registers and no reference count.
struct Rows {
    let base: UnsafeMutableRawPointer
    /// Values from the start of one row to that of the next.
    let stride: Int
    /// Values of a row.
    let width: Int
    let format: attn_format

    private var valueBytes: Int { format == ATTN_F32 ? 4 : 2 }

    /// Where a row begins.
    func start(_ row: Int) -> UnsafeMutableRawPointer { base + row * stride * valueBytes }

    /// A row of float32.
    func floats(_ row: Int) -> UnsafeMutablePointer<Float> {
        assert(format == ATTN_F32, "rows of \(format) are read as float32")
        return start(row).assumingMemoryBound(to: Float.self)
    }

    /// The rows whose row 0 is row `first` of these, which may lie before them.
    func from(_ first: Int) -> Rows { Rows(base: start(first), stride: stride, width: width, format: format) }

    /// Some columns of each row.
    func columns(_ columns: Range<Int>) -> Rows {
        Rows(base: base + columns.lowerBound * valueBytes, stride: stride, width: columns.count, format: format)
    }
}

/// Memory that rows are taken from, zeroed. It lives as long as this object.
///
/// Rows of bfloat16 are an even number of values apart, since products read them in pairs. The value after an odd row is
/// never written and stays 0.
final class RowMemory {
    private var buffers: [AlignedBuffer<UInt8>] = []

    func rows(_ count: Int, width: Int, _ precision: Precision = .float32) throws(MemoryError) -> Rows {
        let stride = precision == .float32 ? width : (width + 1) / 2 * 2
        let buffer = try AlignedBuffer<UInt8>(count: count * stride * precision.byteCount)
        buffers.append(buffer)
        let base = UnsafeMutableRawPointer(buffer.pointer)
        switch precision {
        case .float32: base.bindMemory(to: Float.self, capacity: count * stride)
        case .bfloat16: base.bindMemory(to: UInt16.self, capacity: count * stride)
        }
        return Rows(base: base, stride: stride, width: width, format: precision.format)
    }

    func derivative(_ count: Int, width: Int, _ precision: Precision) throws(MemoryError) -> Derivative {
        let exact = try rows(count, width: width)
        return Derivative(exact, rounded: precision == .float32 ? nil : try rows(count, width: width, precision))
    }
}

/// Derivatives in float32, and the same as products read them: rounded to bfloat16 where the policy computes in it,
/// otherwise themselves.
struct Derivative {
    let exact: Rows
    let rounded: Rows

    init(_ exact: Rows, rounded: Rows? = nil) {
        self.exact = exact
        self.rounded = rounded ?? exact
    }

    /// Makes what products read of some rows.
    func round(_ rows: Range<Int>) {
        guard rounded.format == ATTN_BF16, exact.format == ATTN_F32 else { return }
        for row in rows { attn_f32_to_bf16(exact.start(row), rounded.start(row), exact.width) }
    }
}
