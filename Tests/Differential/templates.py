"""Makes chat templates at random and says what Jinja, set up as transformers sets it up, renders for each.

    python Tests/Differential/templates.py COUNT SEED FILE

writes a JSON file that `TemplateReferenceTests` compares with this program: the recorded sample by default, another
file where ATTNRL_TEMPLATES names one. Needs jinja2 3.1.6 and transformers (the recorded sample: 5.24.0).

Where Jinja's result is due to one of these, it is replaced by what Jinja renders without, and counted:

    constants   Jinja renders constant expressions when it compiles, before it knows whether to escape, and takes the
                slice of what has none for undefined there
    complex     a negative number to a broken power is a complex number
"""

import json
import random
import re
import signal
import sys
import warnings
from unittest import mock

from jinja2 import nodes
from jinja2.compiler import CodeGenerator
from jinja2.sandbox import ImmutableSandboxedEnvironment
from transformers.utils.chat_template_utils import _compile_jinja_template

MESSAGES = [
    {"role": "system", "content": "Be brief."},
    {"role": "user", "content": " What's 1 < 2 & \"é\"?\n"},
    {
        "role": "assistant",
        "content": "<think>\nhm\n</think>\n\nYes.",
        "tool_calls": [{"type": "function", "function": {"name": "f", "arguments": {"x": 1, "y": [True, None, 1.5]}}}],
    },
    {"role": "tool", "content": "42"},
]
VARIABLES = {
    "messages": MESSAGES,
    "add_generation_prompt": True,
    "tools": [{"type": "function", "function": {"name": "look_up", "parameters": {"q": {"type": "string"}}}}],
    "bos_token": "<s>",
    "eos_token": "</s>",
    "words": ["one", "Two", "three", "", "two", "ÄÖ ß", "a-b c_d"],
    "numbers": [3, -1, 0, 2.5, 10, True, -0.5],
    "table": {"b": 1, "a": [1, 2, {"c": "d"}], "Z": None, "items": 5},
    "rows": [
        {"name": "x", "size": 3, "tags": ["p", "q"]},
        {"name": "Y", "size": 1, "tags": []},
        {"name": "x", "size": 2},
    ],
    "text": "line one\n  line two\r\n\tThree  <b>&'\"</b>\n",
    "nothing": None,
    "flag": True,
    "n": 7,
}
DEPARTURES = ("constants", "complex")
NAMES = ["a", "b", "c", "x", "y", "v"]

# What of Jinja and Python a template may name, with the kind of value it is for and argument lists for it. Left out is
# what gives something else each time (random, lipsum, strftime_now), makes bytes, or is not supported by name (urlize,
# float.hex).
FILTERS = {
    "abs": ("number", []), "attr": ("name", ["`x`", "`upper`", "`name`", "`items`", "`__class__`"]),
    "batch": ("sequence", ["2", "3, `-`", "linecount=2"]), "capitalize": ("string", []),
    "center": ("string", ["", "12", "width=9"]), "count": ("sequence", []),
    "d": ("name", ["1", "`x`", "`x`, true", "default_value=2", "boolean=true"]), "default": ("name", ["", "none", "[], true"]),
    "dictsort": ("mapping", ["", "true", "by=`value`", "false, `key`, true", "by=`x`"]), "e": ("string", []),
    "escape": ("expression", []), "filesizeformat": ("number", ["", "true", "binary=true"]), "first": ("sequence", []),
    "float": ("expression", ["", "1.5", "default=none"]), "forceescape": ("string", []),
    "format": ("string", ["1", "1, 2", "a=1", "*[1, 2]"]), "groupby": ("sequence", ["0", "`name`", "`x`, default=1"]),
    "indent": ("string", ["", "3", "1, true, true", "`--`", "first=true"]),
    "int": ("expression", ["", "7", "0, 16", "default=-1, base=8", "base=2"]), "items": ("mapping", []),
    "join": ("sequence", ["", "`, `", "n", "d=`-`", "attribute=0", "`/`, `name`"]), "last": ("sequence", []),
    "length": ("sequence", []), "list": ("expression", []), "lower": ("string", []),
    "map": ("sequence", ["`upper`", "`string`", "attribute=`name`", "attribute=0, default=`?`", "`default`, 1", "`join`, `,`",
                         "`replace`, `e`, `E`", "`abs`", "`round`, 1", "`none_such`", "`trim`"]),
    "max": ("sequence", ["", "true", "attribute=0", "case_sensitive=true"]), "min": ("sequence", ["", "attribute=`size`"]),
    "pprint": ("expression", []), "reject": ("sequence", ["", "`none`", "`string`"]),
    "rejectattr": ("sequence", ["`name`", "0, `odd`"]), "replace": ("string", ["`e`, `<`", "`o`, ``, 1", "n, n", "``, `.`"]),
    "reverse": ("sequence", []), "round": ("number", ["", "1", "2, `ceil`", "0, `floor`", "-1", "method=`floor`", "20"]),
    "safe": ("string", []), "select": ("sequence", ["", "`number`", "`lt`, 3"]), "selectattr": ("sequence", ["0", "`size`, `odd`"]),
    "slice": ("sequence", ["2", "3, none", "slices=2, fill_with=0"]),
    "sort": ("sequence", ["", "true", "false, true", "attribute=0", "attribute=`size,name`"]), "string": ("expression", []),
    "striptags": ("string", []), "sum": ("sequence", ["", "start=1.5", "`size`", "start=[]", "attribute=0"]), "title": ("string", []),
    "tojson": ("expression", ["", "indent=1", "ensure_ascii=true", "sort_keys=true"]), "trim": ("string", ["", "` `", "`el`", "chars=none"]),
    "truncate": ("string", ["8", "8, true, `~`", "10, leeway=1", "length=3, end=``"]),
    "unique": ("sequence", ["", "true", "attribute=`name`"]), "upper": ("string", []),
    "urlencode": ("expression", []), "wordcount": ("string", []),
    "wordwrap": ("string", ["", "7", "4, wrapstring=`/`", "3, false, break_on_hyphens=false"]),
    "xmlattr": ("mapping", ["", "false", "autospace=true"]), "none_such": ("string", []),
}
OPERANDS = ["1", "`x`", "n", "[1, `a`]", "2.5", "none", "words"]
TESTS = {
    **{name: ("expression", []) for name in (
        "boolean", "callable", "defined", "escaped", "false", "filter", "float", "integer", "iterable", "mapping", "none",
        "number", "sequence", "string", "test", "true", "undefined", "none_such")},
    **{name: ("string", []) for name in ("upper", "lower", "filter", "test")},
    **{name: ("integer", []) for name in ("odd", "even")}, "divisibleby": ("integer", ["3", "n", "0", "2.5"]),
    "sameas": ("boolean", ["true", "none", "false"]),
    **{name: ("expression", OPERANDS) for name in ("eq", "equalto", "ne", "==", "!=", "in", "not in")},
    **{name: ("number", OPERANDS) for name in (
        "lt", "lessthan", "le", "gt", "greaterthan", "ge", "<", "<=", ">", ">=")},
}
TEXT_TESTS = ("isalnum", "isalpha", "isascii", "isdecimal", "isdigit", "isidentifier", "islower", "isnumeric", "isprintable",
              "isspace", "istitle", "isupper")
