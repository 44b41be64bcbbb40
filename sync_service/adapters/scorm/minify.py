"""Make our own scripts and style sheets small: comments and spaces go, names that are only ours become short.

Not for anybody's script: it counts on a semicolon after every statement, on no brace inside a template's ``${}``, and
on a name standing for a property nowhere but after a dot, before a colon, or between braces by itself.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import chain, product
from string import ascii_letters

_TOKEN = re.compile(
    r"""(?P<comment>/\*.*?\*/|//[^\n]*)
      | (?P<string>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')
      | (?P<template>`(?:[^`\\]|\\.)*`)
      | (?P<name>[A-Za-z_$][\w$]*)
      | (?P<number>\d[\w.]*)
      | (?P<space>\s+)
      | (?P<mark>=>|.)""",
    re.VERBOSE | re.DOTALL,
)
_REGEX = re.compile(r"/(?:[^/\\\n\[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/[a-z]*")
_BEFORE_REGEX = {*"(,=:[!&|?{};", "=>", "return", ""}
_INSIDE = r"[^()\"'`/]"
_LONE = re.compile(
    rf"(\bif\((?:{_INSIDE}|\((?:{_INSIDE}|\({_INSIDE}*\))*\))*\))"  # a condition of calls two deep, without a text
    r"\{(?!let |if\()([^{};]+)\}(?!else)"  # one statement, and no « else » that another « if » could take
)
_HOLE = re.compile(r"\$\{([^}]*)\}")
_DECLARED = re.compile(r"\b(?:const|let|function) ([\w$]+)|\( ([\w$, ]+) \) (?:=>|\{)|([\w$]+) =>")
_SHORTHAND = re.compile(r"\{ ([\w$]+(?: , [\w$]+)*) \}")
_NAME = re.compile(r"[A-Za-z_$][\w$]*")
_SHORTER = {"const": "let", "true": "!0", "false": "!1"}
_KEYWORDS = {"if", "for", "while", "switch", "catch", "return", "typeof", "await", "async", "else", "of", "in", "new"}


def minify_css(text: str) -> str:
    """Return the style sheet without comments and needless spaces."""
    bare = re.sub(r"\s+", " ", re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL))
    return re.sub(r" ?([{};,]) ?|(?<=[a-z]:) ", lambda found: found[1] or "", bare).replace(";}", "}").strip() + "\n"


def minify_js(text: str) -> str:
    """Return the script without comments and needless spaces, its own names shortened."""
    tokens = _inlined(_code(text))
    bare = " ".join(_names_in(tokens)).replace(". . .", " ")
    return _spelled(_joined_declarations(_renamed(tokens, _short_names(bare)))) + "\n"


def _code(text: str) -> list[tuple[str, str]]:
    return [token for token in _tokens(text) if token[0] not in {"comment", "space"}]


def _inlined(tokens: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Put a text that has a name in capitals and is used once where it is used, in place of the name."""
    names = Counter(value for kind, value in tokens if kind == "name" and value.isupper())
    inside = {name for kind, value in tokens if kind == "template" for name in _NAME.findall(value)}
    texts: dict[str, tuple[str, str]] = {}
    found: list[tuple[str, str]] = []
    at = 0
    while at < len(tokens):
        first, name, mark, text, end = [*tokens[at : at + 5], *[("", "")] * 4][:5]
        declared = (first[1], mark[1], text[0], end[1]) == ("const", "=", "string", ";")
        if declared and names[name[1]] == 2 and name[1] not in inside:
            texts[name[1]] = text
            at += 5
        else:
            found.append(tokens[at])
            at += 1
    return [texts.get(token[1], token) if token[0] == "name" else token for token in found]


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    at, before = 0, ""
    while at < len(text):
        regex = _REGEX.match(text, at) if before in _BEFORE_REGEX else None
        if regex is not None and not text.startswith(("//", "/*"), at):
            kind, value = "regex", regex[0]
        else:
            match = _TOKEN.match(text, at)
            if match is None or match.lastgroup is None:  # the last alternative takes any character
                raise ValueError(text[at:])
            kind, value = match.lastgroup, match[0]
        yield kind, value
        at += len(value)
        if kind not in {"comment", "space"}:
            before = value


def _names_in(tokens: list[tuple[str, str]]) -> Iterator[str]:
    """Yield the tokens where a name may stand, those of templates between marks that belong to no syntax."""
    for kind, value in tokens:
        if kind == "template":
            for hole in _HOLE.findall(value):
                yield from ("#", *_names_in(_code(hole)), "#")
        elif kind in {"name", "mark", "number"}:
            yield value


def _short_names(bare: str) -> dict[str, str]:
    """Choose short names, the most used first, for what is declared here and is no property between braces."""
    declared = {name for groups in _DECLARED.findall(bare) for name in _NAME.findall(" ".join(groups))}
    properties = {name for found in _SHORTHAND.findall(bare) for name in _NAME.findall(found)}
    counts = Counter(_NAME.findall(bare))
    ours = [name for name in declared - properties - _KEYWORDS if len(name) > 1]
    free = (
        name
        for name in chain(ascii_letters, map("".join, product(ascii_letters, repeat=2)))
        if name not in counts and name not in _KEYWORDS and name not in {"do", "as", "is"}
    )
    return dict(zip(sorted(ours, key=lambda name: (-counts[name] * len(name), name)), free, strict=False))


def _renamed(tokens: list[tuple[str, str]], names: Mapping[str, str]) -> list[str]:
    """Return the text of each token, names shortened where they do not name a property."""
    edged = ["", *(value for _, value in tokens), ""]
    found: list[str] = []
    for (kind, value), before, after in zip(tokens, edged, edged[2:], strict=False):
        key = (before == "." and found[-2:-1] != ["."]) or (before in {"{", ","} and after == ":")
        if kind == "template":
            found.append(_HOLE.sub(lambda hole: f"${{{_spelled(_renamed(_code(hole[1]), names))}}}", value))
        else:
            found.append(names.get(value, _SHORTER.get(value, value)) if kind == "name" and not key else value)
    return found


def _joined_declarations(words: list[str]) -> list[str]:
    """Write ``let a=1;let b=2`` as ``let a=1,b=2``."""
    found: list[str] = []
    starters = [""]
    for word in words:
        if word in {"(", "[", "{"}:
            starters.append("")
        elif word in {")", "]", "}"}:
            starters.pop()
            if word == "}" and starters[-1] not in {"let", "let;"}:
                starters[-1] = ""
        elif word == "let" and found[-1:] == [";"] and starters[-1] == "let;":
            found[-1], starters[-1] = ",", "let"
            continue
        elif word == ";":
            starters[-1] = "let;" if starters[-1] == "let" else ""
        elif starters[-1] in {"", "let;"}:
            starters[-1] = word
        found.append(word)
    return found


def _spelled(words: list[str]) -> str:
    out = ""
    for word in words:
        touching = out[-1:] + word[:1]
        out += f" {word}" if re.fullmatch(r"[\w$]{2}|\+\+|--", touching) else word
    bare = re.sub(r"(?<=[(,=:?&|])\(([\w$]+)\)=>", r"\1=>", out)
    return _LONE.sub(r"\1\2;", bare.replace(";}", "}")).replace(";}", "}")
