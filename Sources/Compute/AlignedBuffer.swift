import CKernels

#if canImport(Glibc)
import Glibc
#endif

/// Memory of a fixed number of elements on a 64-byte boundary, zeroed, owned by this object and freed with it.
///
/// The pages of large buffers are not resident until they are touched; small buffers share pages.
public final class AlignedBuffer<Element: BitwiseCopyable>: @unchecked Sendable {  // callers coordinate access
    public let count: Int
    public let pointer: UnsafeMutablePointer<Element>
    private let byteCount: Int

    public init(count: Int) {
        precondition(count >= 0, "AlignedBuffer: count is \(count)")
        self.count = count
        byteCount = max(count * MemoryLayout<Element>.stride, 64)
        pointer = byteCount < Self.mappedFrom ? Self.allocate(byteCount, count) : Self.map(byteCount, count)
    }

    /// Bytes from which on a buffer has pages of its own.
    private static var mappedFrom: Int { 1 << 17 }

    private static func allocate(_ byteCount: Int, _ count: Int) -> UnsafeMutablePointer<Element> {
        let memory = UnsafeMutableRawPointer.allocate(byteCount: byteCount, alignment: 64)
        memory.initializeMemory(as: UInt8.self, repeating: 0, count: byteCount)
        return memory.bindMemory(to: Element.self, capacity: count)
    }

    private static func map(_ byteCount: Int, _ count: Int) -> UnsafeMutablePointer<Element> {
        let mapped = mmap(
            nil, byteCount, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
        guard let mapped, mapped != MAP_FAILED else {
            fatalError("AlignedBuffer: no memory for \(byteCount) bytes (errno \(errno))")
        }
        // Large buffers are read in long streams: fewer, larger pages save address translations.
        if byteCount >= 4 << 20 { madvise(mapped, byteCount, MADV_HUGEPAGE) }
        return mapped.bindMemory(to: Element.self, capacity: count)
    }

    deinit {
        if byteCount < Self.mappedFrom {
            UnsafeMutableRawPointer(pointer).deallocate()
        } else {
            munmap(pointer, byteCount)
        }
    }

    public var buffer: UnsafeMutableBufferPointer<Element> { UnsafeMutableBufferPointer(start: pointer, count: count) }
}
