import Rollouts
import Wire

/// Why a response ended, in the form used by messages.
struct ResponseEnd {
    let reason: V1.FinishReason
    private(set) var stopText = ""
    private(set) var stopTokenID: Int32?

    init(_ reason: FinishReason) {
        switch reason {
        case .stopToken(let id):
            self.reason = .stop
            stopTokenID = id
        case .stopText(let text):
            self.reason = .stop
            stopText = text
        case .length: self.reason = .length
        }
    }
}