SEARCHES = ["`e`", "``", "`o`, 2", "` `, 1, -1", "`l`, none, 4", "n"]
METHODS = {
    "string": {
        **{name: [] for name in (*TEXT_TESTS, "capitalize", "casefold", "lower", "swapcase", "title", "upper")},
        **{name: SEARCHES for name in ("count", "find", "rfind", "index", "rindex")},
        **{name: ["`h`", "``", "(`a`, `o`)", "`e`, 1, 3", "n"] for name in ("startswith", "endswith")},
        **{name: ["9", "12, `*`", "9, `ab`", "n"] for name in ("center", "ljust", "rjust")},
        **{name: ["", "` `", "none", "`ho`"] for name in ("strip", "lstrip", "rstrip")},
        **{name: ["", "` `", "none, 1", "`o`", "sep=`e`, maxsplit=1", "``", "maxsplit=0"] for name in ("split", "rsplit")},
        **{name: ["` `", "`lo`", "``"] for name in ("partition", "rpartition")},
        **{name: ["`he`", "`lo`", "``"] for name in ("removeprefix", "removesuffix")},
        "expandtabs": ["", "4", "tabsize=2", "0"], "format": ["1", "n, a=2", "*words"], "format_map": ["table", "{}"],
        "join": ["words", "[`a`, `b`]", "`abc`", "numbers", "table"], "replace": ["`e`, `E`", "`o`, ``, 1", "``, `-`, 2"],
        "splitlines": ["", "true", "keepends=true"], "translate": ["{104: `H`}", "table", "{101: none, 108: 76}"], "zfill": ["5", "12", "-1"],
        "maketrans": ["`ab`, `xy`", "{`a`: 1}", "`a`, `b`, `c`"], "none_such": [""],
    },
    "sequence": {
        "count": ["1", "`a`", "n"], "index": ["1", "`one`", "1, 1"], "copy": [""], "append": ["1"], "sort": [""], "pop": [""],
        "insert": ["0, 1"], "extend": ["[]"], "remove": ["1"], "reverse": [""], "clear": [""],
    },
    "mapping": {
        "get": ["`a`", "`q`, 2", "n", "[]", "`name`, none"], "items": [""], "keys": [""], "values": [""], "copy": [""],
        "fromkeys": ["words", "`ab`, 1"], "pop": ["`a`"], "update": ["{}"], "setdefault": ["`a`"], "popitem": [""], "clear": [""],
    },
    "integer": {name: [""] for name in ("bit_length", "bit_count", "conjugate", "as_integer_ratio", "is_integer")},
    "number": {name: [""] for name in ("is_integer", "conjugate", "as_integer_ratio")},
}


