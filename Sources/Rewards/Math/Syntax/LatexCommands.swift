/// The meaning of commands and characters, as far as a table can express it.
enum LatexCommands {
    /// Commands that affect only the appearance.
    static let ignored: Set<String> = [
        "left", "right", "middle", "big", "Big", "bigg", "Bigg", "bigl", "bigr", "Bigl", "Bigr", "biggl", "biggr",
        "angle", "measuredangle", "euro", "pounds", "yen", "texteuro", "textdollar", "displaystyle", "textstyle",
        "scriptstyle", "limits", "nolimits", "quad", "qquad", "thinspace", "enspace",
        ",", ";", ":", "!", " ", ">", "$", "(", ")", "[", "]", "boxed", "fbox", "rm", "bf", "it", "phantom",
    ]

    /// Commands whose argument is words.
    static let words: Set<String> = [
        "text", "textbf", "textit", "textrm", "textsf", "texttt", "textnormal", "emph", "mbox", "hbox", "mathrm",
        "mathbf", "mathit", "mathsf", "operatorname", "boldsymbol", "bm", "mathcal", "mathbb",
    ]

    /// Accents over names.
    static let accents: Set<String> = [
        "vec", "overline", "overrightarrow", "bar", "hat", "widehat", "tilde", "widetilde", "dot", "ddot",
    ]

    /// Commands that are alternative spellings of a symbol.
    static let symbols: [String: Character] = [
        "cdot": "*", "times": "*", "ast": "*", "div": "/", "pm": "±", "mp": "∓", "%": "%", "circ": "°", "degree": "°",
        "le": "≤", "leq": "≤", "leqslant": "≤", "ge": "≥", "geq": "≥", "geqslant": "≥", "lt": "<", "gt": ">",
        "ne": "≠", "neq": "≠", "in": "∈", "approx": "≈", "equiv": "=", "cup": "∪", "cap": "∩", "setminus": "∖",
        "backslash": "∖", "{": "⦃", "}": "⦄", "lbrace": "⦃", "rbrace": "⦄", "langle": "(", "rangle": ")",
        "lbrack": "[", "rbrack": "]", "lparen": "(", "rparen": ")", "vert": "|", "lvert": "|", "rvert": "|",
        "mid": "|", "|": "|", "prime": "'", "colon": ":", "lor": "∨", "land": "∧", "vee": "∨", "wedge": "∧",
        "minus": "-",
    ]

    /// Commands that are alternative spellings of a command.
    static let synonyms: [String: String] = [
        "dfrac": "frac", "tfrac": "frac", "cfrac": "frac", "dbinom": "binom", "tbinom": "binom", "infinity": "infty",
        "inf": "infty", "varnothing": "emptyset", "asin": "arcsin", "acos": "arccos", "atan": "arctan",
        "surd": "sqrt", "tg": "tan", "ctg": "cot", "mod": "bmod",
    ]

    static let greek: Set<String> = [
        "alpha", "beta", "gamma", "delta", "epsilon", "varepsilon", "zeta", "eta", "theta", "vartheta", "iota", "kappa",
        "lambda", "mu", "nu", "xi", "rho", "sigma", "tau", "upsilon", "phi", "varphi", "chi", "psi", "omega", "Gamma",
        "Delta", "Theta", "Lambda", "Xi", "Pi", "Sigma", "Upsilon", "Phi", "Psi", "Omega", "ell",
    ]

    /// Commands, other than functions, that the parser knows.
    static let known: Set<String> = [
        "frac", "sqrt", "binom", "pi", "infty", "emptyset", "lfloor", "rfloor", "lceil", "rceil", "choose", "over",
        "bmod",
    ]

    /// Names that mean the same without a backslash.
    static let plainNames: Set<String> = Set(Function.allCases.filter(\.hasName).map(\.rawValue))
        .union(["sqrt", "pi", "infty", "infinity", "inf", "asin", "acos", "atan"])

    /// Units too short to be told from products; recognised only after a value.
    static let shortUnits: Set<String> = [
        "mm", "cm", "dm", "km", "mg", "kg", "ml", "cl", "in", "ft", "yd", "mi", "lb", "lbs", "oz", "hr", "hrs", "min",
        "sec", "ms", "mph", "kph", "deg", "rad", "day", "yr", "sq", "cu", "USD", "cups", "pm", "am", "mL", "kW", "Hz",
    ]

    /// Characters that are alternative spellings of a symbol.
    static let characters: [Unicode.Scalar: Character] = [
        "\u{2212}": "-", "\u{2013}": "-", "\u{2014}": "-", "\u{2010}": "-", "×": "*", "·": "*", "⋅": "*", "∗": "*",
        "÷": "/", "⁄": "/", "∕": "/", "≤": "≤", "⩽": "≤", "≥": "≥", "⩾": "≥", "≠": "≠", "∈": "∈", "∪": "∪", "∩": "∩",
        "∖": "∖", "±": "±", "∓": "∓", "°": "°", "≈": "≈", "≡": "=", "′": "'",
        "∣": "|", "∨": "∨", "∧": "∧",
        "、": ",", "。": ".",
    ]

    static let namedCharacters: [Unicode.Scalar: String] = [
        "π": "pi", "∞": "infty", "√": "sqrt", "∅": "emptyset", "⌊": "lfloor", "⌋": "rfloor", "⌈": "lceil", "⌉": "rceil",
    ]

    /// Signs before or after an amount of money.
    static let currencies: Set<Unicode.Scalar> = ["€", "£", "¥", "₹", "₩", "₽", "₫", "₪", "₺", "฿", "¢", "₿"]

    /// Words that multiply the number before them.
    static let scales: [String: String] = [
        "percent": "%", "dozen": "12", "hundred": "100", "thousand": "1000", "million": "1000000",
        "millions": "1000000", "billion": "1000000000", "billions": "1000000000", "trillion": "1000000000000",
    ]

    static let superscripts: [Unicode.Scalar: Character] = [
        "⁰": "0", "¹": "1", "²": "2", "³": "3", "⁴": "4", "⁵": "5", "⁶": "6", "⁷": "7", "⁸": "8", "⁹": "9",
    ]
}
