import Foundation
import TestSupport
import Testing

@testable import ModelFiles

@Suite("Where models are")
struct ModelLocationTests {
    private static let commits = ["0123456789abcdef", "fedcba9876543210"]

    @Test("A pipe is no model, and nobody waits for what comes out of it")
    func pipe() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let pipe = folder.appendingPathComponent("model")
            #expect(mkfifo(pipe.path, 0o600) == 0)
            #expect(!ModelSource.isGGUF(pipe) && !ModelSource.exists(at: pipe))
            #expect(throws: PolicyError.self) { _ = try ModelSource(pipe) }
        }
    }

    /// A cache with `org/model` in it, whose files are links to blobs as in a real one.
    private func withCache(
        reference: String? = commits[0], snapshots: [String] = [commits[0]],
        _ body: (_ cache: URL, _ find: (String) throws -> URL) throws -> Void
    ) async throws {
        try await Fixtures.withTemporaryFolder { cache in
            let files = FileManager.default, place = cache.appendingPathComponent("models--org--model")
            for folder in ["refs", "blobs"] {
                try files.createDirectory(at: place.appendingPathComponent(folder), withIntermediateDirectories: true)
            }
            if let reference { try Data("\(reference)\n".utf8).write(to: place.appendingPathComponent("refs/main")) }
            for commit in snapshots {
                let snapshot = place.appendingPathComponent("snapshots/\(commit)")
                try files.createDirectory(at: snapshot, withIntermediateDirectories: true)
                for name in [
                    "config.json", "generation_config.json", "tokenizer.json", "tokenizer_config.json",
                    "model.safetensors",
                ] {
                    let blob = place.appendingPathComponent("blobs/\(name)-blob")
                    try? files.copyItem(at: Fixtures.url("llama/\(name)"), to: blob)
                    try files.createSymbolicLink(
                        atPath: snapshot.appendingPathComponent(name).path,
                        withDestinationPath: "../../blobs/\(name)-blob")
                }
            }
            try body(cache) { try ModelLocation.url(of: $0, environment: ["HF_HUB_CACHE": cache.path]) }
        }
    }

    @Test("a repository in the cache is the folder of its main commit, with its name")
    func found() async throws {
        try await withCache { cache, find in
            let url = try find("org/model")
            #expect(url.path == cache.path + "/models--org--model/snapshots/\(Self.commits[0])")
            #expect(ModelLocation.name(of: url) == "model")
            #expect(try contents(of: url) == contents(of: Fixtures.url("llama")))
            #expect(try find("org/model@0123") == url)
            #expect(try find("org/model@main") == url)
        }
    }

    @Test("what the cache lacks is named with the command that fetches it")
    func lacking() async throws {
        func refusal(_ find: (String) throws -> URL, _ text: String, _ words: String...) {
            let error = #expect(throws: PolicyError.self) { _ = try find(text) }
            for word in words { #expect(error?.message.contains(word) == true, "\(error?.message ?? "")") }
        }
        try await withCache { cache, find in
            refusal(find, "org/other", cache.path, "`hf download org/other`", "There is no folder org/other")
            refusal(find, "org/model@v2", "revision v2", "hf download org/model --revision v2")
            refusal(find, "org/model/x.gguf", "lacks x.gguf", "hf download org/model x.gguf")
        }
        try await withCache(reference: Self.commits[1]) { _, find in
            refusal(find, "org/model", Self.commits[1], "hf download org/model")
        }
        try await withCache(reference: nil) { _, find in
            let path = try find("org/model").path
            #expect(path.hasSuffix(Self.commits[0]))
        }
        try await withCache(reference: nil, snapshots: Self.commits) { _, find in
            refusal(find, "org/model", "2 revisions", Self.commits[0], Self.commits[1], "org/model@01234567")
        }
    }

    @Test("a link whose blob is gone is said to be one, by name", arguments: ["config.json", "model.safetensors"])
    func dangling(name: String) async throws {
        try await withCache { cache, find in
            try FileManager.default.removeItem(
                at: cache.appendingPathComponent("models--org--model/blobs/\(name)-blob"))
            let error = #expect(throws: PolicyError.self) {
                _ = try PolicyDirectory(try find("org/model")).weights()
            }
            let message = error?.message ?? ""
            #expect(message.contains("/\(name) is a link to ") && message.contains("which is not there"), "\(message)")
        }
    }

    @Test("a pointer of Git LFS in place of a file is called so", arguments: ["config.json", "model.safetensors"])
    func pointer(name: String) async throws {
        try await withCache { cache, find in
            let blob = cache.appendingPathComponent("models--org--model/blobs/\(name)-blob")
            try Data("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 5\n".utf8).write(to: blob)
            let error = #expect(throws: PolicyError.self) {
                _ = try PolicyDirectory(try find("org/model")).weights()
            }
            #expect(error?.message.contains("git lfs pull") == true && error?.message.contains(name) == true)
        }
    }

    @Test("paths stay paths")
    func paths() throws {
        for text in ["/models/qwen", "./qwen", "~/qwen", "qwen", "a/b/c", "../a", "a/../b.gguf"] {
            #expect(HubRepository(text) == nil, "\(text)")
            #expect(try ModelLocation.url(of: text, environment: [:]).path == URL(fileURLWithPath: text).path)
        }
        #expect(ModelLocation.name(of: URL(fileURLWithPath: "/m/SmolLM2.Q4_1.gguf")) == "SmolLM2.Q4_1")
        #expect(ModelLocation.name(of: URL(fileURLWithPath: "/m/qwen/")) == "qwen")
    }

    @Test("the cache is where Hugging Face's variables say")
    func variables() {
        func folder(_ environment: [String: String]) -> String { HubCache(environment: environment).folder.path }
        #expect(folder(["HOME": "/h"]) == "/h/.cache/huggingface/hub")
        #expect(folder(["HOME": "/h", "XDG_CACHE_HOME": "/x"]) == "/x/huggingface/hub")
        #expect(folder(["HOME": "/h", "HF_HOME": "~/f"]) == "/h/f/hub")
        #expect(folder(["HF_HOME": "/f", "HF_HUB_CACHE": "/c"]) == "/c")
    }

    @Test("a folder of GGUF files asks for one of them")
    func folderOfFiles() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            for name in ["a.gguf", "b.gguf"] { try Data().write(to: folder.appendingPathComponent(name)) }
            let error = #expect(throws: PolicyError.self) { try PolicyDirectory(folder) }
            #expect(error?.message.contains("a.gguf, b.gguf") == true)
            let text = folder.appendingPathComponent("readme.txt")
            try Data("hello".utf8).write(to: text)
            #expect(throws: PolicyError.self) { try PolicyDirectory(text) }
        }
    }
}
