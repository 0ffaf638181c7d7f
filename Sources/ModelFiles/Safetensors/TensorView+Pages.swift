#if canImport(Glibc)
import Glibc
#endif

extension TensorView {
    /// - Throws: `PolicyError` when the tensor's file was shortened, so that some of what was read was not there.
    func checkIsWhole() throws { try (owner as? MappedFile)?.checkIsWhole() }

    /// Says that the bytes have been read and will not be needed soon: the pages they lie in whole are no longer counted
    /// as this process's memory. Reading them again is safe, and reads the file again.
    ///
    /// - Throws: As `checkIsWhole`.
    public func finishReading() throws {
        guard owner is MappedFile, let base = bytes.baseAddress else { return }
        try checkIsWhole()
        let page = Int(sysconf(Int32(_SC_PAGESIZE)))
        let start = (Int(bitPattern: base) + page - 1) / page * page
        let end = (Int(bitPattern: base) + bytes.count) / page * page
        guard start < end, let address = UnsafeMutableRawPointer(bitPattern: start) else { return }
        madvise(address, end - start, MADV_DONTNEED)
    }
}
