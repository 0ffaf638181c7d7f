import Jobs
import Threads
import Wire

/// attnrl.v1.PreferenceService.
struct PreferenceHandlers: Sendable {
    /// Nil if the server has no jobs.
    let runner: JobRunner?
    let errors: CallErrors

    private static let pairLimit = 10_000
    private static let choiceLimit = 1000
    private static let windowLimit: Int32 = 1000

    func register(on router: inout RPCRouter) {
        router.register(V1.PreferenceService.addPairs) { request, call in
            try await errors.answering(call) { try await add(request, try jobs()) }
        }
        router.register(V1.PreferenceService.compare) { requests, responses, call in
            try await errors.answering(call) { try await compare(requests, responses, try jobs()) }
        }
        router.register(V1.PreferenceService.getPreferences) { request, responses, call in
            try await errors.answering(call) { try await get(request, responses, try jobs()) }
        }
        router.register(V1.PreferenceService.listSets) { _, call in
            try await errors.answering(call) { try await list(try jobs()) }
        }
        router.register(V1.PreferenceService.deleteSet) { request, call in
            try await errors.answering(call) { try await delete(request, try jobs()) }
        }
    }

    private func jobs() throws -> JobRunner {
        guard let runner else { throw TrainingHandlers.noJobs }
        return runner
    }

    private func add(_ request: V1.AddPairsRequest, _ jobs: JobRunner) async throws -> V1.AddPairsResponse {
        var problems = FieldProblems()
        problems.preferenceSet(request.set)
        let pairs = problems.list(request.pairs, atMost: Self.pairLimit, "pairs", "pairs").map(PreferencePair.init)
        try problems.check()
        let refused = try await onBlockingThread { try jobs.add(pairs, toSet: request.set) }
        var response = V1.AddPairsResponse()
        response.refused = refused.enumerated().compactMap { index, reason in
            reason.map { reason in
                var message = V1.RefusedPair()
                message.index = Int32(clamping: index)
                message.reason = reason
                return message
            }
        }
        response.taken = Int32(clamping: pairs.count - response.refused.count)
        return response
    }

    private func compare(
        _ requests: RequestStream<V1.CompareRequest>, _ responses: ResponseStream<V1.CompareResponse>, _ jobs: JobRunner
    ) async throws {
        var set = "", last: Int64 = 0
        /// Pairs that were shown and nothing was chosen of, by id, as hashes: another caller may make the set anew.
        var out: [String: Int] = [:]
        for try await request in requests {
            var problems = FieldProblems()
            if !request.set.isEmpty, set.isEmpty || request.set == set {
                set = request.set
            } else if !request.set.isEmpty {
                problems.add("set", value: request.set, "The call is about \"\(set)\". Begin another for another set.")
            }
            problems.preferenceSet(set)
            problems.require(
                request.labeller.utf8.count <= 256, "labeller", value: "\(request.labeller.utf8.count)",
                "It has \(request.labeller.utf8.count) bytes. Give at most 256.")
            let window = Int(
                problems.value(
                    request.window, in: 0...Self.windowLimit, or: 0, "window",
                    "\(request.window) pairs. Give 0 to \(Self.windowLimit)."))
            let choices = problems.list(request.choices, atMost: Self.choiceLimit, "choices", "choices")
            try problems.check()
            for choice in choices {
                let refused = try await take(choice, of: request, inSet: set, shown: out[choice.pair], jobs)
                // Where another has chosen meanwhile, nothing is left to choose.
                if PreferredResponse(choice.preferred) != nil { out[choice.pair] = nil }
                var taken = V1.ChoiceTaken()
                (taken.pair, taken.refused) = (choice.pair, refused)
                try await responses.send(.init(.taken(taken)))
            }
            let (name, after, room) = (set, last, max(window - out.count, 0))
            let next = try await onBlockingThread {
                try jobs.pairs(ofSet: name, after: after, limit: room, onlyOpen: true)
            }
            for stored in next {
                (last, out[stored.pair.id]) = (stored.number, stored.pair.hashValue)
                try await responses.send(.init(.pair(V1.PreferencePair(stored.pair))))
            }
            if window > 0, out.isEmpty { return }
        }
    }

