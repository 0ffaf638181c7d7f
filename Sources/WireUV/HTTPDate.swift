internal import Glibc

/// The time for a Date header, written once a second (RFC 9110, sections 5.6.7 and 6.6.1).
struct HTTPDate {
    private var second: time_t?
    private var text = ""

    init() {}

    mutating func now() -> String {
        let now = time(nil)
        if second != now {
            second = now
            text = Self.text(of: now)
        }
        return text
    }

    /// Such as `Sun, 06 Nov 1994 08:49:37 GMT`.
    static func text(of second: time_t) -> String {
        var second = second
        var parts = tm()
        gmtime_r(&second, &parts)
        let clock = [parts.tm_hour, parts.tm_min, parts.tm_sec].map(twoDigits).joined(separator: ":")
        let (day, month) = (days[Int(parts.tm_wday)], months[Int(parts.tm_mon)])
        return "\(day), \(twoDigits(parts.tm_mday)) \(month) \(Int(parts.tm_year) + 1900) \(clock) GMT"
    }

    private static let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    private static func twoDigits(_ number: CInt) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