class Generator:
    """One random template."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.macros = []
        self.loops = 0
        self.in_macro = 0
        self.has_namespace = False

    def pick(self, *choices):
        return self.random.choice(choices)

    def chance(self, probability):
        return self.random.random() < probability

    # Expressions of a kind; `depth` is what may still nest.

    def expression(self, depth):
        if self.chance(0.04):
            return self.wild(depth)
        if depth > 0 and self.chance(0.25):
            return self.pick(self.any_filter, self.any_test, self.any_method)(depth)
        kind = self.pick("integer", "number", "string", "string", "sequence", "mapping", "boolean", "name")
        return getattr(self, kind)(depth)

    def wild(self, depth):
        """An expression whose parts may not fit."""
        a, b = (self.expression(depth - 1) if depth > 0 else self.name(0) for _ in range(2))
        operator = self.pick("+", "-", "*", "/", "//", "%", "**", "~", "==", "<", ">=", "in", "not in", "and", "or")
        if operator in ("**", "*"):
            b = self.pick("0", "1", "2", "-1", "0.5")
        return self.pick(
            f"({a} {operator} {b})", f"{self.atom(a)}[{b}]", f"{self.atom(a)}.{self.pick('x', 'name', 'upper', '_p')}",
            f"{self.atom(a)}({b})", f"(-{self.atom(a)})", f"({a})|{self.pick('length', 'list', 'upper', 'first', 'int')}",
            f"{self.atom(a)}[{self.index(0)}:{self.index(0)}]", f"({a} is {self.pick('defined', 'odd', 'mapping')})",
        )

    @staticmethod
    def atom(expression):
        return f"({expression})"

    def name(self, depth):
        names = NAMES + list(VARIABLES) + ["missing"]
        if self.loops:
            names += ["loop.index", "loop.index0", "loop.first", "loop.last", "loop.length", "loop.previtem",
                      "loop.nextitem", "loop.revindex", "loop.revindex0", "loop.depth", "loop.cycle('a', 'b')",
                      "loop.changed(n)"]
        if self.in_macro:
            names += ["varargs", "kwargs", "p", "q"]
        if self.has_namespace:
            names += ["ns.a", "ns.b", "ns.none_such"]
        return self.random.choice(names)

    def index(self, depth):
        return self.pick("0", "1", "-1", "2", "-2", "5", "", "n", "none", "-9")

    def integer(self, depth):
        if depth <= 0 or self.chance(0.3):
            return self.pick("0", "1", "2", "-3", "7", "10", "255", "n", "1_000", "0x1F", "12345678901234567890", "-1")
        i = lambda: self.integer(depth - 1)
        return self.pick(
            f"({i()} + {i()})", f"({i()} - {i()})", f"({i()} * {i()})", f"({i()} // {i()})", f"({i()} % {i()})",
            f"({self.atom(i())} ** {self.pick('0', '1', '2', '3')})", f"(-{self.atom(i())})", f"({self.sequence(depth - 1)}|length)",
            f"({self.string(depth - 1)}|length)", f"({i()}|abs)", f"({self.number(depth - 1)}|int)",
            f"({self.string(depth - 1)}|int({self.pick('', '5', 'base=16', '0, 2')}))",
            f"({self.string(depth - 1)}).{self.pick('find', 'count', 'rfind', 'index')}({self.short()})",
            f"({self.string(depth - 1)}|wordcount)", f"(numbers|sum)", f"({i()} if {self.boolean(depth - 1)} else {i()})",
            f"({self.sequence(depth - 1)}|list).{self.pick('count', 'index')}({i()})", f"({i()}).bit_length()",
            f"({self.pick('rows', '[]')}|sum(attribute='size'))", f"(+{self.atom(i())})",
            f"{self.atom(i())}.{self.pick('real', 'imag', 'numerator', 'denominator')}",
        )

    def number(self, depth):
        if depth <= 0 or self.chance(0.3):
            return self.pick("0.5", "2.5", "-1.25", "1e3", "1e-7", "3.0", "1.5e300", "123456.789", "0.1", "1e16")
        f = lambda: self.number(depth - 1)
        i = lambda: self.integer(depth - 1)
        return self.pick(
            f"({f()} + {i()})", f"({f()} - {f()})", f"({f()} * {i()})", f"({f()} / {f()})", f"({i()} / {i()})",
            f"({f()} // {f()})", f"({f()} % {f()})", f"({f()}|round({self.pick('', '1', '2', '-1', '0, `floor`', '1, `ceil`')}))",
            f"({i()}|round({self.pick('', '-1', '2')}))", f"({f()}|abs)", f"({self.string(depth - 1)}|float)", f"({i()}|float)",
            f"({self.atom(f())} ** {self.pick('2', '0.5', '-1', '0')})", f"({f()}|default({f()}))", f"(+{self.atom(f())})",
            f"{self.atom(f())}.{self.pick('real', 'imag')}", f"({self.mapping(depth - 1)}|length)",
        )

    def short(self):
        return self.pick("'a'", "'o'", "' '", "''", "'t'", "'\\n'", "'e'", "'ne'", "'T'", "'é'", "'<'")

    def string(self, depth):
        if depth <= 0 or self.chance(0.25):
            return self.pick(
                "'hello'", "\"it's\"", "'a\\tb\\n'", "''", "'Ünï çödé'", "text", "bos_token", "words[1]",
                "messages[0].content", "messages[1]['content']", "'x' 'y'", "'12'", "' 7 '", "'0x1f'", "'-3.5'",
                "'they\\'re a-one (two) [three]'", "'\\u00e9\\x41\\q'", "'<b>&amp;</b>'", "'ΑΣ ΑΣ.'", "'日本語 text'", "'ǆ ﬁ'",
            )
        s = lambda: self.string(depth - 1)
        e = lambda: self.expression(depth - 1)
        i = self.pick("0", "1", "3", "8", "-1", "12")
        return self.pick(
            f"({s()} + {s()})", f"({e()} ~ {e()})", f"({s()} * {self.pick('0', '1', '2', '-1')})", f"({e()}|string)",
            f"{self.atom(s())}.{self.pick('upper', 'lower', 'title', 'capitalize', 'swapcase', 'strip', 'lstrip', 'rstrip', 'casefold')}()",
            f"{self.atom(s())}.{self.pick('strip', 'lstrip', 'rstrip')}({self.short()})",
            f"({s()}|{self.pick('upper', 'lower', 'title', 'capitalize', 'trim', 'escape', 'e', 'forceescape', 'striptags', 'urlencode', 'reverse')})",
            f"({s()}|indent({self.pick('', '2', 'first=true', '3, true', 'blank=true', 'width=`> `')}))",
            f"({s()}|truncate({self.pick('5', '9, true', '7, false, ``', '6, leeway=0', 'length=4')}))",
            f"({s()}|center({i}))", f"({s()}|replace({self.short()}, {self.short()}{self.pick('', ', 1')}))",
            f"({s()}|wordwrap({self.pick('5', '8, false', '10, true, `|`', '6, break_on_hyphens=false')}))",
            f"{self.atom(s())}.replace({self.short()}, {self.short()}{self.pick('', ', 2', ', -1')})",
            f"{self.atom(s())}[{self.index(0)}:{self.index(0)}{self.pick('', ':2', ':-1', ':-2')}]", f"{self.atom(s())}[{self.pick('0', '-1', '1', '30')}]",
            f"{self.atom(s())}.{self.pick('center', 'ljust', 'rjust')}({i}{self.pick('', ', `*`')})", f"{self.atom(s())}.zfill({i})",
            f"{self.atom(s())}.{self.pick('removeprefix', 'removesuffix')}({self.short()})", f"{self.atom(s())}.expandtabs({i})",
            f"({self.short()}).join({self.sequence(depth - 1)}|map('string'))", f"({self.sequence(depth - 1)}|join({self.short()}))",
            f"(rows|join(', ', attribute='name'))", f"({e()}|tojson{self.json_arguments()})", f"({e()}|pprint)",
            self.percent(depth), self.brace(depth), f"({e()}|default({s()}{self.pick('', ', true')}))",
            f"({s()} if {self.boolean(depth - 1)} else {s()})", f"({self.sequence(depth - 1)}|first|string)",
            f"({self.integer(depth - 1)}|filesizeformat{self.pick('', '(true)')})", f"({{'a': {e()}, 'b-c': 1}}|xmlattr)",
            f"{self.atom(s())}.translate({{97: 'A', 111: none}})", f"({s()}|format({e()}))", f"({s()}|safe)",
        )

    def json_arguments(self):
        return self.pick("", "", "(indent=2)", "(ensure_ascii=true)", "(sort_keys=true)", "(separators=(',', ':'))",
                         "(true)", "(false, 1)", "(indent='\\t')", "(indent=0)", "(indent=4, ensure_ascii=False)")

    def percent(self, depth):
        e = lambda: self.expression(depth - 1)
        return self.pick(
            f"('%s and %r' % ({e()}, {e()}))", f"('%d|%5d|%-5d|%05d' % ({', '.join([self.integer(depth - 1)] * 4)}))",
            f"('%.2f %8.3f %e %g' % ({', '.join([self.number(depth - 1)] * 4)}))", f"('%x %#o %X' % (n, n, 255))",
            f"('%(a)s %(b)r' % {{'a': {e()}, 'b': {e()}}})", f"('%s' % {self.atom(e())})", f"('%%%5s%-6s|' % ({self.string(depth - 1)}, n))",
            f"('%+d % d %c' % (n, n, 65))", f"('%a' % {self.string(depth - 1)})", f"('%*d|%.3s' % (6, n, text))",
        )

    def brace(self, depth):
        e = lambda: self.expression(depth - 1)
        return self.pick(
            f"'<{{}}|{{}}>'.format({e()}, {e()})", f"'{{1}}-{{0}}'.format({e()}, n)", f"'{{a}} {{b!r}}'.format(a={e()}, b={e()})",
            f"'{{:>8}}|{{:<8}}|{{:^8}}'.format({', '.join([self.string(depth - 1)] * 3)})",
            f"'{{:*^{self.pick('3', '9', '12')}}}|{{:+d}}|{{:,}}'.format({self.string(depth - 1)}, {self.integer(depth - 1)}, {self.integer(depth - 1)})",
            f"'{{:.2f}} {{:e}} {{:g}} {{:%}}'.format({', '.join([self.number(depth - 1)] * 4)})",
            f"'{{:#x}} {{:b}} {{:_}} {{:08}}'.format(n, n, {self.integer(depth - 1)}, {self.integer(depth - 1)})",
            f"'{{0.name}} {{0[size]}} {{{{}}}}'.format(rows[0])", f"'{{:{{}}}}|'.format({self.string(depth - 1)}, 7)",
            f"'{{}}'.format({self.number(depth - 1)})", f"'{{:.3}} {{:10}}|'.format({self.number(depth - 1)}, {self.number(depth - 1)})",
            f"'{{a}}'.format_map(table)", f"'{{x}}'.format_map({{'x': {e()}}})",
        )

    def sequence(self, depth):
        if depth <= 0 or self.chance(0.25):
            return self.pick("words", "numbers", "rows", "[]", "[1, 2, 3]", "('a', 'b')", "(1,)", "range(4)", "messages",
                             "range(5, 0, -2)", "[[1, 2], [3, 4]]", "table.a")
        q = lambda: self.sequence(depth - 1)
        e = lambda: self.expression(depth - 1)
        return self.pick(
            f"[{e()}, {e()}]", f"({e()}, {e()})", f"({q()} + {q()})", f"({q()}|list)", f"({q()}|reverse|list)", f"({q()}|sort)",
            f"(words|sort(reverse=true{self.pick('', ', case_sensitive=true')}))", f"(rows|sort(attribute='{self.pick('name', 'size', 'name,size')}'))",
            f"({q()}|unique|list)", f"({q()}|map('{self.pick('upper', 'string', 'length', 'int', 'first', 'tojson')}')|list)",
            f"(rows|map(attribute='{self.pick('name', 'size', 'tags.0', 'none')}'{self.pick('', ', default=9')})|list)",
            f"({q()}|{self.pick('select', 'reject')}{self.pick('', '(`string`)', '(`defined`)', '(`in`, [1, `one`])', '(`odd`)', '(`gt`, 1)')}|list)",
            f"(rows|{self.pick('selectattr', 'rejectattr')}('{self.pick('name', 'tags', 'size')}'{self.pick('', ', `defined`', ', `equalto`, `x`', ', `>`, 1')})|list)",
            f"({q()}|batch({self.pick('1', '2', '3, 0', '0')})|list)", f"({q()}|slice({self.pick('1', '2', '3, `-`')})|list)",
            f"(rows|groupby('{self.pick('name', 'size', 'tags.0')}'{self.pick('', ', default=`?`', ', case_sensitive=true')}))",
            f"(table|dictsort{self.pick('', '(true)', '(reverse=true)', '(by=`key`)')})", f"({self.mapping(depth - 1)}|items|list)",
            f"({self.mapping(depth - 1)}.{self.pick('items', 'keys', 'values')}()|list)", f"({self.mapping(depth - 1)}).{self.pick('items', 'keys', 'values')}()",
            f"{self.atom(self.string(depth - 1))}.{self.pick('split', 'rsplit')}({self.pick('', self.short(), self.short() + ', 1', 'none, 1')})",
            f"{self.atom(self.string(depth - 1))}.{self.pick('partition', 'rpartition')}({self.pick('` `', '`o`', '`-`')})",
            f"{self.atom(self.string(depth - 1))}.splitlines({self.pick('', 'true')})", f"({self.string(depth - 1)}|list)",
            f"{self.atom(q())}[{self.index(0)}:{self.index(0)}{self.pick('', ':2', ':-1')}]", f"range({self.pick('3', '1, 4', '6, 1, -2', '0')})",
            f"(({q()}) * {self.pick('0', '1', '2')})", f"({q()} if {self.boolean(depth - 1)} else {q()})",
        )

    def mapping(self, depth):
        if depth <= 0 or self.chance(0.3):
            return self.pick("table", "{}", "rows[0]", "{'k': 'v', 1: 2}", "messages[2]", "{1: 'a', 1.0: 'b', true: 'c', (1, 2): none}")
        e = lambda: self.expression(depth - 1)
        return self.pick(
            f"{{'a': {e()}, 'b': {e()}}}", f"dict(a={e()}, b={e()})", f"dict({self.mapping(depth - 1)}, c={e()})",
            f"dict([('x', {e()})])", f"{{{self.integer(depth - 1)}: {e()}}}", f"dict(**{self.mapping(0)})",
            f"dict.fromkeys({self.sequence(depth - 1)}, {e()})", f"{{{self.string(depth - 1)}: {e()}}}", "kwargs" if self.in_macro else "{}",
        )

    def boolean(self, depth):
        if depth <= 0 or self.chance(0.2):
            return self.pick("true", "false", "flag", "none", "loop.first" if self.loops else "flag", "add_generation_prompt")
        e = lambda: self.expression(depth - 1)
        test = self.pick("defined", "undefined", "none", "string", "number", "integer", "float", "boolean", "mapping",
                         "sequence", "iterable", "true", "false", "callable", "escaped", "upper", "lower", "not none",
                         "not defined", "eq 1", "in [1, 'a']", "ne 'x'", "divisibleby 3", "odd", "even", "sameas none",
                         "filter", "test", "not in words")
        return self.pick(
            f"({self.integer(depth - 1)} {self.pick('<', '>', '<=', '>=', '==', '!=')} {self.number(depth - 1)})",
            f"({self.string(depth - 1)} {self.pick('<', '>', '==', '!=', 'in', 'not in')} {self.string(depth - 1)})",
            f"({e()} is {test})" if not test.startswith("not in ") else f"({e()} {test})",
            f"({e()} == {e()})", f"(not {e()})", f"({e()} and {e()})", f"({e()} or {e()})", f"({e()} in {self.sequence(depth - 1)})",
            f"({e()} in {self.mapping(depth - 1)})", f"({self.integer(0)} < {self.integer(0)} < {self.integer(0)})",
            f"{self.atom(self.string(depth - 1))}.{self.pick('startswith', 'endswith')}({self.pick(self.short(), '(`a`, `h`)', self.short() + ', 1')})",
            f"{self.atom(self.string(depth - 1))}.{self.pick('isdigit', 'isalpha', 'isupper', 'islower', 'isspace', 'isalnum', 'istitle', 'isidentifier', 'isnumeric', 'isascii', 'isprintable')}()",
            f"({self.sequence(depth - 1)} == {self.sequence(depth - 1)})", f"({self.sequence(depth - 1)} < {self.sequence(depth - 1)})",
        )

    # Every filter, test and method alike, each on values that it mostly takes.

    def any_filter(self, depth):
        name = self.pick(*FILTERS)
        kind, arguments = FILTERS[name]
        return f"({self.of_kind(kind, depth)}|{name}{self.written(arguments)})"

    def any_test(self, depth):
        name = self.pick(*TESTS)
        kind, arguments = TESTS[name]
        value, argument = self.of_kind(kind, depth), self.pick(*arguments) if arguments else ""
        way = self.random.randrange(6)
        if way == 0 and " " not in name:
            verb = self.pick("select", "reject")
            return f"({self.sequence(depth - 1)}|{verb}(`{name}`{argument and ', ' + argument})|list)"
        if way == 1 and " " not in name:
            verb = self.pick("selectattr", "rejectattr")
            attribute = self.pick("name", "size", "tags")
            return f"(rows|{verb}(`{attribute}`, `{name}`{argument and ', ' + argument})|list)"
        if not name.isidentifier():
            return f"({value} {name} {argument})"
        return f"({value} is {self.pick('', '', 'not ')}{name}{argument and '(' + argument + ')'})"

    def any_method(self, depth):
        kind = self.pick("string", "string", "string", "sequence", "mapping", "integer", "number")
        name = self.pick(*METHODS[kind])
        value = self.of_kind(kind, depth)
        if kind == "string" and self.chance(0.2):
            value, name = f"{value}|safe", self.pick(name, "unescape", "striptags", "escape")
        arguments = METHODS[kind].get(name, ["", "`<`"])
        return f"{self.atom(value)}.{name}{self.written(arguments, always=True)}"

    def of_kind(self, kind, depth):
        if self.chance(0.04):
            kind = "expression"
        return getattr(self, kind)(depth - 1)

    def written(self, arguments, always=False):
        """One of a filter's or method's argument lists."""
        argument = self.pick(*arguments) if arguments else ""
        return f"({argument})" if argument or always else ""

    # Statements.

    def tag(self, content):
        opening = self.pick("{%", "{%", "{%", "{%-", "{%+")
        closing = self.pick("%}", "%}", "%}", "-%}", "+%}")
        return f"{opening} {content} {closing}"

    def text(self):
        return self.pick("", " ", "\n", "  \n", "text", "\n  ", "a b\n", "\n\n", "\t", "{ }", "# ", "'")

    def output(self, depth):
        value = self.expression(depth)
        # The list shows of which kind the value is.
        return self.pick("{{ %s }}", "{{ [%s] }}", "{{- %s -}}", "{{ (%s)|tojson }}", "{{%s}}") % value

    def target(self):
        return self.pick(*NAMES, "x, y", "(a, b)", "ns.a" if self.has_namespace else "v")

    def body(self, depth, count=2):
        parts = [self.text()]
        for _ in range(self.random.randint(1, count)):
            parts += [self.statement(depth), self.text()]
        return "".join(parts)

    def statement(self, depth):
        if depth <= 0:
            return self.output(1)
        kind = self.pick("output", "output", "set", "set", "set", "loop", "loop", "condition", "macro", "call", "call_block",
                         "filter_block", "set_block", "with_block", "namespace", "comment", "raw", "leave", "autoescape",
                         "generation", "print_tag", "block", "helper", "chat", "chat")
        return getattr(self, kind)(depth) if kind != "output" else self.output(self.random.randint(1, 3))

    def set(self, depth):
        target = self.target()
        value = f"({self.expression(1)}, {self.expression(1)})" if "," in target else self.expression(2)
        return self.tag(f"set {target} = {value}")

    def loop(self, depth):
        name = self.pick(*NAMES[:4])
        target, sequence = self.pick((name, self.sequence(2)), (name, self.expression(1)), ("k, v", f"{self.mapping(1)}.items()"),
                                     (name, self.sequence(1)))
        condition = f" if {self.boolean(1)}" if self.chance(0.25) else ""
        if self.chance(0.2):
            condition = f" if {target.split(',')[0]}"
        recursive = self.chance(0.1)
        self.loops += 1
        body = self.body(depth - 1, 3)
        if recursive:
            body += self.pick("{{ loop([]) }}", "{% if loop.depth < 3 %}<{{ loop([n, 'r']) }}>{% endif %}",
                              "{% if loop.depth0 == 0 %}{{ loop(rows) }}{% endif %}")
        if self.chance(0.2):
            body += "{{ loop.index }}" + self.pick("", "{{ loop.previtem }}", "/{{ loop.length }}", "{{ loop }}")
        self.loops -= 1
        otherwise = self.tag("else") + self.body(depth - 1) if self.chance(0.2) else ""
        tail = " recursive" if recursive else ""
        return self.tag(f"for {target} in {sequence}{condition}{tail}") + body + otherwise + self.tag("endfor")

    def condition(self, depth):
        parts = [self.tag(f"if {self.boolean(2)}"), self.body(depth - 1)]
        while self.chance(0.3):
            parts += [self.tag(f"elif {self.boolean(2)}"), self.body(depth - 1)]
        if self.chance(0.5):
            parts += [self.tag("else"), self.body(depth - 1)]
        return "".join(parts) + self.tag("endif")

    def macro(self, depth):
        name = f"m{self.random.randint(0, 3)}"
        parameters = self.pick("", "p", "p, q", "p, q=n", "p=1, q=p", "p, q='d'", f"p={self.expression(1)}")
        loops, self.loops = self.loops, 0
        self.in_macro += 1
        body = self.body(depth - 1)
        if self.chance(0.3):
            body += self.pick("[{{ caller() }}]", "{{ caller(1) }}", "{% if caller %}{{ caller() }}{% endif %}")
        if self.chance(0.3):
            body += self.pick("{{ varargs }}", "{{ kwargs }}", "{{ varargs|length }}{{ kwargs|length }}", "{{ p }}-{{ q }}")
        self.in_macro -= 1
        self.loops = loops
        self.macros.append(name)
        return self.tag(f"macro {name}({parameters})") + body + self.tag("endmacro")

    def arguments(self):
        e = lambda: self.expression(1)
        return self.pick("", e(), e(), f"{e()}, {e()}", f"q={e()}", f"{e()}, q={e()}", f"{e()}, {e()}, {e()}", f"*{self.sequence(0)}",
                         f"**{{'p': {e()}}}", f"{e()}, other={e()}")

    def macro_name(self):
        if self.macros and self.chance(0.9):
            return self.random.choice(self.macros)
        return self.pick("m0", "x", "joiner('|')", "cycler(1, 2).next")

    def call(self, depth):
        return "{{ %s(%s) }}" % (self.macro_name(), self.arguments())

    def call_block(self, depth):
        parameters = self.pick("", "", "(a)", "(a, b=2)")
        loops, self.loops = self.loops, 0
        body = self.body(depth - 1)
        self.loops = loops
        return self.tag(f"call{parameters} {self.macro_name()}({self.arguments()})") + body + self.tag("endcall")

    def filter_block(self, depth):
        name = self.pick("upper", "trim", "indent(2)", "replace('a', 'A')", "title", "escape", "upper|trim", "length", "reverse")
        return self.tag(f"filter {name}") + self.body(depth - 1) + self.tag("endfilter")

    def set_block(self, depth):
        name = self.pick(*NAMES)
        filters = self.pick("", "", " | upper", " | trim | length", " | tojson")
        return self.tag(f"set {name}{filters}") + self.body(depth - 1) + self.tag("endset") + self.pick("", "{{ %s }}" % name)

    def with_block(self, depth):
        bindings = self.pick(f"a = {self.expression(1)}", f"x = 1, y = x", f"b = {self.expression(1)}, c = b", "")
        return self.tag(f"with {bindings}") + self.body(depth - 1) + self.tag("endwith")

    def namespace(self, depth):
        if self.has_namespace and self.chance(0.7):
            return self.tag(f"set ns.{self.pick('a', 'b')} = {self.expression(1)}")
        self.has_namespace = True
        return self.tag(f"set ns = namespace({self.pick('a=1', 'a=[], b=2', 'table', '', '{`a`: 0}')})")

    def comment(self, depth):
        return self.pick("{# c #}", "{#- c -#}", "{# {{ x }} #}\n", "{#+ d #}")

    def raw(self, depth):
        return self.tag("raw") + self.pick("{{ x }}", " {% y %} ", "\n{# z #}\n") + self.tag("endraw")

    def leave(self, depth):
        if not self.loops:
            return self.output(1)
        word = self.pick("break", "continue")
        return self.tag(f"if {self.boolean(1)}") + self.tag(word) + self.tag("endif")

    def autoescape(self, depth):
        return self.tag(f"autoescape {self.pick('false', 'flag', 'n')}") + self.body(depth - 1) + self.tag("endautoescape")

    def generation(self, depth):
        loops, self.loops = self.loops, 0
        body = self.body(depth - 1)
        self.loops = loops
        return self.tag("generation") + body + self.tag("endgeneration")

    def print_tag(self, depth):
        return self.tag(f"print {self.expression(1)}, {self.expression(1)}")

    def block(self, depth):
        # A name is taken once in a template.
        name = f"block{self.random.randint(0, 10**9)}"
        loops, self.loops = self.loops, 0
        macros, self.macros = self.macros, []
        body = self.body(depth - 1)
        self.loops, self.macros = loops, macros
        return self.tag(f"block {name}{self.pick('', ' scoped')}") + body + self.tag("endblock")

    def helper(self, depth):
        """What cycler and joiner make, used more than once."""
        name = self.pick(*NAMES)
        made, use = self.pick(("cycler(1, `b`, n)", "next()"), ("cycler(*words)", "next()"), ("joiner()", "()"), ("joiner(`; `)", "()"))
        made = self.tag(f"set {name} = {made}")
        uses = [f"{{{{ {name}{'' if use == '()' else '.'}{use} }}}}"] * 2
        more = self.pick("", "{{ %s.current }}" % name, "{{ %s.reset() }}{{ %s.current }}" % (name, name), "{{ %s.sep }}" % name)
        return made + self.body(depth - 1).join(uses) + more

    def chat(self, depth):
        """A loop over messages, in the manner of published templates."""
        self.loops += 1
        content = self.pick("m.content", "m['content']", "m.get('content', '')", "(m.content if m.content is string else '')",
                            "m.content.split('</think>')[-1].lstrip('\\n')", "(m['content']|trim)", "m.content.strip()")
        head = self.pick("<|im_start|>{{ m.role }}\n", "{{ '<|' ~ m['role'] + '|>\\n' }}", "[{{ m.role|upper }}] ", "{{ bos_token if loop.first }}")
        condition = self.pick("m.role == 'user'", "m['role'] in ['system', 'tool']", "m.tool_calls is defined and m.tool_calls",
                              "'think' in m.content", "loop.last and add_generation_prompt", "not loop.first",
                              "loop.previtem is defined and loop.previtem.role != m.role", "(loop.index0 % 2 == 0) != (m.role == 'user')",
                              "m.content.startswith('<')", "tools and loop.index0 == 1", "m.get('tool_calls')")
        call = self.pick("{{ m.tool_calls|tojson }}", "{% for t in m.tool_calls or [] %}{{ t.function.name }}({{ t['function'].arguments|tojson }}){% endfor %}",
                         "{% for k, q in m.tool_calls[0].function.arguments|items %}{{ k }}={{ q if q is string else q|tojson }},{% endfor %}",
                         "{{ raise_exception('no ' ~ m.role) if m.role == 'none' }}", "{{ eos_token }}",
                         "{% set ns = namespace(found=false, at=loop.index0) %}{% set ns.found = true %}{{ ns.found }}{{ ns.at }}")
        body = self.body(depth - 1)
        self.loops -= 1
        over = self.pick("messages", "messages[1:]", "messages[::-1]", "messages|selectattr('role', 'ne', 'tool')", "messages if m.content")
        parts = [head, "{{ %s }}" % content, call, body]
        return (self.tag(f"for m in {over}") + "".join(parts[:2]) + self.tag(f"if {condition}") + "".join(parts[2:])
                + self.tag("endif") + self.pick("", "{{ eos_token }}\n") + self.tag("endfor"))

    def template(self):
        # Quotes inside the choices above are written as backticks.
        return self.body(self.pick(1, 1, 2, 3, 4), 4).replace("`", "'")


# Places in memory, whatever a filter made of them.
PLACES = re.compile(r"(?i)0x[0-9a-f]{6}|[0-9a-f]{6}x0|7f[0-9a-f]{8}")


class TooSlow(Exception):
    pass


class Placed(BaseException):
    """A template shows where something lies in memory."""


class RealCodeGenerator(CodeGenerator):
    """Leaves constant expressions to be rendered like others."""

    def _output_child_to_const(self, node, frame, finalize):
        if not isinstance(node, nodes.TemplateData):
            raise nodes.Impossible
        return super()._output_child_to_const(node, frame, finalize)


def real_power(context, operator, left, right):
    value = left**right
    if isinstance(value, complex):
        raise ValueError("a complex number")
    return value


def without_place(value):
    if PLACES.search(str(value)):
        raise Placed
    return value


def compiled(source, without=()):
    """The template as transformers compiles it, without some of the things above."""

    def make(*arguments, **options):
        environment = ImmutableSandboxedEnvironment(*arguments, **options)
        if "constants" in without:
            environment.optimized = False
            environment.code_generator_class = RealCodeGenerator
        if without:
            environment.finalize = without_place
        if "complex" in without:
            environment.intercepted_binops = frozenset(["**"])
            environment.call_binop = real_power
        return environment

    with mock.patch("transformers.utils.chat_template_utils.ImmutableSandboxedEnvironment", make):
        return _compile_jinja_template.__wrapped__(source)


def render(source, variables=VARIABLES, without=()):
    """What Jinja renders; None where it refuses."""

    def stop(*_):
        raise TooSlow

    signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, 2)
    try:
        text = compiled(source, without).render(**json.loads(json.dumps(variables)))
        text.encode("utf-8")
        return text
    except TooSlow:
        raise
    except Exception:  # Whatever Python raises, a template that fails is refused.
        return None
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)


def is_told_apart(text):
    """Whether the result is the same on every machine: places in memory are not."""
    return text is None or (not PLACES.search(text) and len(text) < 5000)


def expected(source):
    """What this program should render, and the departure that makes it differ from what Jinja does."""
    text, plain = render(source), render(source, without=DEPARTURES)
    if text == plain:
        return text, None
    return plain, next((name for name in DEPARTURES if render(source, without=[name]) != text), DEPARTURES[0])


def cases(count, seed):
    made = 0
    number = 0
    while made < count:
        generator = Generator(f"{seed}-{number}")
        source = generator.template()
        number += 1
        if len(source) > 1500:
            continue
        try:
            text, departure = expected(source)
        except (TooSlow, Placed):
            continue
        # A refusal says less than a text, so most of them are left out.
        if is_told_apart(text) and (text is not None or generator.chance(0.4)):
            made += 1
            yield source, text, departure


def main():
    # Templates may be foolish.
    warnings.simplefilter("ignore", SyntaxWarning)
    count, seed, path = int(sys.argv[1]), sys.argv[2], sys.argv[3]
    made = list(cases(count, seed))
    with open(path, "w", encoding="utf-8") as file:
        content = {"variables": VARIABLES, "cases": [[source, text] for source, text, _ in made]}
        json.dump(content, file, ensure_ascii=False, separators=(",", ":"))
    rendered = sum(text is not None for _, text, _ in made)
    print(f"{len(made)} templates, of which Jinja renders {rendered}")
    for name in DEPARTURES:
        print(f"{name}: {sum(departure == name for _, _, departure in made)}")


if __name__ == "__main__":
    main()
