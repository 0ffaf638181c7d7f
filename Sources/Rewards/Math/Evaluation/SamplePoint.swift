import Basics

/// Values for letters, the same in every run: a function of the letter's name and the point's number.
struct SamplePoint {
    /// The number of points at which formulas are compared in doubles. At the first half all letters are positive,
    /// where logarithms and roots are real; at the others some are negative, which tells √x² from x.
    static let count = 12
    /// The number of points at which letters are whole numbers.
    static let wholeCount = 24

    let number: Int
    /// Letters that are whole numbers at this point.
    var wholeLetters: Set<String> = []
    /// Letters with fixed values here.
    var fixed: [String: Double] = [:]
    /// The factor applied to letters' values.
    var stretch = 1.0

    static let usual = (0..<count).map { SamplePoint(number: $0) }
    /// In `small`, letters are below 1 in absolute value, where inverse sines have values; in `large`, some 10, where
    /// √(x - 5) is real.
    static let small = (0..<count).map { SamplePoint(number: $0, stretch: 0.36) }
    static let large = (0..<count).map { SamplePoint(number: $0, stretch: 7) }

    /// A value below the field's prime.
    func residue(_ name: String, _ field: Residue.Field) -> Residue { Residue(bits(name), field) }

    /// Exactly the value of `real` at points with whole letters: a whole number from 1 to 40, small at the first
    /// points, or a multiple of 1/16.
    func rational(_ name: String) -> Rational {
        let bits = bits(name)
        guard wholeLetters.contains(name) else { return Rational(Int(5 + bits % 39)) / Rational(16) }
        return Rational(Int(1 + bits % [8, 16, 40][number % 3]))
    }

    /// Between 0.3 and 2.7 in absolute value, unless stretched: powers neither vanish nor explode.
    func real(_ name: String) -> Double {
        if let value = fixed[name] { return value }
        guard wholeLetters.isEmpty else { return rational(name).double }
        let bits = bits(name)
        let size = 0.3 + 2.4 * Double(bits >> 11) / 9_007_199_254_740_992
        return number >= Self.count / 2 && bits & 1 == 1 ? -size * stretch : size * stretch
    }

    /// FNV-1a over the name, then two rounds of SplitMix64's mixing, so that similar names lie far apart.
    private func bits(_ name: String) -> UInt64 {
        let hash = fingerprint(name.utf8)
        return Self.mixed(Self.mixed(hash &+ UInt64(number)) ^ hash)
    }

    private static func mixed(_ value: UInt64) -> UInt64 { SplitMix.mix(value &+ SplitMix.increment) }
}
