public import CoreMetrics

/// A metric's name, description and kind. Everything that is measured has one.
public struct Metric: Sendable, Hashable {
    public enum Kind: Sendable, Hashable {
        /// A sum that only rises. Its name in the text format ends in `_total`.
        case counter
        /// A value that rises and falls.
        case gauge
        /// Counts of values by bucket, given the buckets' upper bounds in ascending order.
        case histogram([Double])
    }

    public let name: String
    public let help: String
    public let kind: Kind

    public init(_ name: String, _ kind: Kind, _ help: String) {
        self.name = name
        self.kind = kind
        self.help = help
    }

    // MARK: Handles; making one looks up its labels, so keep them

    public func counter(_ factory: any MetricsFactory, _ labels: (String, String)...) -> Counter {
        Counter(label: name, dimensions: labels, factory: factory)
    }

    public func gauge(_ factory: any MetricsFactory, _ labels: (String, String)...) -> Meter {
        Meter(label: name, dimensions: labels, factory: factory)
    }

    public func histogram(_ factory: any MetricsFactory, _ labels: (String, String)...) -> Recorder {
        Recorder(label: name, dimensions: labels, aggregate: true, factory: factory)
    }
}

extension Metric {
    /// 1, 2, 5, 10, 20, 50 and so on up to a limit.
    public static func oneTwoFive(upTo limit: Int) -> [Double] {
        var bounds: [Double] = []
        var power = 1.0
        while true {
            for mantissa in [1.0, 2, 5] {
                guard mantissa * power <= Double(limit) else { return bounds }
                bounds.append(mantissa * power)
            }
            power *= 10
        }
    }
}
