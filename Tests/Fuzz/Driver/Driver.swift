import Foundation

/// What a program can fuzz; each case's inputs lie in Tests/Fixtures/fuzz, in the folder of its name.
public protocol FuzzTarget: CaseIterable, RawRepresentable<String> {
    /// Gives one input to the code under test, and stops the program when what comes out cannot be right.
    func run(_ input: [UInt8])
}

/// Gives inputs to the target that FUZZ_TARGET names; without one, lists the targets.
///
/// An environment variable rather than an argument, since libFuzzer starts itself again with its own arguments.
public func fuzz<Target: FuzzTarget>(
    _: Target.Type, _ argc: CInt, _ argv: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> CInt {
    guard let name = ProcessInfo.processInfo.environment["FUZZ_TARGET"] else {
        for target in Target.allCases { print(target.rawValue) }
        return 0
    }
    guard let target = Target(rawValue: name) else { fatalError("there is no target \(name)") }
    var (argc, argv) = (argc, argv)
    run = target.run
    return runDriver(&argc, &argv) { start, count in
        run(Array(UnsafeBufferPointer(start: start, count: count)))
        return 0
    }
}

/// The chosen target's. libFuzzer calls a function of C, which captures nothing, on the thread that began it.
nonisolated(unsafe) private var run: ([UInt8]) -> Void = { _ in }

@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
    _ argc: UnsafeMutablePointer<CInt>,
    _ argv: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>,
    _ body: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt
