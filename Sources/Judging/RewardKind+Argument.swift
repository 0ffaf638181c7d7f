public import ArgumentParser
public import Rewards

extension RewardKind: ExpressibleByArgument {
    /// A service elsewhere is asked by jobs alone.
    static let ofCommands = allCases.filter { $0 != .external }

    public init?(argument: String) {
        guard let kind = Self.ofCommands.first(where: { $0.rawValue == argument }) else { return nil }
        self = kind
    }

    public static var allValueStrings: [String] { ofCommands.map(\.rawValue) }
}
