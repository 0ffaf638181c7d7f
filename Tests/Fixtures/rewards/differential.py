"""Compares attnrl's verdicts with math-verify's on pairs of answers made at random.

    pip install math-verify==0.9.0
    python Tests/Fixtures/rewards/differential.py --attnrl .build/release/attnrl               # 5,000 pairs
    python Tests/Fixtures/rewards/differential.py --attnrl .build/release/attnrl --seed 2 --count 20000
    python Tests/Fixtures/rewards/differential.py --attnrl .build/release/attnrl --record      # writes differential.jsonl

A pair is two spellings of one answer, or of two answers that differ, so that which of the two checkers is right is
known. Each disagreement is one of these, counted by kind of answer:

    math-verify is wrong     attnrl says what is so
    undecided                attnrl says that it cannot tell
    attnrl refuses           a right answer that attnrl says is wrong, or cannot read
    attnrl rewards           a wrong answer that attnrl says is right; the program fails if there is any

`--record` keeps the first 25 pairs of each kind with math-verify's verdicts for the Swift tests, which need no math-verify.
"""

from __future__ import annotations

import argparse
import collections
import json
import random
import subprocess
import sys
import tempfile
from fractions import Fraction
from math import comb, factorial, gcd
from pathlib import Path

# Seconds for one step of math-verify, which would otherwise give up at 5: on a busy machine that decides verdicts.
LIMIT = 300

RECORD = Path(__file__).with_name("differential.jsonl")


