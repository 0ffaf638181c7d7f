import FuzzDriver

/// What jobs are told, and learn from.
enum JobsTarget: String, FuzzTarget {
    case specification, record

    func run(_ input: [UInt8]) {
        switch self {
        case .specification: fuzzSpecification(input)
        case .record: fuzzRecord(input)
        }
    }
}

/// Where the program begins: the package manager makes `main` an alias of this name.
@_cdecl("fuzz_jobs_main")
public func fuzzMain(_ argc: CInt, _ argv: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) -> CInt {
    fuzz(JobsTarget.self, argc, argv)
}
