import Basics
import Compute
import ModelFiles
import Policy
import Rollouts
import Wire

extension V1.Policy {
    init(_ info: PolicyInfo) {
        self.init()
        let configuration = info.configuration
        name = info.name
        version = Int64(info.version)
        versions = info.versions.map(V1.PolicyVersion.init)
        family = configuration.family.rawValue
        precision = info.precision.rawValue
        parameters = Int64(configuration.parameterCount)
        layers = Int32(clamping: configuration.layerCount)
        heads = Int32(clamping: configuration.headCount)
        keyValueHeads = Int32(clamping: configuration.keyValueHeadCount)
        hiddenSize = Int32(clamping: configuration.hiddenSize)
        headSize = Int32(clamping: configuration.headSize)
        feedForwardSize = Int32(clamping: configuration.feedForwardSize)
        vocabulary = Int32(clamping: configuration.vocabularySize)
        context = Int32(clamping: info.maxSequenceTokens)
        if case .success = info.chatTemplate { hasChatTemplate = true }
        untrained = info.isUntrained
        endOfSequence = info.endOfSequence.ids
        basePolicy = info.base ?? ""
    }
}

extension V1.PolicyVersion {
    init(_ version: PolicyInfo.Version) {
        self.init()
        self.version = Int64(version.number)
        directory = version.directory
        loadedAt = version.loadedAt
        weightBytes = Int64(version.weightBytes)
        adapter = version.adapter.map(V1.AdapterInfo.init)
    }
}

extension V1.AdapterInfo {
    init(_ adapter: PolicyInfo.Adapter) {
        self.init()
        rank = Int32(clamping: adapter.shape.rank)
        alpha = adapter.shape.alpha
        scale = adapter.shape.scale
        targets = adapter.shape.targets.map(\.rawValue)
        baseDirectory = adapter.base
    }
}