class Draw:
    """Answers of one kind each: a method returns (gold, candidate, whether they are the same)."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    # Helpers

    def whole(self, low: int = 1, high: int = 12) -> int:
        return self.random.randint(low, high)

    def pick(self, *choices):
        return self.random.choice(choices)

    def coin(self) -> bool:
        return self.random.random() < 0.5

    def near(self, value: Fraction) -> Fraction:
        """Another number, of those that slips lead to."""
        choices = [-value, value + 1, value - 1, value * 2, value + Fraction(1, 10), value * 10]
        if value != 0:
            choices.append(1 / value)
        return self.random.choice([choice for choice in choices if choice != value])

    def spelled(self, value: Fraction) -> str:
        """A number in one of its spellings, exact ones all."""
        sign, size = ("-" if value < 0 else ""), abs(value)
        p, q = size.numerator, size.denominator
        k = self.whole(2, 6)
        if q == 1:
            forms = [
                str(p),
                str(p),
                f"{p}.0",
                f"{p * k}/{k}",
                f"\\frac{{{p * k}}}{{{k}}}",
                f"{p:,}",
                f"{p:,}".replace(",", "{,}"),
            ]
            forms.append(f"\\sqrt{{{p * p}}}")
            return sign + self.random.choice(forms)
        forms = [f"\\frac{{{p}}}{{{q}}}", f"\\dfrac{{{p * k}}}{{{q * k}}}", f"{p}/{q}", f"{p}\\div {q}"]
        if p > q:
            forms.append(f"{p // q}\\frac{{{p % q}}}{{{q}}}")
        rest = q
        for prime in (2, 5):
            while rest % prime == 0:
                rest //= prime
        if rest == 1:
            decimal = f"{float(size):.10f}".rstrip("0")
            forms += [decimal, f"{float(size * 100):.8f}".rstrip("0").rstrip(".") + "\\%"]
        return sign + self.random.choice(forms)

    def two(self, value, other, spell):
        """Two spellings of one value, or one each of two."""
        if self.coin():
            return spell(value), spell(value), True
        return spell(value), spell(other), False

    # Kinds

    def numbers(self):
        value = Fraction(self.random.randint(-60, 60), self.pick(1, 1, 2, 3, 4, 5, 7, 8, 20, 25))
        return self.two(value, self.near(value), self.spelled)

    def large_numbers(self):
        value = self.random.randint(1000, 10**9)
        other = value + self.pick(1, -1, 1000, -1000)
        return self.two(
            value,
            other,
            lambda n: self.pick(str(n), f"{n:,}", f"{n:,}".replace(",", "{,}"), f"{n:,}".replace(",", "\\,")),
        )

    def powers(self):
        base, exponent = self.whole(2, 5), self.whole(2, 30)
        other = exponent + self.pick(-1, 1)
        return self.two(
            exponent,
            other,
            lambda e: self.pick(
                f"{base}^{{{e}}}", f"{base}\\cdot {base}^{{{e - 1}}}", str(base**e), f"({base}^{{{e * 2}}})^{{1/2}}"
            ),
        )

    def scientific(self):
        digits, exponent = self.random.randint(11, 99), self.random.randint(-6, 9)
        other = exponent + self.pick(-1, 1)
        return self.two(
            exponent,
            other,
            lambda e: self.pick(
                f"{digits / 10}\\times 10^{{{e}}}", f"{digits}\\times 10^{{{e - 1}}}", f"{digits / 10}\\cdot 10^{{{e}}}"
            ),
        )

    def roots(self):
        a, b = self.whole(2, 9), self.pick(2, 3, 5, 6, 7, 11)
        other = self.pick(a + 1, -a)
        return self.two(
            a,
            other,
            lambda a: self.pick(
                f"{a}\\sqrt{{{b}}}",
                ("-" if a < 0 else "") + f"\\sqrt{{{a * a * b}}}",
                f"{a}\\cdot {b}^{{1/2}}",
                f"\\frac{{{a * b}}}{{\\sqrt{{{b}}}}}",
                f"\\sqrt{{{b}}}\\cdot {a}" if a > 0 else f"-{-a}\\sqrt{{{b}}}",
            ),
        )

    def sums_of_roots(self):
        a, b, c = self.whole(1, 9), self.whole(1, 5), self.pick(2, 3, 5, 7)
        other = self.pick((a + 1, b), (a, b + 1), (a, -b), (b, a) if a != b else (a, b + 2))
        return self.two(
            (a, b),
            other,
            lambda v: self.pick(
                f"{v[0]}{v[1]:+d}\\sqrt{{{c}}}",
                f"{v[1]}\\sqrt{{{c}}}+{v[0]}",
                f"\\frac{{{2 * v[0]}{2 * v[1]:+d}\\sqrt{{{c}}}}}{{2}}",
            ),
        )

    def multiples_of_pi(self):
        value = Fraction(self.random.randint(-12, 12) or 1, self.pick(1, 2, 3, 4, 6))
        other = self.near(value)

        def spell(v: Fraction) -> str:
            p, q = v.numerator, v.denominator
            if q == 1:
                return f"{p}\\pi"
            return self.pick(
                f"\\frac{{{p}\\pi}}{{{q}}}",
                f"\\frac{{{p}}}{{{q}}}\\pi",
                f"{p}\\pi/{q}",
                f"\\frac{{{2 * p}\\pi}}{{{2 * q}}}",
            )

        return self.two(value, other, spell)

    def logarithms(self):
        a, b = self.whole(2, 9), self.whole(2, 9)
        other = self.pick((a + 1, b), (a, b + 1))
        return self.two(
            (a, b),
            other,
            lambda v: self.pick(
                f"\\ln {v[0] * v[1]}",
                f"\\ln {v[0]} + \\ln {v[1]}",
                f"\\ln({v[1]}\\cdot {v[0]})",
                f"-\\ln\\frac{{1}}{{{v[0] * v[1]}}}",
            ),
        )

    def angles(self):
        value = self.pick(30, 45, 60, 120, 135, 150, 210)
        other = self.pick(value + 180, 360 - value, 90)
        sines = {
            30: "\\frac12",
            45: "\\frac{\\sqrt2}{2}",
            60: "\\frac{\\sqrt3}{2}",
            120: "\\frac{\\sqrt3}{2}",
            135: "\\frac{\\sqrt2}{2}",
            150: "\\frac12",
            210: "-\\frac12",
        }
        if self.coin():
            return sines[value], f"\\sin\\frac{{{value}\\pi}}{{180}}", True
        return sines[value], f"\\sin\\frac{{{other}\\pi}}{{180}}", value + other == 180 or other == value

    def factorials(self):
        n, k = self.whole(3, 9), self.whole(1, 3)
        other = self.pick((n + 1, k), (n, k + 1) if k + 1 != n - k and k + 1 <= n else (n + 2, k))
        return self.two(
            (n, k),
            other,
            lambda v: self.pick(
                str(comb(*v)),
                f"\\binom{{{v[0]}}}{{{v[1]}}}",
                f"\\frac{{{v[0]}!}}{{{v[1]}!\\cdot {v[0] - v[1]}!}}",
                f"\\frac{{{factorial(v[0])}}}{{{factorial(v[1])}\\cdot {factorial(v[0] - v[1])}}}",
            ),
        )

    def counts_of_letters(self):
        same = [
            ("\\binom{n}{2}", "\\frac{n(n-1)}{2}"),
            ("n!", "n(n-1)!"),
            ("(n+1)!", "(n+1)\\cdot n!"),
            ("\\binom{n}{k}", "\\binom{n}{n-k}"),
            ("\\frac{n!}{(n-2)!}", "n(n-1)"),
            ("\\binom{n}{3}", "\\frac{n(n-1)(n-2)}{6}"),
            ("\\binom{n}{1}", "n"),
            ("\\frac{(n+1)!}{n!}", "n+1"),
            ("\\binom{n+1}{2}", "\\frac{n^2+n}{2}"),
        ]
        a, b = self.random.choice(same)
        if self.coin():
            return (a, b, True) if self.coin() else (b, a, True)
        c, d = self.random.choice([pair for pair in same if pair[1] not in (a, b) and pair != (a, b)])
        return a, self.pick(c, d), False

    def polynomials(self):
        x = self.pick("x", "y", "t", "n")
        a, b = self.random.randint(-6, 6) or 1, self.random.randint(-6, 6) or 2
        other = self.pick((a + 1, b), (a, b - 1), (-a, b) if b != -a and a * 2 != 0 else (a + 2, b))

        def spell(v) -> str:
            p, q = v
            return self.pick(
                f"({x}{p:+d})({x}{q:+d})",
                f"{x}^2{p + q:+d}{x}{p * q:+d}",
                f"{p * q}{p + q:+d}{x}+{x}^2",
                f"{x}({x}{p + q:+d}){p * q:+d}",
            )

        gold, candidate, same = self.two((a, b), other, spell)
        return gold, candidate, sorted((a, b)) == sorted(other) or same

    def rational_functions(self):
        a, b = self.whole(1, 6), self.whole(1, 6)
        other = self.pick((a + 1, b), (a, b + 1))
        return self.two(
            (a, b),
            other,
            lambda v: self.pick(
                f"\\frac{{{v[0]}}}{{x+{v[1]}}}",
                f"\\frac{{{2 * v[0]}}}{{2x+{2 * v[1]}}}",
                f"{v[0]}(x+{v[1]})^{{-1}}",
                f"\\frac{{{v[0]}x}}{{x^2+{v[1]}x}}",
            ),
        )

    def functions(self):
        groups = [
            ["\\sin 2x", "2\\sin x\\cos x"],
            ["\\cos^2 x", "1-\\sin^2 x", "\\frac{1+\\cos 2x}{2}"],
            ["\\tan x", "\\frac{\\sin x}{\\cos x}"],
            ["e^{2x}", "(e^x)^2", "e^x\\cdot e^x"],
            ["\\frac{1}{x^2}", "x^{-2}"],
            ["\\sqrt{x}", "x^{1/2}", "x^{0.5}"],
            ["2^{x+1}", "2\\cdot 2^x"],
            ["\\ln(3x)", "\\ln 3+\\ln x"],
            ["\\sec x", "\\frac{1}{\\cos x}"],
            ["|x|", "\\sqrt{x^2}"],
            ["\\cos 2x", "1-2\\sin^2 x", "2\\cos^2 x-1"],
            ["x^3", "x\\cdot x^2"],
        ]
        first = self.random.choice(groups)
        if self.coin():
            return self.random.choice(first), self.random.choice(first), True
        second = self.random.choice([group for group in groups if group is not first])
        return self.random.choice(first), self.random.choice(second), False

    def complex_numbers(self):
        a, b = self.random.randint(-9, 9) or 1, self.random.randint(-9, 9) or 2
        other = self.pick((a, -b), (-a, b), (a + 1, b))
        return self.two(
            (a, b), other, lambda v: self.pick(f"{v[0]}{v[1]:+d}i", f"{v[1]}i{v[0]:+d}", f"{v[0]}{v[1]:+d}\\cdot i")
        )

    def tuples(self):
        values = [Fraction(self.whole(-9, 9), self.pick(1, 1, 2, 4)) for _ in range(self.whole(2, 4))]
        other = list(values)
        while other == values:
            if self.coin():
                self.random.shuffle(other)
            else:
                index = self.random.randrange(len(other))
                other[index] = self.near(other[index])
        return self.two(
            values, other, lambda vs: "(" + self.pick(",", ", ").join(self.spelled_in_list(v) for v in vs) + ")"
        )

    def spelled_in_list(self, value: Fraction) -> str:
        sign, size = ("-" if value < 0 else ""), abs(value)
        if size.denominator == 1:
            return sign + self.pick(str(size), str(size), f"\\frac{{{size.numerator * 2}}}{{2}}")
        return sign + self.pick(
            f"\\frac{{{size.numerator}}}{{{size.denominator}}}",
            f"{float(size)}",
            f"{size.numerator}/{size.denominator}",
        )

    def sets(self):
        values = self.random.sample(range(-9, 15), self.whole(1, 4))
        other = list(values)
        other[0] = self.random.choice([v for v in range(-9, 15) if v not in values])

        def spell(vs) -> str:
            vs = list(vs)
            self.random.shuffle(vs)
            items = ", ".join(self.spelled_in_list(Fraction(v)) for v in vs)
            return (
                self.pick(f"\\{{{items}\\}}", items, f"\\left\\{{{items}\\right\\}}")
                if len(vs) > 1
                else self.pick(f"\\{{{items}\\}}", items)
            )

        return self.two(values, other, spell)

    def intervals(self):
        low = self.random.randint(-9, 8)
        ends = (self.pick("(", "["), low, low + self.whole(1, 9), self.pick(")", "]"))
        flipped = {"(": "[", "[": "(", ")": "]", "]": ")"}
        other = self.pick((flipped[ends[0]], *ends[1:]), (*ends[:3], flipped[ends[3]]), (ends[0], low - 1, *ends[2:]))
        return self.two(
            ends,
            other,
            lambda e: (
                f"{e[0]}{self.spelled_in_list(Fraction(e[1]))},{self.pick('', ' ')}{self.spelled_in_list(Fraction(e[2]))}{e[3]}"
            ),
        )

    def unions(self):
        a = self.random.randint(-9, 5)
        b = a + self.whole(1, 4)
        kinds = {
            "hole": ["\\mathbb{R}\\setminus\\{%d\\}" % a, "(-\\infty,%d)\\cup(%d,\\infty)" % (a, a), "x \\ne %d" % a],
            "outside": [
                "(-\\infty,%d)\\cup(%d,\\infty)" % (a, b),
                "(%d,\\infty)\\cup(-\\infty,%d)" % (b, a),
                "x<%d \\text{ or } x>%d" % (a, b),
                "\\mathbb{R}\\setminus[%d,%d]" % (a, b),
            ],
            "outside closed": ["(-\\infty,%d]\\cup[%d,\\infty)" % (a, b), "x\\le %d \\text{ or } x\\ge %d" % (a, b)],
            "inside": ["(%d,%d)" % (a, b), "%d<x<%d" % (a, b), "x>%d \\text{ and } x<%d" % (a, b)],
            "inside closed": ["[%d,%d]" % (a, b), "%d\\le x\\le %d" % (a, b), "x\\in[%d,%d]" % (a, b)],
            "two parts": ["[%d,%d)\\cup(%d,%d]" % (a, b, b, b + 2), "[%d,%d]\\setminus\\{%d\\}" % (a, b + 2, b)],
        }
        names = list(kinds)
        first = self.random.choice(names)
        if self.coin():
            return self.random.choice(kinds[first]), self.random.choice(kinds[first]), True
        second = self.random.choice([name for name in names if name != first])
        return self.random.choice(kinds[first]), self.random.choice(kinds[second]), False

    def equations(self):
        m, c = self.random.randint(-5, 5) or 2, self.random.randint(-9, 9) or 3
        other = self.pick((m + 1, c), (m, c + 1), (m, -c), (-m, c))

        def spell(v) -> str:
            m, c = v
            return self.pick(
                f"y={m}x{c:+d}", f"{m}x-y{c:+d}=0", f"2y={2 * m}x{2 * c:+d}", f"{m}x{c:+d}=y", f"y{-c:+d}={m}x"
            )

        return self.two((m, c), other, spell)

    def assigned(self):
        value = Fraction(self.random.randint(-30, 30), self.pick(1, 2, 3))
        name = self.pick("x", "y", "n", "f(x)", "AB", "\\theta")
        gold, candidate, same = self.two(value, self.near(value), self.spelled_in_list)
        return gold, f"{name} = {candidate}", same

    def assigned_tuples(self):
        values = [self.random.randint(-9, 9) for _ in range(2)]
        other = self.pick([values[0] + 1, values[1]], [values[0], values[1] - 1])
        gold, candidate, same = self.two(values, other, lambda v: f"({v[0]},{v[1]})")
        return (gold, f"(x,y)={candidate}", same) if self.coin() else (f"(x,y)={gold}", candidate, same)

    def matrices(self):
        values = [self.random.randint(-9, 9) for _ in range(4)]
        other = list(values)
        other[self.random.randrange(4)] += 1

        def spell(v) -> str:
            name = self.pick("pmatrix", "bmatrix")
            k = self.pick(1, 1, 2)
            factor = "" if k == 1 else "\\frac{1}{2}"
            return f"{factor}\\begin{{{name}}}{v[0] * k}&{v[1] * k}\\\\{v[2] * k}&{v[3] * k}\\end{{{name}}}"

        return self.two(values, other, spell)

    def plus_minus(self):
        a, b = self.random.randint(-6, 6), self.pick(2, 3, 5)
        other = self.pick((a + 1, b), (a, b + 2))
        return self.two(
            (a, b),
            other,
            lambda v: self.pick(
                f"{v[0]}\\pm\\sqrt{{{v[1]}}}",
                f"{v[0]}+\\sqrt{{{v[1]}}}, {v[0]}-\\sqrt{{{v[1]}}}",
                f"\\{{{v[0]}-\\sqrt{{{v[1]}}}, {v[0]}+\\sqrt{{{v[1]}}}\\}}",
            ),
        )

    def words(self):
        pairs = [
            ("Yes", "No"),
            ("no", "on"),
            ("cat", "act"),
            ("dog", "god"),
            ("even", "odd"),
            ("increasing", "decreasing"),
            ("Monday", "Sunday"),
            ("Anna", "Hanna"),
            ("True", "False"),
            ("ellipse", "circle"),
            ("red", "blue"),
            ("won", "now"),
        ]
        a, b = self.random.choice(pairs)
        return self.two(a, b, lambda w: self.pick(w, w.lower(), w.capitalize(), f"\\text{{{w}}}", f"\\textbf{{{w}}}"))

    def options(self):
        a, b = self.random.sample("ABCDE", 2)
        return self.two(
            a, b, lambda o: self.pick(o, f"({o})", f"\\text{{{o}}}", f"\\textbf{{({o})}}", f"\\mathrm{{{o}}}")
        )

    def roman_numerals(self):
        a, b = self.pick(("IV", "VI"), ("IX", "XI"), ("XL", "LX"), ("II", "III"), ("CD", "DC"))
        return self.two(a, b, lambda r: self.pick(r, f"\\text{{{r}}}"))

    def units(self):
        value = Fraction(self.whole(2, 300), self.pick(1, 1, 2))
        other = self.near(value)
        unit = self.pick("cm", "km", "kg", "miles", "hours", "square units", "degrees", "apples", "cm^2", "m/s")
        gold, candidate, same = self.two(value, other, lambda v: str(v) if v.denominator == 1 else str(float(v)))
        text = self.pick(
            f"\\text{{ {unit}}}",
            f" \\text{{ {unit}}}",
            f"\\,\\mathrm{{{unit.split('^')[0].split('/')[0].replace(' ', '')}}}",
        )
        return (gold, candidate + text, same) if self.coin() else (gold + text, candidate, same)

    def money(self):
        cents = self.random.randint(5, 99999)
        other = cents + self.pick(1, -1, 100, 1000)
        return self.two(
            cents,
            other,
            lambda c: self.pick(
                f"{c / 100:.2f}",
                f"\\${c / 100:.2f}",
                f"${c / 100:.2f}",
                f"{c / 100:.2f} \\text{{ dollars}}",
                f"€{c / 100:.2f}",
            ),
        )

    def degrees(self):
        value = self.whole(1, 359)
        other = self.pick(value + 1, 360 - value if value != 180 else 90)
        return self.two(value, other, lambda d: self.pick(str(d), f"{d}^\\circ", f"{d}^{{\\circ}}", f"{d}°"))

    def bases(self):
        base = self.whole(2, 9)
        digits = "".join(str(self.random.randrange(base)) for _ in range(4)).lstrip("0") or "1"
        other = digits + "0"
        return self.two(digits, other, lambda d: self.pick(f"{d}_{base}", f"{d}_{{{base}}}"))

    def decimals(self):
        value = Fraction(self.whole(1, 40), self.pick(3, 7, 9, 11, 6))
        if self.coin():
            return f"\\frac{{{value.numerator}}}{{{value.denominator}}}", f"{float(value):.{self.whole(7, 10)}f}", True
        return (
            f"\\frac{{{value.numerator}}}{{{value.denominator}}}",
            f"{float(value) + self.pick(0.01, -0.001, 0.0002):.6f}",
            value.denominator == 0,
        )

    def floors(self):
        value, q = self.random.randint(-40, 40), self.whole(2, 7)
        other = value + self.pick(q, -q)
        return self.two(
            value,
            other,
            lambda v: self.pick(
                str(v // q),
                f"\\lfloor \\frac{{{v}}}{{{q}}} \\rfloor",
                f"\\left\\lfloor {v}/{q} \\right\\rfloor",
                f"-\\lceil \\frac{{{-v}}}{{{q}}} \\rceil",
            ),
        )

    def divisors(self):
        a, b = self.whole(2, 60), self.whole(2, 60)
        other = self.pick((a * 2, b * 2), (a * 3, b * 3))
        return self.two(
            (a, b),
            other,
            lambda v: self.pick(
                str(gcd(*v)),
                f"\\gcd({v[0]},{v[1]})",
                f"\\gcd({v[1]}, {v[0]})",
                f"\\frac{{{v[0] * v[1]}}}{{{v[0] * v[1] // gcd(*v)}}}",
            ),
        )

    def inequalities(self):
        bound, a = self.random.randint(-9, 9), self.whole(2, 5)
        other = self.pick(bound + 1, -bound if bound else 2)
        less, more = self.pick(("<", ">"), ("\\le ", "\\ge "))

        def spell(v) -> str:
            forms = [f"x{less}{v}", f"{v}{more}x", f"{a}x{less}{a * v}", f"-{a}x{more}{-a * v}", f"x{-v:+d}{less}0"]
            forms += [f"(-\\infty,{v}{')' if less == '<' else ']'}"]
            return self.random.choice(forms)

        return self.two(bound, other, spell)

    def sets_of_tuples(self):
        points = self.random.sample([(x, y) for x in range(-3, 4) for y in range(-3, 4)], self.whole(2, 3))
        other = [(points[0][1], points[0][0]) if points[0][0] != points[0][1] else (points[0][0], 9), *points[1:]]
        if set(other) == set(points):
            other[0] = (7, 7)

        def spell(ps) -> str:
            ps = list(ps)
            self.random.shuffle(ps)
            text = self.pick(",", ", ").join(f"({x},{y})" for x, y in ps)
            return self.pick(text, f"\\{{{text}\\}}")

        return self.two(points, other, spell)

    def progressions(self):
        start, parts = Fraction(self.whole(0, 5), 6), self.pick(1, 2)
        other = start + Fraction(1, 12)

        def spell(v: Fraction) -> str:
            n = self.pick("k", "n", "m")
            v += self.pick(0, 1, -1) * Fraction(2, parts)
            first = f"\\frac{{{v.numerator}\\pi}}{{{v.denominator}}}"
            step = f"2{n}\\pi" if parts == 1 else f"{n}\\pi"
            return f"x={self.pick(first + '+' + step, step + '+' + first)}, {n}\\in\\mathbb{{Z}}"

        return self.two(start, other, spell)

    def percentages(self):
        value = Fraction(self.whole(1, 199), self.pick(1, 2, 4))
        other = value + self.pick(1, -1, 10)
        return self.two(
            value,
            other,
            lambda v: self.pick(
                f"{float(v):g}\\%",
                f"{float(v):g}%",
                f"{float(v):g} \\text{{ percent}}",
                f"\\frac{{{(v / 100).numerator}}}{{{(v / 100).denominator}}}",
                f"{float(v / 100):g}",
            ),
        )

    def ratios(self):
        a, b = self.whole(1, 9), self.whole(2, 9)
        value = Fraction(a, b)
        other = self.pick(Fraction(a + 1, b), Fraction(a, b + 1))
        return self.two(
            value,
            other,
            lambda v: self.pick(
                f"{v.numerator}:{v.denominator}",
                f"\\frac{{{v.numerator}}}{{{v.denominator}}}",
                f"{v.numerator} : {v.denominator}",
                f"{v.numerator}/{v.denominator}",
            ),
        )

    def far_terms(self):
        exponent, a = self.whole(9, 20), self.pick(2, 3, 5)
        other = self.pick(a + 2, 7)
        return self.two(
            a,
            other,
            lambda v: self.pick(
                f"10^{{{exponent}}}+\\sqrt{{{v}}}",
                f"\\sqrt{{{v}}}+10^{{{exponent}}}",
                f"\\sqrt{{10^{{{2 * exponent}}}}}+{v}^{{1/2}}",
            ),
        )

    def scales(self):
        value = Fraction(self.whole(1, 90), self.pick(1, 1, 10))
        other = self.pick(value * 10, value + 1)
        return self.two(
            value,
            other,
            lambda v: self.pick(
                f"{float(v):g} \\text{{ million}}",
                f"{float(v):g}\\times 10^6",
                str(int(v * 10**6)),
                f"{int(v * 10**6):,}",
            ),
        )

    def lengths(self):
        value = self.whole(1, 90)
        other = self.pick(value + 1, value * 10)
        return self.two(
            value,
            other,
            lambda v: self.pick(
                f"{v}\\text{{ cm}}", f"{v * 10}\\text{{ mm}}", f"{v / 100:g} \\text{{ m}}", f"{v}\\text{{ centimeters}}"
            ),
        )

    def times(self):
        hour, minute = self.whole(1, 12), self.pick(15, 20, 30, 45, 40)
        other = self.pick((hour % 12 + 1, minute), (hour, minute + 5))
        return self.two(
            (hour, minute), other, lambda t: self.pick(f"{t[0]}:{t[1]}", f"{t[0]}:{t[1]}", f"\\text{{{t[0]}:{t[1]}}}")
        )

    def nested_roots(self):
        a, b = self.pick((2, 3), (5, 2), (3, 7), (5, 3), (7, 2))
        other = self.pick((a + 4, b), (a, b + 4))
        return self.two(
            (a, b),
            other,
            lambda v: self.pick(
                f"\\sqrt{{{v[0]}}}+\\sqrt{{{v[1]}}}",
                f"\\sqrt{{{v[0] + v[1]}+2\\sqrt{{{v[0] * v[1]}}}}}",
                f"\\sqrt{{{v[1]}}}+\\sqrt{{{v[0]}}}",
            ),
        )

    def sums(self):
        n = self.whole(2, 9)
        other = n + 1
        return self.two(
            n,
            other,
            lambda v: self.pick(
                f"\\frac{{{v}({v}+1)}}{{2}}",
                str(v * (v + 1) // 2),
                f"\\binom{{{v + 1}}}{{2}}",
                "+".join(str(i) for i in range(1, v + 1)),
            ),
        )


KINDS = [
    name
    for name in vars(Draw)
    if not name.startswith("_") and name not in {"whole", "pick", "coin", "near", "spelled", "two", "spelled_in_list"}
]


def pairs(seed: int, count: int) -> list[dict]:
    draw = Draw(seed)
    made = []
    for index in range(count):
        kind = KINDS[index % len(KINDS)]
        gold, candidate, same = getattr(draw, kind)()
        made.append({"kind": kind, "gold": gold, "candidate": candidate, "same": same})
    return made


def ask_math_verify(made: list[dict]) -> None:
    from math_verify import parse, verify

    for pair in made:
        gold, candidate = (
            parse(text, parsing_timeout=LIMIT) for text in (f"${pair['gold']}$", f"\\boxed{{{pair['candidate']}}}")
        )
        pair["correct"] = bool(verify(gold, candidate, timeout_seconds=LIMIT))


def ask_attnrl(program: str, made: list[dict]) -> None:
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as file:
        file.write("".join(json.dumps({"gold": pair["gold"], "candidate": pair["candidate"]}) + "\n" for pair in made))
        file.flush()
        done = subprocess.run([program, "verify", file.name, "-o", "json"], capture_output=True, text=True, check=True)
    for pair, line in zip(made, json.loads(done.stdout)["verdicts"], strict=True):
        pair["verdict"] = line["verdict"]


def classify(pair: dict) -> str | None:
    if (pair["verdict"] == "CORRECT") == pair["correct"]:
        return "attnrl rewards, as math-verify" if pair["correct"] and not pair["same"] else None
    if pair["verdict"] == "CORRECT":
        return "math-verify is wrong" if pair["same"] else "attnrl rewards"
    if not pair["same"]:
        return "math-verify is wrong"
    return "undecided" if pair["verdict"] == "UNDECIDED" else "attnrl refuses"


def _recorded(pair: dict) -> dict:
    return {key: value for key, value in pair.items() if key != "verdict"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--attnrl", required=True, help="the program")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=5000)
    parser.add_argument("--list", metavar="CLASS", help="also show the disagreements of a class")
    parser.add_argument("--record", action="store_true", help=f"write {RECORD.name}")
    arguments = parser.parse_args()

    made = pairs(arguments.seed, arguments.count)
    ask_math_verify(made)
    ask_attnrl(arguments.attnrl, made)
    classes: dict[str, collections.Counter] = collections.defaultdict(collections.Counter)
    for pair in made:
        name = classify(pair)
        if name:
            classes[name][pair["kind"]] += 1
            if name == arguments.list:
                print(json.dumps(pair, ensure_ascii=False))
    agreeing = len(made) - sum(sum(kinds.values()) for kinds in classes.values())
    print(f"{agreeing} of {len(made)} pairs agree")
    for name, kinds in sorted(classes.items()):
        print(f"{name}: {sum(kinds.values())}: " + ", ".join(f"{kind} {count}" for kind, count in kinds.most_common()))
    if arguments.record:
        kept = [_recorded(pair) for pair in made[: 25 * len(KINDS)]]
        RECORD.write_text("".join(json.dumps(pair, ensure_ascii=False) + "\n" for pair in kept))
    if any(name.startswith("attnrl rewards") for name in classes):
        sys.exit("attnrl says that wrong answers are right")


if __name__ == "__main__":
    main()
