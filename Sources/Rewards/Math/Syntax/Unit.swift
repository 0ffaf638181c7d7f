/// A known unit: what it measures, and how much of it.
struct Unit: Equatable, Sendable {
    enum Dimension: Sendable { case length, mass, time, volume, money }

    var dimension: Dimension
    /// In metres, kilograms, seconds, litres or dollars.
    var size: Rational

    /// The unit after a value, if the last word is one and has no power.
    static func last(of tokens: ArraySlice<LatexToken>) -> Unit? {
        guard case .text(let text)? = tokens.last?.kind, !tokens.dropLast().contains(where: \.isText) else {
            return nil
        }
        return known[text.lowercased()] ?? known[String(text.lowercased().dropLast())]
    }

    /// By their singular names and their symbols.
    private static let known: [String: Unit] = {
        var known: [String: Unit] = [:]
        func add(_ dimension: Dimension, _ size: Rational, _ names: String...) {
            for name in names { known[name] = Unit(dimension: dimension, size: size) }
        }
        func thousandths(_ count: Int) -> Rational { Rational(count) / Rational(1000) }
        add(.length, thousandths(1), "mm", "millimeter", "millimetre")
        add(.length, thousandths(10), "cm", "centimeter", "centimetre")
        add(.length, thousandths(100), "dm", "decimeter", "decimetre")
        add(.length, .one, "m", "meter", "metre")
        add(.length, Rational(1000), "km", "kilometer", "kilometre")
        let inch = Rational(254) / Rational(10000)
        add(.length, inch, "in", "inch", "inche")
        add(.length, inch * Rational(12), "ft", "foot", "feet")
        add(.length, inch * Rational(36), "yd", "yard")
        add(.length, inch * Rational(63360), "mi", "mile")
        add(.mass, thousandths(1) / Rational(1000), "mg", "milligram")
        add(.mass, thousandths(1), "g", "gram")
        add(.mass, .one, "kg", "kilogram")
        add(.time, .one, "s", "sec", "second")
        add(.time, Rational(60), "min", "minute")
        add(.time, Rational(3600), "h", "hr", "hour")
        add(.time, Rational(86400), "day")
        add(.time, Rational(604_800), "week")
        add(.volume, thousandths(1), "ml", "milliliter", "millilitre")
        add(.volume, .one, "l", "liter", "litre")
        add(.money, Rational(1) / Rational(100), "cent")
        add(.money, .one, "dollar")
        return known
    }()
}
