internal import Matching

/// Names of sets of characters in Oniguruma's syntax.
enum UnicodeProperty {
    /// The meaning of `[:name:]` in a class; nil if there is no such name.
    static func bracketClass(_ name: String) -> CharacterSet? {
        // Only here does punctuation include symbols.
        name == "punct" ? .items(#"\p{P}\p{S}"#) : posix[name]
    }

    /// The meaning of `\p{name}`; an unknown name is left to PCRE2.
    static func set(_ name: String, isComplement: Bool) -> CharacterSet {
        let key = name.lowercased().filter { $0 != " " && $0 != "_" && $0 != "-" }
        if let set = posix[key] { return isComplement ? .complement(set) : set }
        let sign = isComplement ? "\\P" : "\\p"
        if let category = categories[key] { return .items("\(sign){\(category)}") }
        // In PCRE2, a script's name alone denotes all characters used with it.
        let isScript = (try? RegularExpression("\\p{sc:\(name)}")) != nil
        return .items("\(sign){\(isScript ? "sc:" : "")\(name)}")
    }

    private static let posix: [String: CharacterSet] = [
        "alpha": .items(#"\p{Alphabetic}"#), "alnum": .items(#"\p{Alphabetic}\p{Nd}"#),
        "upper": .items(#"\p{Uppercase}"#), "lower": .items(#"\p{Lowercase}"#), "punct": .items(#"\p{P}"#),
        "space": .whiteSpace, "digit": .items(#"\p{Nd}"#), "word": .word, "blank": .items(#"\p{Zs}\x{9}"#),
        "cntrl": .items(#"\p{Cc}"#), "xdigit": .hexDigit, "ascii": .items(#"\x{0}-\x{7f}"#), "any": .any,
        "graph": .intersection([.complement(.whiteSpace), .complement(.items(#"\p{Cn}\p{Cc}"#))]),
        "print": .complement(.items(#"\p{Cn}\p{Cc}\x{2028}\x{2029}"#)),
    ]

    /// General categories by their short and long names.
    private static let categories: [String: String] = {
        let longNames = [
            "L": "letter", "LC": "casedletter", "Lu": "uppercaseletter", "Ll": "lowercaseletter",
            "Lt": "titlecaseletter", "Lm": "modifierletter", "Lo": "otherletter", "M": "mark combiningmark",
            "Mn": "nonspacingmark", "Mc": "spacingmark", "Me": "enclosingmark", "N": "number",
            "Nd": "decimalnumber", "Nl": "letternumber", "No": "othernumber", "P": "punctuation",
            "Pc": "connectorpunctuation", "Pd": "dashpunctuation", "Ps": "openpunctuation",
            "Pe": "closepunctuation", "Pi": "initialpunctuation", "Pf": "finalpunctuation",
            "Po": "otherpunctuation", "S": "symbol", "Sm": "mathsymbol", "Sc": "currencysymbol",
            "Sk": "modifiersymbol", "So": "othersymbol", "Z": "separator", "Zs": "spaceseparator",
            "Zl": "lineseparator", "Zp": "paragraphseparator", "C": "other", "Cc": "control", "Cf": "format",
            "Cs": "surrogate", "Co": "privateuse", "Cn": "unassigned",
        ]
        var names: [String: String] = [:]
        for (short, long) in longNames {
            // PCRE2's name for cased letters.
            let category = short == "LC" ? "L&" : short
            names[short.lowercased()] = category
            for name in long.split(separator: " ") { names[String(name)] = category }
        }
        return names
    }()
}
