import ArgumentParser

/// A duration as people write it: `30s`, `5m`, `1h30m`, `250ms`; a bare number means seconds.
package struct TimeSpan: ExpressibleByArgument, CustomStringConvertible, Equatable {
    package let duration: Duration
    private let text: String

    package init(seconds: Int, text: String) {
        duration = .seconds(seconds)
        self.text = text
    }

    package init?(argument: String) {
        guard let seconds = Self.seconds(argument), seconds >= 0, seconds < 1e9 else { return nil }
        duration = .seconds(seconds)
        text = argument
    }

    package var description: String { text }
    package var defaultValueDescription: String { text }

    private static let units: [(name: String, seconds: Double)] = [
        ("ms", 0.001), ("s", 1), ("m", 60), ("h", 3600), ("d", 86400),
    ]

    private static func seconds(_ text: String) -> Double? {
        if let plain = Double(text) { return plain.isFinite ? plain : nil }
        var rest = text[...]
        var total = 0.0
        while !rest.isEmpty {
            let number = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
            rest = rest.dropFirst(number.count)
            let name = rest.prefix { $0.isLetter }
            rest = rest.dropFirst(name.count)
            guard let value = Double(number), let unit = units.first(where: { $0.name == name }) else { return nil }
            total += value * unit.seconds
        }
        return text.isEmpty ? nil : total
    }
}

/// A number of bytes as people write it: `4GiB`, `512MiB`, `100MB`; a bare number means bytes.
package struct ByteCount: ExpressibleByArgument, CustomStringConvertible, Equatable {
    package let bytes: Int
    private let text: String

    package init(bytes: Int, text: String) {
        self.bytes = bytes
        self.text = text
    }

    package init?(argument: String) {
        let number = argument.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        let name = argument.dropFirst(number.count).lowercased()
        guard let value = Double(number), let unit = Self.units[name], value * unit < 1e18 else { return nil }
        bytes = Int(value * unit)
        text = argument
    }

    package var description: String { text }
    package var defaultValueDescription: String { text }

    private static let units: [String: Double] = [
        "": 1, "b": 1,
        "k": 1024, "kib": 1024, "kb": 1e3,
        "m": 0x1p20, "mib": 0x1p20, "mb": 1e6,
        "g": 0x1p30, "gib": 0x1p30, "gb": 1e9,
        "t": 0x1p40, "tib": 0x1p40, "tb": 1e12,
    ]
}

/// Checks of numbers used by several commands.
package enum ArgumentCheck {
    package static func require(_ name: String, _ value: Int, in bounds: ClosedRange<Int>) throws {
        guard bounds.contains(value) else {
            throw ValidationError("\(name) is \(value). Give \(bounds.lowerBound) to \(bounds.upperBound).")
        }
    }
}
