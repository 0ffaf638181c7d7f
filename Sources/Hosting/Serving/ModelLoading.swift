import Compute
import Console
import Foundation
import Logging
import ModelFiles
import Policy
import Rollouts

/// Loads the models that a server starts with, and reports progress.
struct ModelLoading: Sendable {
    let engine: Engine
    let precision: Precision?
    let blocks: WeightBlocks?
    let logger: Logger

    /// Loads models one after another, on a separate thread because reading weights blocks.
    func load(_ models: [NamedModel]) async throws {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            Thread.detachNewThread {
                continuation.resume(with: Result { for model in try inOrder(models) { try self.load(model) } })
            }
        }
        if models.isEmpty {
            logger.warning("no policy is loaded; serve with --model DIR, or load one with `attnrl policy load DIR`")
        }
    }

    /// Adapters come after the models they may be on.
    private func inOrder(_ models: [NamedModel]) throws -> [NamedModel] {
        let isAdapter = try models.map { AdapterDirectory.exists(at: try ModelLocation.url(of: $0.directory)) }
        return zip(models, isAdapter).filter { !$1 }.map(\.0) + zip(models, isAdapter).filter { $1 }.map(\.0)
    }

    private func load(_ model: NamedModel) throws {
        logger.info("loading", metadata: ["directory": "\(model.directory)"])
        let start = ContinuousClock.now, directory = try ModelLocation.url(of: model.directory)
        let isAdapter = AdapterDirectory.exists(at: directory)
        let info = try engine.load(
            directory: directory, name: model.name, precision: isAdapter ? nil : precision,
            blocks: isAdapter ? nil : blocks)
        let bytes = info.versions.last?.weightBytes ?? 0
        logger.info(
            "loaded \(info.name) in \(Figures.seconds((.now - start) / .seconds(1)))",
            metadata: [
                "family": "\(info.configuration.family.rawValue)", "precision": "\(info.precision.rawValue)",
                "weights": "\(Figures.bytes(bytes)) in \(info.weightFormat.name)",
                "context": "\(info.maxSequenceTokens)",
            ])
        if info.isUntrained {
            logger.warning(
                """
                the weights of \(info.name) were never trained, so what it writes is noise; for a real model, give \
                --model the folder of one in Hugging Face layout (config.json, tokenizer.json, *.safetensors)
                """)
        }
    }
}
