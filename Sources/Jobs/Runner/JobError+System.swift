internal import Foundation

/// An error of something outside, which somebody may be able to put right: the job pauses, and resumes from its newest
/// checkpoint.
public protocol OutsideError: Error, CustomStringConvertible {}

extension JobError {
    /// Why something cannot be written, in words that say how to fix it.
    public init(writing path: String, _ error: any Error) { self = Self.trouble(path, error, "written") }

    /// The same for reading.
    public init(reading path: String, _ error: any Error) { self = Self.trouble(path, error, "read") }

    private static func trouble(_ path: String, _ error: any Error, _ doing: String) -> JobError {
        if let error = error as? JobError { return error }
        guard let code = systemCode(error) else {
            return .file(path: path, reason: isFrameworks(error) ? "It cannot be \(doing)." : "\(error)")
        }
        let reason: String
        switch code {
        case ENOSPC, EDQUOT: return .outOfSpace(path: path)
        case EACCES, EPERM: reason = "permission is denied. Allow it to the server's user."
        case EROFS: reason = "the file system is read-only. Make it writable."
        case ENOENT:
            reason = "a folder on the way to it is gone, or cannot be made. Put it back, or give another path."
        case ENOTDIR: reason = "something on the way to it is not a folder. Move that away."
        default: reason = "\(String(cString: strerror(code)))."
        }
        return .file(path: path, reason: "It cannot be \(doing): \(reason)")
    }

    /// The system's number for an error or for its underlying cause; nil if the error is not the system's.
    private static func systemCode(_ error: any Error) -> Int32? {
        if let error = error as? POSIXError { return error.code.rawValue }
        guard isFrameworks(error) else { return nil }
        let error = error as NSError
        if error.domain == NSPOSIXErrorDomain { return Int32(exactly: error.code) }
        if let cause = error.userInfo[NSUnderlyingErrorKey] as? any Error { return systemCode(cause) }
        switch CocoaError.Code(rawValue: error.code) {
        case .fileWriteOutOfSpace: return ENOSPC
        case .fileWriteNoPermission, .fileReadNoPermission: return EACCES
        case .fileWriteVolumeReadOnly: return EROFS
        case .fileNoSuchFile, .fileReadNoSuchFile: return ENOENT
        default: return nil
        }
    }

    /// Whether it is a Foundation error, whose text is not written for operators.
    private static func isFrameworks(_ error: any Error) -> Bool {
        error is CocoaError || error is POSIXError || type(of: error) is NSError.Type
    }

    /// Whether an error or its underlying cause says that the disk is full.
    static func isOutOfSpace(_ error: any Error) -> Bool {
        if case .outOfSpace = error as? JobError { return true }
        return systemCode(error).map { [ENOSPC, EDQUOT].contains($0) } ?? false
    }

    /// A description of any error.
    static func text(of error: any Error) -> String {
        guard isFrameworks(error) else { return String(String(describing: error).prefix(2000)) }
        let path = (error as NSError).userInfo[NSFilePathErrorKey] as? String
        return JobError(reading: path ?? "A file", error).description
    }

    /// Whether an operator can remove the cause, after which the job resumes from its newest checkpoint.
    var isMendable: Bool {
        switch self {
        case .policyUnloaded, .outOfSpace, .store, .file, .damagedCheckpoint: true
        default: false
        }
    }
}
