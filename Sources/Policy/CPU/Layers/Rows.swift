import CKernels
import Compute

/// Evenly spaced rows of numbers in memory that something else owns.
///
/// Trivial, so that passing one costs a few registers and no reference count.
struct Rows {
    let base: UnsafeMutableRawPointer
    /// The number of values from the start of one row to the start of the next.
    let stride: Int
    /// The number of values in a row.
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

    /// The same memory with row `first` of these as row 0; `first` may be negative.
    func from(_ first: Int) -> Rows { Rows(base: start(first), stride: stride, width: width, format: format) }

    /// Copies row `source` of rows of the same format and width.
    func copyRow(_ rows: Rows, _ source: Int, to row: Int) {
        assert(format == rows.format && width == rows.width, "rows of another kind")
        start(row).copyMemory(from: rows.start(source), byteCount: width * valueBytes)
    }

    /// Some columns of each row.
    func columns(_ columns: Range<Int>) -> Rows {
        Rows(base: base + columns.lowerBound * valueBytes, stride: stride, width: columns.count, format: format)
    }
}

/// Zeroed memory to take rows from. It lives as long as this object.
///
/// The stride of bfloat16 rows is even, since products read values in pairs. The padding value after an odd-length row
/// is never written and stays 0.
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

    func integers(_ count: Int) throws(MemoryError) -> UnsafeMutablePointer<Int32> {
        let buffer = try AlignedBuffer<UInt8>(count: 4 * count)
        buffers.append(buffer)
        return UnsafeMutableRawPointer(buffer.pointer).bindMemory(to: Int32.self, capacity: count)
    }

    func derivative(_ count: Int, width: Int, _ precision: Precision) throws(MemoryError) -> Derivative {
        let exact = try rows(count, width: width)
        return Derivative(exact, rounded: precision == .float32 ? nil : try rows(count, width: width, precision))
    }
}

/// Derivatives in float32, and the same as products read them: rounded to bfloat16 if the policy computes in it,
/// otherwise unchanged.
struct Derivative {
    let exact: Rows
    let rounded: Rows

    init(_ exact: Rows, rounded: Rows? = nil) {
        self.exact = exact
        self.rounded = rounded ?? exact
    }

    /// Updates what products read, for some rows.
    func round(_ rows: Range<Int>) {
        guard rounded.format == ATTN_BF16, exact.format == ATTN_F32 else { return }
        for row in rows { attn_f32_to_bf16(exact.start(row), rounded.start(row), exact.width) }
    }
}
