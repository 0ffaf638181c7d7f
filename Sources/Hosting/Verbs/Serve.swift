import Access
import ArgumentParser
import Compute
import Console
import Foundation
import Jobs
import Logging
import Metering
import ModelFiles
import Rollouts
import Service

struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Serve models over gRPC and HTTP, on one port.",
        discussion: """
            Prints one line when it is ready: `attnrl: serving on HOST:PORT`. SIGTERM or
            Ctrl-C lets requests in flight finish; a second one quits at once.

            Examples:
              attnrl serve --shipped
              attnrl serve --model /models/qwen2.5-0.5b
              attnrl serve --model SmolLM2-135M-Instruct.Q4_1.gguf
              attnrl serve --model /models/qwen2.5-0.5b --weights q8_0
              attnrl serve --model a=/models/run1 --model b=/models/run2 --port 0
              attnrl serve --model tiny=./tiny --jobs ./jobs
              mpirun --bind-to none -np 4 -H a:2,b:2 attnrl serve --model tiny=./tiny --jobs ./jobs
              attnrl serve --model tiny=./tiny --host 0.0.0.0 --keys keys.json \
                --tls-cert server.pem --tls-key server.key
            """)

    @Option(
        name: .long, parsing: .singleValue,
        help: ArgumentHelp(
            "A model folder in Hugging Face layout, a GGUF file, or ORG/NAME in Hugging Face's cache, with a name of its "
                + "own if wanted. Can be given several times.",
            valueName: "[name=]model"))
    var model: [NamedModel] = []

    @Flag(help: "Serve the small reasoning model that comes with the program, as `shipped`.")
    var shipped = false

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Keep training jobs in this folder, and go on with those in it. (default: no jobs)", valueName: "dir"))
    var jobs: String?

    @Flag(
        help: ArgumentHelp(
            "Let every rank of a world generate and trace, not the first alone. Ranks of one machine listen on ports next "
                + "to each other."))
    var serveOnRanks = false

    @OptionGroup(title: "Listening") var listen: ListenArguments
    @OptionGroup(title: "Access") var access: AccessArguments
    @OptionGroup(title: "Reward services") var rewards: RewardArguments
    @OptionGroup(title: "Computing") var computing: EngineArguments
    @OptionGroup(title: "Logging") var log: LogArguments
    @OptionGroup var common: CommonArguments

    func run() async throws {
        let reloads = Reloads()
        let logger = log.logger("attnrl")
        let metrics = MetricsRegistry(EngineMetric.all + CallMetric.all + JobMetric.all + ProcessMetric.all)
        ProcessMetric.report(to: metrics)
        let world = try World.join(logger)
        defer { world.leave(logger) }
        let engine = Engine(configuration: computing.configuration, metrics: metrics, logger: logger)
        // `auto` names no precision, and no blocks: the processor and stored format decide.
        let loading = ModelLoading(
            engine: engine, precision: Precision(rawValue: computing.precision.rawValue),
            blocks: WeightBlocks(rawValue: computing.weights.rawValue), logger: logger)
        let programs = JobPrograms.all(engine: engine, rewards: rewards.access)
        guard world.isFirst || serveOnRanks else {
            try await loading.load(models())
            try await world.followOnly(programs, logger)
            engine.stop()
            return
        }
        // What may be refused goes before what makes files.
        try rewards.check()
        let places = try access.places()
        var guarded = ServerAccess(
            keys: try access.keyRing(), tls: try access.tls(), isOpen: access.insecure, keyFile: access.keys,
            refusals: RefusalNotes(metrics: metrics, logger: logger), reloads: reloads)
        try guarded.check(host: listen.host)
        guarded.audit = try access.audit.map { path in
            try AuditTrail(path: world.ownFile(path)) { logger.error("the audit trail lacks a line: \($0)") }
        }
        let runner = try (world.isFirst ? jobs : nil).map { folder in
            try JobRunner(
                directory: URL(fileURLWithPath: NSString(string: folder).expandingTildeInPath),
                programs: world.leading(programs), configuration: world.configuration, metrics: metrics, logger: logger)
        }
        var process = ServerProcess(
            try world.ownAddress(listen.options), access: guarded, places: places, origins: listen.corsOrigin,
            engine: engine, jobs: runner, grace: listen.grace.duration, metrics: metrics,
            follower: world.isFirst ? nil : world.follower(programs, logger), logger: logger)
        if world.isFirst { (process.lost, process.endWorld) = (world.lost, world.end) }
        try await process.run(models(), loading: loading)
    }

    private func models() throws -> [NamedModel] {
        guard shipped else { return model }
        return try model + [NamedModel(name: ShippedModel.name, directory: ShippedModel.directory())]
    }
}
