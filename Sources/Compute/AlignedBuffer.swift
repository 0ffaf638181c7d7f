import CKernels

#if canImport(Glibc)
import Glibc
#endif

/// Zeroed memory for a fixed number of elements on a 64-byte boundary, owned by this object and freed with it.
///
/// The pages of large buffers are not resident until they are touched; small buffers share pages.
public final class AlignedBuffer<Element: BitwiseCopyable>: @unchecked Sendable {  // callers coordinate access
    public let count: Int
    public let pointer: UnsafeMutablePointer<Element>
    private let byteCount: Int

    /// - Throws: `MemoryError` if the system refuses the memory. Pages are only reserved here and allocated when first
    ///   touched, so the machine may still run out of them later; limits on the process's address space apply here.
    public init(count: Int) throws(MemoryError) {
        precondition(count >= 0, "AlignedBuffer: count is \(count)")
        let (size, isTooLarge) = count.multipliedReportingOverflow(by: MemoryLayout<Element>.stride)
        if isTooLarge { throw MemoryError(byteCount: nil) }
        self.count = count
        byteCount = max(size, 64)
        let memory = byteCount < Self.mappedFrom ? Self.allocate(byteCount) : Self.map(byteCount)
        guard let memory else { throw MemoryError(byteCount: byteCount) }
        pointer = memory.bindMemory(to: Element.self, capacity: count)
    }

    /// Several buffers of the same size.
    public static func several(_ buffers: Int, count: Int) throws(MemoryError) -> [AlignedBuffer] {
        var made: [AlignedBuffer] = []
        for _ in 0..<buffers { made.append(try AlignedBuffer(count: count)) }
        return made
    }

    /// The size in bytes from which a buffer has its own pages.
    private static var mappedFrom: Int { 1 << 17 }

    private static func allocate(_ byteCount: Int) -> UnsafeMutableRawPointer? {
        var memory: UnsafeMutableRawPointer?
        guard posix_memalign(&memory, 64, byteCount) == 0, let memory else { return nil }
        memory.initializeMemory(as: UInt8.self, repeating: 0, count: byteCount)
        return memory
    }

    private static func map(_ byteCount: Int) -> UnsafeMutableRawPointer? {
        let mapped = mmap(
            nil, byteCount, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
        guard let mapped, mapped != MAP_FAILED else { return nil }
        // Large buffers are read in long streams: fewer, larger pages save address translations.
        if byteCount >= 4 << 20 { madvise(mapped, byteCount, MADV_HUGEPAGE) }
        return mapped
    }

    deinit {
        if byteCount < Self.mappedFrom {
            free(pointer)
        } else {
            munmap(pointer, byteCount)
        }
    }

    public var buffer: UnsafeMutableBufferPointer<Element> { UnsafeMutableBufferPointer(start: pointer, count: count) }
}
