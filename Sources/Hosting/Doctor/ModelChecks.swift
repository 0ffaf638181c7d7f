import Compute
package import Console
import Foundation
import ModelFiles
import Policy
import Rollouts
import Templates
import Tokenizing

/// Checks whether a model, or an adapter, can be served.
package enum ModelChecks {
    package static func all(_ path: String) -> [Check] {
        let stored: PolicyDirectory
        do {
            let url = try ModelLocation.url(of: path)
            if AdapterDirectory.exists(at: url) { return [.ok("model", path), adapter(url)] }
            stored = try PolicyDirectory(url)
        } catch {
            return [failed("model", error)]
        }
        let (tokenizerChecks, tokenizer) = tokenizing(stored)
        return [.ok("model", path), configuration(stored.configuration)]
            + stored.warnings.map { .warn("config", $0, "") } + tokenizerChecks + [template(tokenizer)]
            + weights(stored)
    }

    /// An adapter's tensors are checked against the base that it names, if that is here.
    private static func adapter(_ folder: URL) -> Check {
        do {
            let name = try AdapterDirectory.baseName(of: folder)
            guard !name.isEmpty, let place = try? ModelLocation.url(of: name), ModelSource.exists(at: place) else {
                return .warn(
                    "adapter", "an adapter of \(name.isEmpty ? "a base that it does not name" : name)",
                    "It can be checked only where its base is. Serve that, then `attnrl policy load` with --base.")
            }
            let base = try PolicyDirectory(place).configuration, shape = try AdapterDirectory(folder, base: base).shape
            return .ok(
                "adapter",
                "of \(name), rank \(shape.rank), alpha \(Figures.brief(shape.alpha)), changes "
                    + "\(shape.targets.map(\.rawValue).joined(separator: ", ")); "
                    + "\(Figures.grouped(shape.parameterCount(base))) parameters")
        } catch {
            return failed("adapter", error)
        }
    }

    private static func configuration(_ configuration: PolicyConfiguration) -> Check {
        let shape =
            "\(configuration.family.rawValue), \(configuration.layerCount) layers × "
            + "\(configuration.headCount) heads × \(configuration.headSize), vocabulary "
            + "\(Figures.grouped(configuration.vocabularySize)), context \(Figures.grouped(configuration.contextLength))"
        guard configuration.isUntrained else { return .ok("config", shape) }
        return .warn("config", shape + "; weights were never trained", "It will write noise. Serve a trained model.")
    }

    private static func tokenizing(_ stored: PolicyDirectory) -> (checks: [Check], tokenizer: Tokenizer?) {
        do {
            let (tokenizer, configuration) = (try Tokenizer(stored), stored.configuration)
            let notes = tokenizer.notes.map { Check.warn("tokenizer", $0, "") }
            return ([size(tokenizer, configuration)] + notes + [ends(stored, tokenizer)], tokenizer)
        } catch {
            return ([failed("tokenizer", error)], nil)
        }
    }

    private static func size(_ tokenizer: Tokenizer, _ configuration: PolicyConfiguration) -> Check {
        let finding = "\(Figures.grouped(tokenizer.vocabularySize)) tokens"
        guard tokenizer.vocabularySize > configuration.vocabularySize else { return .ok("tokenizer", finding) }
        return .warn(
            "tokenizer", "\(finding), more than the model's \(configuration.vocabularySize)",
            "Texts with the tokens beyond are refused. If there are many, tokenizer.json belongs to another model: take "
                + "the one that came with these weights.")
    }

    /// The tokens that end responses, and which file names each.
    private static func ends(_ stored: PolicyDirectory, _ tokenizer: Tokenizer) -> Check {
        let template = tokenizer.chatTemplate.flatMap { try? ChatTemplate($0) }
        let ends = EndOfSequence(stored.configuration, tokenizer, template: template)
        guard !ends.isEmpty else {
            let place = stored.isGGUF ? "tokenizer.ggml.eos_token_id" : "eos_token_id in generation_config.json"
            return .warn(
                "ends", "no end-of-sequence token",
                "Responses end at --max-tokens or --stop only. Set \(place).")
        }
        let tokens = ends.tokens.map { end in
            let text = tokenizer.token(of: end.id).map { " \($0)" } ?? ""
            return "\(end.id)\(text) (\(places(end.sources, stored).joined(separator: ", ")))"
        }
        return .ok("ends", "responses end at " + tokens.joined(separator: ", "))
    }

    private static func places(_ sources: [EndOfSequence.Source], _ stored: PolicyDirectory) -> [String] {
        var places: [String] = []
        for source in sources {
            let place = stored.isGGUF && source.isConfiguration ? "metadata" : source.rawValue
            if !places.contains(place) { places.append(place) }
        }
        return places
    }

    private static func template(_ tokenizer: Tokenizer?) -> Check {
        let remedy = "`chat` and --chat need one: chat_template in tokenizer_config.json, or chat_template.jinja."
        guard let source = tokenizer?.chatTemplate else { return .warn("template", "no chat template", remedy) }
        do {
            _ = try ChatTemplate(source)
            return .ok("template", "chat template of \(Figures.grouped(source.utf8.count)) bytes")
        } catch {
            return .warn(
                "template", Failure(ofSystem: error)?.message ?? "\(error)",
                "The policy can be served, but refuses chats.")
        }
    }

    private static func weights(_ stored: PolicyDirectory) -> [Check] {
        do {
            let files = try stored.weights()
            let bytes = WeightSize.bytes(in: stored.url.path)
            let encoding = try files.tensor(.embedding).encoding
            let precision = Precision.automatic(storedIn16Bits: encoding.fits16Bits)
            let finding =
                "\(Figures.bytes(bytes)), stored in \(try names(of: files, stored.configuration)), "
                + "computed in \(precision.rawValue)"
            return [fit(stored.configuration, precision, finding)] + files.warnings.map { .warn("weights", $0, "") }
        } catch {
            return [failed("weights", error)]
        }
    }

    /// The formats that tensors are stored in, those of most bytes first.
    private static func names(of files: WeightFiles, _ configuration: PolicyConfiguration) throws -> String {
        var bytes: [String: Int] = [:]
        for tensor in configuration.tensors {
            let stored = try files.tensor(tensor.weight)
            bytes[stored.encoding.name, default: 0] += stored.bytes.count
        }
        return bytes.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map(\.key).joined(separator: ", ")
    }

    private static func fit(_ configuration: PolicyConfiguration, _ precision: Precision, _ finding: String) -> Check {
        func needed(_ format: WeightFormat) -> Int { format.byteCount(of: configuration.parameterCount) ?? .max }
        let numbers = needed(.numbers(precision)), blocks = needed(.q8_0), room = MachineMemory.limit.bytes
        guard numbers >= room else {
            return .ok("weights", finding + "; \(Figures.bytes(blocks)) with --weights q8_0")
        }
        let remedy = blocks < room ? "Serve with --weights q8_0, \(Figures.bytes(blocks)), or choose" : "Choose"
        return .fail(
            "weights",
            "\(finding); they need \(Figures.bytes(numbers)) and this process may have \(Figures.bytes(room))",
            "\(remedy) a smaller model or a machine with more memory.")
    }

    /// The loaders' errors already name the file and the remedy.
    private static func failed(_ name: String, _ error: any Error) -> Check {
        .fail(name, Failure(ofSystem: error)?.message ?? "\(error)", "")
    }
}
