/// A message with every field of kinds.proto set, and its bytes as Google's implementation writes them.
///
/// Tests/CTestProtos/reference.py prints them.
enum ReferenceMessage {
    static let bytes = hexBytes(
        """
        09000000000000f8bf150000803e18f9ffffffffffffffff01208080808080e0ffffff0128ffffffff0f30ffffffffffffff
        ffff0138ffffffff0f40ffffffffffffffffff014d000000805100000000000000805dffffffff61feffffffffffffff6801
        72086100c3a9f09f99827a0300ff0a8001028a01160a05696e6e6572120d01ffffffffffffffffff01ac02a9010000000000
        000000b00100b80100c20100ca0100d00100da0100fa0118000000000000f03f0000000000000080000000000000f07f8202
        080000003f000000008a021000ffffffffffffffffff01ffffffff07920213808080808080808040fbffffffffffffffff01
        9a020107a2020affffffffffffffffff01aa02020506b20208ffffffffffffff03ba02080100000002000000c20208030000
        0000000000ca0204fcffffffd20210fbffffffffffffff0500000000000000da0203010001e20200e2020178e20202c3bcea
        0200ea020100f2020dffffffffffffffffff01000263fa0200fa02030a016e800301800302800303c20303120109ea03060a
        0161120131ea03060a0162120132f2031408ffffffffffffffffff0112070a056d696e7573f2030a080512060a0466697665
        fa03070a037265641001b80404
        """)

    static var value: Sample.Kinds {
        var kinds = Sample.Kinds()
        kinds.fDouble = -1.5
        kinds.fFloat = 0.25
        kinds.fInt32 = -7
        kinds.fInt64 = -(1 << 40)
        kinds.fUint32 = .max
        kinds.fUint64 = .max
        kinds.fSint32 = .min
        kinds.fSint64 = .min
        kinds.fFixed32 = 1 << 31
        kinds.fFixed64 = 1 << 63
        kinds.fSfixed32 = -1
        kinds.fSfixed64 = -2
        kinds.fBool = true
        kinds.fString = "a\0é🙂"
        kinds.fBytes = [0, 255, 10]
        kinds.fColor = .darkBlue
        kinds.fInner = inner("inner", [1, -1, 300])
        setOptionals(&kinds)
        setRepeated(&kinds)
        kinds.choice = .cInner(inner("", [9]))
        kinds.mString = ["a": "1", "b": "2"]
        kinds.mInner = [-1: inner("minus"), 5: inner("five")]
        kinds.mColor = ["red": .red]
        kinds.in = 4
        return kinds
    }

    /// Present, each with the value it would have when absent.
    private static func setOptionals(_ kinds: inout Sample.Kinds) {
        kinds.oDouble = 0
        kinds.oInt64 = 0
        kinds.oBool = false
        kinds.oString = ""
        kinds.oBytes = []
        kinds.oColor = .unspecified
        kinds.oInner = inner()
    }

    private static func setRepeated(_ kinds: inout Sample.Kinds) {
        kinds.rDouble = [1, -0.0, .infinity]
        kinds.rFloat = [0.5, 0]
        kinds.rInt32 = [0, -1, .max]
        kinds.rInt64 = [1 << 62, -5]
        kinds.rUint32 = [7]
        kinds.rUint64 = [.max]
        kinds.rSint32 = [-3, 3]
        kinds.rSint64 = [-(1 << 50)]
        kinds.rFixed32 = [1, 2]
        kinds.rFixed64 = [3]
        kinds.rSfixed32 = [-4]
        kinds.rSfixed64 = [-5, 5]
        kinds.rBool = [true, false, true]
        kinds.rString = ["", "x", "ü"]
        kinds.rBytes = [[], [0]]
        kinds.rColor = [.belowZero, .unspecified, .darkBlue, Sample.Color(rawValue: 99)]
        kinds.rInner = [inner(), inner("n")]
        kinds.rUnpacked = [1, 2, 3]
    }

    static func inner(_ name: String = "", _ numbers: [Int32] = []) -> Sample.Kinds.Inner {
        var inner = Sample.Kinds.Inner()
        inner.name = name
        inner.numbers = numbers
        return inner
    }
}

/// The bytes that pairs of hex digits spell; anything else is skipped.
func hexBytes(_ text: String) -> [UInt8] {
    let digits = text.compactMap(\.hexDigitValue)
    return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
}
