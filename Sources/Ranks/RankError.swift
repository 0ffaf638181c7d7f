/// Why ranks cannot work together any longer. Only `missing` and `foreign` leave a rank able to go on: alone.
public enum RankError: Error, Hashable, Sendable {
    /// There is no MPI library to load.
    case missing(reason: String)
    /// The library found has another binary interface than Open MPI's.
    case foreign(library: String, reason: String)
    /// MPI reports an error.
    case failed(operation: String, reason: String)
    /// Other ranks did not do their part, and their work did not go on for so long.
    case late(operation: String, ranks: [RankName], seconds: Double)
    /// Another rank is elsewhere in the program.
    case disagreement(operation: String, rank: RankName, reason: String)
    /// Another rank has something else where all should have the same; all ranks know.
    case different(operation: String, rank: RankName, what: String)
    /// The first rank failed at what it does for all.
    case told(operation: String, reason: String)
    /// Another rank failed at what all were doing together, and left it.
    case elsewhere(operation: String, rank: RankName, reason: String)
    /// Another rank sent more than there is room for.
    case tooLarge(operation: String, rank: RankName, bytes: Int, most: Int)

    public var message: String {
        switch self {
        case .missing(let reason):
            "There is no MPI library: \(reason). Install Open MPI (Debian: openmpi-bin) on every machine, or start the "
                + "program without mpirun."
        case .foreign(let library, let reason):
            "\(library) is not an Open MPI that can be used: \(reason). Start the program with the mpirun of an Open MPI, "
                + "version 3 to 5, on every machine, or with Slurm's srun --mpi=pmix."
        case .failed(let operation, let reason): "MPI failed during \(operation): \(reason)."
        case .late(let operation, let ranks, let seconds):
            "\(operation) has heard nothing of \(ranks.names) for "
                + "\(seconds.formatted) s. Look for what has become of it there: its log, its machine, its network."
        case .disagreement(let operation, let rank, let reason):
            "Ranks disagree: during \(operation), \(rank) \(reason). Start all ranks again, with the same program."
        case .different(let operation, let rank, let what):
            "Ranks differ: during \(operation), \(rank) \(what). Give all ranks the same program, model and data."
        case .told(let operation, let reason):
            "\(operation.prefix(1).uppercased() + operation.dropFirst()) failed: \(reason)"
        case .elsewhere(let operation, let rank, let reason):
            "During \(operation), \(rank) stopped: \(reason)"
        case .tooLarge(let operation, let rank, let bytes, let most):
            "During \(operation), \(rank) sent \(bytes) bytes, and at most \(most) can be."
        }
    }
}

extension RankError: CustomStringConvertible {
    public var description: String { message }

    /// Whether ranks may be anywhere in the program now, so that only a new world can go on.
    public var endsWorld: Bool {
        switch self {
        case .missing, .foreign, .told, .elsewhere, .different: false
        case .failed, .late, .disagreement, .tooLarge: true
        }
    }
}

/// A rank, for messages.
public struct RankName: Hashable, Sendable, CustomStringConvertible {
    public let index: Int
    public let host: String

    public init(index: Int, host: String) { (self.index, self.host) = (index, host) }

    public var description: String { "rank \(index) on \(host)" }
}

extension [RankName] {
    public var names: String { map(\.description).joined(separator: ", ") }
}

extension Double {
    /// With at most one digit behind the point.
    fileprivate var formatted: String {
        let tenths = (self * 10).rounded()
        return tenths.truncatingRemainder(dividingBy: 10) == 0 ? "\(Int(tenths / 10))" : "\(tenths / 10)"
    }
}
