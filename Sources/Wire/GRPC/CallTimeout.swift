/// The `grpc-timeout` header: at most eight digits and a unit.
package enum CallTimeout {
    /// Units with their attoseconds, finest first.
    ///
    /// `Duration` counts in attoseconds.
    private static let units: [(name: Character, attoseconds: Int128)] = [
        ("n", 1_000_000_000), ("u", 1_000_000_000_000), ("m", 1_000_000_000_000_000),
        ("S", 1_000_000_000_000_000_000), ("M", 60_000_000_000_000_000_000), ("H", 3_600_000_000_000_000_000_000),
    ]
    private static let maxCount: Int128 = 99_999_999

    /// Returns nil if the text is malformed.
    package static func parse(_ text: String) -> Duration? {
        let digits = text.dropLast()
        guard (1...8).contains(digits.count), digits.allSatisfy({ $0.isASCII && $0.isNumber }),
            let count = Int128(digits), let unit = units.first(where: { $0.name == text.last })
        else { return nil }
        return Duration(attoseconds: count * unit.attoseconds)
    }

    /// In the finest unit that fits, rounded up so that a call never ends early; zero and negative durations become
    /// `0n`.
    package static func format(_ timeout: Duration) -> String {
        let attoseconds = max(timeout.attoseconds, 0)
        for unit in units {
            let count = (attoseconds + unit.attoseconds - 1) / unit.attoseconds
            if count <= maxCount { return "\(count)\(unit.name)" }
        }
        return "\(maxCount)H"
    }
}
