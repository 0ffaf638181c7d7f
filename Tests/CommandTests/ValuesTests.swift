import ArgumentParser
import Testing
import Wire

@testable import Client
@testable import Console
@testable import Hosting

@Suite("Values of flags")
struct ValuesTests {
    @Test(
        "Times",
        arguments: [
            ("30", 30.0), ("30s", 30), ("5m", 300), ("1h30m", 5400), ("250ms", 0.25), ("0.5h", 1800), ("0", 0),
        ])
    func times(text: String, seconds: Double) {
        #expect(TimeSpan(argument: text)?.duration == .seconds(seconds))
    }

    @Test("What is no time", arguments: ["", "abc", "5x", "-1", "m5", "nan", "1e300", "5 m"])
    func badTimes(text: String) {
        #expect(TimeSpan(argument: text) == nil)
    }

    @Test(
        "Sizes",
        arguments: [
            ("4096", 4096), ("4GiB", 4 << 30), ("4g", 4 << 30), ("512MiB", 512 << 20), ("100MB", 100_000_000),
            ("1.5KiB", 1536),
        ])
    func sizes(text: String, bytes: Int) {
        #expect(ByteCount(argument: text)?.bytes == bytes)
    }

    @Test("What is no size", arguments: ["", "GiB", "-4", "4XB", "1e9", "99999999TiB"])
    func badSizes(text: String) {
        #expect(ByteCount(argument: text) == nil)
    }

    @Test("A model has the name before the equals sign, unless that is part of its path")
    func models() {
        #expect(NamedModel(argument: "/m/qwen")?.name == nil)
        #expect(NamedModel(argument: "a=/m/qwen")?.name == "a")
        #expect(NamedModel(argument: "a=/m/qwen")?.directory == "/m/qwen")
        #expect(NamedModel(argument: "./x=y")?.directory == "./x=y")
        #expect(NamedModel(argument: "a=~/m")?.directory.hasPrefix("/") == true)
        #expect(NamedModel(argument: "=x") == nil)
        #expect(NamedModel(argument: "a=") == nil)
    }

    @Test("Heads, maps and rows of attention")
    func heads() {
        #expect(HeadName(argument: "L12.H3")?.description == "L12.H3")
        #expect(HeadName(argument: "12.3")?.description == "L12.H3")
        #expect(HeadName(argument: "L12") == nil)
        #expect(HeadName(argument: "L-1.H0") == nil)
        #expect(MapChoice(argument: "mean")?.kind == .mean)
        #expect(MapChoice(argument: "l1.h2")?.head?.head == 2)
        #expect(MapChoice(argument: "median") == nil)
        #expect(RowsChoice(argument: "L1.H2:4-9")?.message.queryEnd == 9)
        #expect(RowsChoice(argument: "L1.H2:9-4") == nil)
        #expect(RowsChoice(argument: "L1.H2") == nil)
    }

    @Test("A gap is tokens, a fraction or a percentage")
    func gaps() {
        #expect(MinimumGap(argument: "40")?.message == .minGapTokens(40))
        #expect(MinimumGap(argument: "0.25")?.message == .minGapFraction(0.25))
        #expect(MinimumGap(argument: "25%")?.message == .minGapFraction(0.25))
        #expect(MinimumGap(argument: "1.5") == nil)
        #expect(MinimumGap(argument: "-1") == nil)
    }
}
