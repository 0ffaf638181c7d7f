import Foundation
import TestSupport
import Testing

@testable import Console
@testable import attnrl

/// Runs a line of a shell, which makes pipes, links and closed streams as users do.
private func shell(_ line: String, in folder: URL) async throws -> Program.Outcome {
    let basics = ["HOME": folder.path, "XDG_CONFIG_HOME": folder.path, "COLUMNS": "80", "PATH": "/usr/bin:/bin"]
    let running = try RunningProgram(
        URL(fileURLWithPath: "/bin/bash"), ["-c", "umask 022; cd \"$HOME\"; \(line)"],
        environment: basics.merging(["ATTNRL": Program.executable.path]) { $1 })
    running.endInput()
    return await running.outcome()
}

@Suite("Files that commands read and write")
struct FilesTests {
    static let make = "\"$ATTNRL\" data make graph-small --count 2 -o"

    private func status(_ path: String) throws -> stat {
        var status = stat()
        try #require(lstat(path, &status) == 0, "\(path): \(SystemError(errno))")
        return status
    }

    @Test("What is no regular file is written into, and stays what it is")
    func specialFiles() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let outcome = try await shell(
                """
                mkfifo fifo; cat fifo > read & \(Self.make) fifo && wait && \(Self.make) /dev/null \
                && \(Self.make) /dev/stdout && (echo head; \(Self.make) /dev/stdout; echo tail) > all \
                && ln -s /dev/stdout out && \(Self.make) out && \(Self.make) /dev/fd/7 7> seven
                """, in: folder)
            #expect(outcome.status == 0, "\(outcome.talk)")
            #expect(try status(folder.path + "/fifo").st_mode & S_IFMT == S_IFIFO)
            #expect(try status("/dev/null").st_mode & S_IFMT == S_IFCHR)
            let lines = outcome.outputLines.dropLast()
            #expect(lines.count == 4)
            let written = lines.prefix(2).map { $0 + "\n" }.joined()
            func text(_ name: String) throws -> String {
                try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
            }
            #expect(try text("read") == written)
            #expect(try text("seven") == written)
            #expect(try text("all") == "head\n" + written + "tail\n")
        }
    }

    @Test("Links are followed, also one to nothing; mode and further names of a file stay")
    func links() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let outcome = try await shell(
                """
                mkdir other; touch target one; ln -s target link; ln -s other/new dangling; ln one two
                printf old > keep; chmod 640 keep
                for file in link dangling one keep fresh; do \(Self.make) $file || exit; done; rm -r other/new; ls -A
                """, in: folder)
            #expect(outcome.status == 0, "\(outcome.talk)")
            for link in ["link", "dangling"] {
                #expect(try status(folder.path + "/" + link).st_mode & S_IFMT == S_IFLNK)
            }
            #expect(try status(folder.path + "/keep").st_mode & 0o777 == 0o640)
            #expect(try status(folder.path + "/fresh").st_mode & 0o777 == 0o644)
            let size = try status(folder.path + "/fresh").st_size
            for name in ["target", "one", "two", "keep"] {
                #expect(try status(folder.path + "/" + name).st_size == size)
            }
            #expect(try status(folder.path + "/one").st_nlink == 2)
            // No draft is left.
            #expect(
                outcome.outputLines.dropLast() == [
                    "dangling", "fresh", "keep", "link", "one", "other", "target", "two",
                ])
        }
    }

    @Test("A file that is not finished leaves the old one as it was, and no draft")
    func unfinished() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let path = folder.appendingPathComponent("data").path
            try OutputFile.write("old\n", to: path)
            do {
                let file = try OutputFile(path)
                for _ in 0..<100_000 { try file.line("new line") }
            }
            #expect(try String(contentsOfFile: path, encoding: .utf8) == "old\n")
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["data"])
        }
    }

    @Test(
        "What cannot be written says why, as the system does",
        arguments: [
            ("\(FilesTests.make) /dev/full", "cannot write /dev/full: No space left on device. Free some space"),
            ("\(FilesTests.make) none/x", "cannot write none/x: No such file or directory. Give a path in a folder"),
            ("\(FilesTests.make) .", "cannot write .: Is a directory."),
            ("\(FilesTests.make) ''", "cannot write : No such file or directory."),
            ("ln -s loop loop; \(FilesTests.make) loop", "cannot write loop: Too many levels of symbolic links"),
            ("\"$ATTNRL\" data tasks > /dev/full", "cannot write to standard output: No space left on device."),
            ("\"$ATTNRL\" job spec grpo > /dev/full", "cannot write to standard output: No space left on device."),
            ("\"$ATTNRL\" version >&-", "cannot write to standard output: Bad file descriptor"),
            ("\"$ATTNRL\" verify - <&-", "cannot read standard input: Bad file descriptor"),
        ])
    func unwritable(line: String, text: String) async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let outcome = try await shell(line, in: folder)
            #expect(outcome.status == 1)
            #expect(outcome.talk.contains(text), "\(outcome.talk)")
        }
    }

    @Test("A reader that has had enough ends a command quietly")
    func brokenPipe() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            for line in ["data make graph-small --count 5000", "data make graph-small --count 5000 -o /dev/stdout"] {
                let outcome = try await shell("\"$ATTNRL\" \(line) | head -n 1; exit ${PIPESTATUS[0]}", in: folder)
                #expect(outcome.status == 0)
                #expect(outcome.outputLines.count == 2, "\(outcome.output)")
                #expect(outcome.talk == "")
            }
        }
    }

    @Test("Every reader reads pipes and what is open already")
    func pipes() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let record = #"{"response": "\\boxed{7}", "answer": "7"}"#
            for line in [
                "\"$ATTNRL\" verify <(printf '%s' '\(record)') -o jsonl",
                "printf '%s' '\(record)' | \"$ATTNRL\" verify /dev/stdin -o jsonl",
                "printf '%s' '\(record)' | \"$ATTNRL\" verify - -o jsonl",
                "printf '\\xef\\xbb\\xbf%s' '\(record)' | \"$ATTNRL\" verify - -o jsonl",
                "printf '%s' '\(record)' > f; \"$ATTNRL\" verify f --config <(echo 'output: jsonl')",
            ] {
                let outcome = try await shell(line, in: folder)
                #expect(outcome.status == 0, "\(line): \(outcome.talk)")
                #expect(outcome.output.contains("CORRECT"), "\(line): \(outcome.output)")
            }
            // Its own problem with the specification says that it was read.
            let job = try await shell(
                "\"$ATTNRL\" job create -f <(echo 'kind: [') --set steps=1 --server 127.0.0.1:1", in: folder)
            #expect(job.talk.contains("/dev/fd/"), "\(job.talk)")
            #expect(!job.talk.contains("cannot read"), "\(job.talk)")
        }
    }

    @Test("What never ends, is no text, or was read before is refused by its name")
    func unreadable() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            for (line, text) in [
                ("\"$ATTNRL\" verify .", "cannot read .: Is a directory."),
                (
                    "printf '\\xe9' > latin; \"$ATTNRL\" verify latin",
                    "latin is not valid UTF-8 text. Convert it first."
                ),
                (
                    "printf 'seed: \\xe9' > c; \"$ATTNRL\" verify latin --config c",
                    "the config file: c is not valid UTF-8 text."
                ),
                ("echo a | \"$ATTNRL\" trace - --response -", "standard input, which can be read only once."),
                ("\"$ATTNRL\" verify $'caf\\xe9'", #"argument 2 is not valid UTF-8: 'caf\xe9'."#),
                (
                    "ATTNRL_MODEL=$'\\xe9' \"$ATTNRL\" version",
                    #"the environment variable ATTNRL_MODEL is not valid UTF-8: '\xe9'."#
                ),
            ] {
                let outcome = try await shell(line, in: folder)
                #expect(outcome.status != 0)
                #expect(outcome.talk.contains(text), "\(line): \(outcome.talk)")
            }
            let other = try await shell("OTHER=$'\\xe9' \"$ATTNRL\" version", in: folder)
            #expect(other.status == 0, "Nothing reads that variable: \(other.talk)")
        }
    }

    @Test("An error that Foundation wraps up shows the system's reason")
    func causes() {
        let posix = POSIXError(.ENOSPC)
        let cocoa = CocoaError(.fileWriteUnknown, userInfo: [NSUnderlyingErrorKey: posix, NSFilePathErrorKey: "/a"])
        #expect(SystemError(causing: cocoa) == SystemError(ENOSPC))
        #expect(Failure(cocoa)?.message == "/a: No space left on device")
        #expect(SystemError(causing: CocoaError(.fileReadNoSuchFile)) == SystemError(ENOENT))
        #expect(SystemError(causing: EndOfProgram(code: 1)) == nil)
    }
}
