import Console
import Wire

/// Policies as a table.
enum PolicyReport {
    static func lines(_ policies: [V1.Policy], _ terminal: Terminal) -> [String] {
        guard !policies.isEmpty else {
            return ["No policy is loaded. Load one with `attnrl policy load DIR`."]
        }
        var table = Table([
            .init(title: "name"), .init(title: "version", isNumeric: true), .init(title: "family"),
            .init(title: "size", isNumeric: true), .init(title: "precision"), .init(title: "shape"),
            .init(title: "context", isNumeric: true), .init(title: "from"),
        ])
        for policy in policies {
            let current = policy.versions.first { $0.version == policy.version }
            let others = policy.versions.count > 1 ? " (\(policy.versions.count) loaded)" : ""
            table.add([
                SafeText.singleLine(policy.name), "\(policy.version)\(others)", policy.family,
                Figures.parameters(policy.parameters), precision(policy),
                "\(policy.layers) × \(policy.heads) heads × \(policy.headSize)", Figures.grouped(policy.context),
                (policy.untrained ? "(untrained) " : "") + adapter(current, of: policy)
                    + SafeText.singleLine(current?.directory ?? ""),
            ])
        }
        return table.lines(terminal)
    }

    /// With what weights are kept in, where that is something else.
    private static func precision(_ policy: V1.Policy) -> String {
        let isOther = !policy.weights.isEmpty && policy.weights != policy.precision
        return SafeText.singleLine(isOther ? "\(policy.weights), \(policy.precision)" : policy.precision)
    }

    private static func adapter(_ version: V1.PolicyVersion?, of policy: V1.Policy) -> String {
        guard let adapter = version?.adapter else { return "" }
        let base = policy.basePolicy.isEmpty ? "" : " on \(SafeText.singleLine(policy.basePolicy))"
        return "(adapter of rank \(adapter.rank)\(base)) "
    }
}
