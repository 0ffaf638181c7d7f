#if canImport(Glibc)
import Glibc
#endif

extension TensorView {
    /// Says that the bytes have been read and will not be needed soon: the pages they lie in whole are no longer counted
    /// as this process's memory. Reading them again is safe, and reads the file again.
    func releasePages() {
        guard isMapped, let base = bytes.baseAddress else { return }
        let page = Int(sysconf(Int32(_SC_PAGESIZE)))
        let start = (Int(bitPattern: base) + page - 1) / page * page
        let end = (Int(bitPattern: base) + bytes.count) / page * page
        guard start < end, let address = UnsafeMutableRawPointer(bitPattern: start) else { return }
        madvise(address, end - start, MADV_DONTNEED)
    }
}