    /// Stores a choice. Returns why it was refused, or nothing.
    private func take(
        _ choice: V1.PreferenceChoice, of request: V1.CompareRequest, inSet set: String, shown: Int?, _ jobs: JobRunner
    ) async throws -> String {
        guard let preferred = PreferredResponse(choice.preferred) else {
            return "It says nothing. Choose PREFERRED_FIRST, PREFERRED_SECOND or PREFERRED_NEITHER."
        }
        let outcome = try await onBlockingThread {
            try jobs.choose(
                preferred, ofPair: choice.pair, inSet: set, by: request.labeller, replaces: choice.replace,
                shown: shown)
        }
        return switch outcome {
        case .taken: ""
        case .unknownPair: "The set has no pair \"\(choice.pair)\"."
        case .anotherPair:
            "The set was deleted and made anew, and its pair \"\(choice.pair)\" is not the one that was shown. Begin another "
                + "call."
        case .full(let most):
            "There are \(most) choices in all sets, and no more may be. Delete a set that nobody needs."
        case .contradicts(let before):
            "\(V1.Preferred(before).name) was chosen before. Set replace, where this is right and that was not."
        }
    }

    private func list(_ jobs: JobRunner) async throws -> V1.ListSetsResponse {
        var response = V1.ListSetsResponse()
        response.sets = try await onBlockingThread { try jobs.preferenceSets() }.map { set in
            var message = V1.PreferenceSet()
            (message.name, message.pairs) = (set.set, Int32(clamping: set.pairs))
            message.chosen = Int32(clamping: set.chosen)
            return message
        }
        return response
    }

    private func delete(_ request: V1.DeleteSetRequest, _ jobs: JobRunner) async throws -> V1.DeleteSetResponse {
        var problems = FieldProblems()
        problems.preferenceSet(request.set)
        try problems.check()
        var response = V1.DeleteSetResponse()
        response.pairs = Int32(clamping: try await onBlockingThread { try jobs.removeSet(request.set) })
        return response
    }

    private func get(
        _ request: V1.GetPreferencesRequest, _ responses: ResponseStream<V1.ComparedPair>, _ jobs: JobRunner
    ) async throws {
        var problems = FieldProblems()
        problems.preferenceSet(request.set)
        try problems.check()
        var last: Int64 = 0
        while true {
            let after = last
            let pairs = try await onBlockingThread {
                try jobs.pairs(ofSet: request.set, after: after, limit: 256, onlyOpen: false)
            }
            guard let end = pairs.last else { return }
            last = end.number
            for stored in pairs {
                var message = V1.ComparedPair()
                message.pair = V1.PreferencePair(stored.pair)
                message.preferred = stored.preferred.map { V1.Preferred($0) } ?? .unspecified
                message.labeller = stored.labeller
                try await responses.send(message)
            }
        }
    }
}

extension FieldProblems {
    fileprivate mutating func preferenceSet(_ name: String) {
        require(
            PreferenceSource.isName(name), "set", value: name,
            name.isEmpty ? "It is missing. Name a set." : PreferenceSource.nameRule)
    }
}

extension PreferencePair {
    init(_ message: V1.PreferencePair) {
        self.init(id: message.id, prompt: message.prompt, first: message.first, second: message.second)
    }
}

extension V1.PreferencePair {
    init(_ pair: PreferencePair) {
        self.init()
        (id, prompt, first, second) = (pair.id, pair.prompt, pair.first, pair.second)
    }
}

extension PreferredResponse {
    /// Nil for what is no choice.
    init?(_ message: V1.Preferred) {
        switch message {
        case .first: self = .first
        case .second: self = .second
        case .neither: self = .neither
        default: return nil
        }
    }
}

extension V1.Preferred {
    init(_ preferred: PreferredResponse) {
        self =
            switch preferred {
            case .first: .first
            case .second: .second
            case .neither: .neither
            }
    }
}

extension V1.CompareResponse {
    init(_ part: Part) {
        self.init()
        self.part = part
    }
}
