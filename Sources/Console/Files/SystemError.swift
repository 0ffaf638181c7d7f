import Foundation

/// The operating system's error for a failed call.
///
/// The number must be read right after the call failed: later calls, even successful ones, may change `errno`.
package struct SystemError: Error, Equatable, CustomStringConvertible {
    package let code: Int32

    package init(_ code: Int32) { self.code = code }

    /// For example "No space left on device".
    package var description: String { String(cString: strerror(code)) }

    /// The error wrapped by a Foundation error, whose own text gives neither reason nor remedy; nil if there is none.
    package init?(causing error: any Error) {
        if let error = error as? SystemError { self = error } else { self.init(foundation: error as NSError) }
    }

    private init?(foundation error: NSError) {
        if error.domain == NSPOSIXErrorDomain {
            self.init(Int32(truncatingIfNeeded: error.code))
        } else if let cause = error.userInfo[NSUnderlyingErrorKey] as? any Error {
            self.init(causing: cause)
        } else if let code = Self.codes[CocoaError.Code(rawValue: error.code)], error.domain == NSCocoaErrorDomain {
            self.init(code)
        } else {
            return nil
        }
    }

    private static let codes: [CocoaError.Code: Int32] = [
        .fileNoSuchFile: ENOENT, .fileReadNoSuchFile: ENOENT, .fileReadNoPermission: EACCES,
        .fileWriteNoPermission: EACCES, .fileWriteOutOfSpace: ENOSPC, .fileWriteVolumeReadOnly: EROFS,
        .fileWriteFileExists: EEXIST,
    ]

    /// What to do about an unreadable file; empty if the reason says it all.
    package var remedyForReading: String {
        switch code {
        case ENOENT, ENOTDIR: "Give the path of a file, or - for standard input."
        case EACCES, EPERM: "Check its permissions."
        case EISDIR: "Give the path of a file."
        default: ""
        }
    }

    /// What to do about an unwritable file; empty if the reason says it all.
    package var remedyForWriting: String {
        switch code {
        case ENOENT, ENOTDIR: "Give a path in a folder that exists."
        case EACCES, EPERM: "Check the permissions of the file and of its folder."
        case EISDIR: "Give the path of a file."
        case ENOSPC, EDQUOT: "Free some space, or write elsewhere."
        case EROFS: "Write elsewhere."
        default: ""
        }
    }
}
