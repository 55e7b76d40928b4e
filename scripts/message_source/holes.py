"""Templates: an f-string with its holes shown as `{name}`."""

from __future__ import annotations

import ast

from scripts.message_source.scopes import name_of

_CONVERSIONS = {114: "!r", 97: "!a"}


def template(node: ast.JoinedStr) -> str:
    """The words of an f-string; a hole has the name of what stands in it."""
    return "".join(str(v.value) if isinstance(v, ast.Constant) else _hole(v) for v in node.values)


def _hole(value: ast.expr) -> str:
    if not isinstance(value, ast.FormattedValue):
        return ""
    return "{" + named(value.value) + _CONVERSIONS.get(value.conversion, "") + "}"


def named(node: ast.expr) -> str:  # noqa: PLR0912
    """How a hole is called: by the name of the variable or function, or by the words that can stand there."""
    match node:
        case ast.Constant():
            return str(node.value)
        case ast.JoinedStr():
            return template(node)
        case ast.IfExp():
            return f"{named(node.body)}|{named(node.orelse)}"
        case ast.BinOp(left=ast.Constant() | ast.JoinedStr() as words, op=ast.Mult()):
            return f"{named(words)}|"
        case ast.Call(args=[_, noun, *_]) if name_of(node) == "plural":
            return f"number of {named(noun)}s"
        case ast.Call(func=ast.Attribute(attr="get"), args=[ast.Constant() as key, *_]):
            return str(key.value)
        case ast.Call(func=ast.Attribute(value=held, attr="of" | "strip" | "removesuffix" | "removeprefix")):
            return named(held)
        case ast.Call(func=ast.Attribute(attr="join"), args=[held]):
            return named(held)
        case ast.Call(func=ast.Name(id="map"), args=[_, held]):
            return named(held)
        case ast.Call(func=ast.Name(id="sorted" | "str" | "printable" | "len"), args=[held, *_]):
            return named(held)
        case ast.Call(func=ast.Name(id=done), args=[ast.Name() | ast.Attribute() | ast.Subscript() as held, *_]):
            return f"{done.strip('_')} {named(held)}"
        case ast.GeneratorExp() | ast.ListComp():
            return named(node.generators[0].iter)
        case ast.Subscript(slice=ast.Constant(value=str(key))):
            return key
        case ast.Subscript() | ast.Starred():
            return named(node.value)
        case _:
            return name_of(node).strip("_") or "…"
