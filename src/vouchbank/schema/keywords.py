"""Faults in the files of schema/: unknown keywords, invalid patterns, names of missing properties.

JSON Schema ignores unknown keywords, and a `required` that names no property refuses every value. Both are mistakes
here, so every file is compared with the keywords below first.

Example:
    >>> wrong = {"type": "object", "properties": {"a": {"pattern": "("}}, "required": ["b"], "requierd": []}
    >>> for path, said, help_ in faults(wrong):
    ...     print("/".join(path), said, help_ or "-", sep=": ")
    requierd: unknown keyword 'requierd': did you mean 'required'?
    required: unknown property 'b': choose one of: a
    properties/a/pattern: '(' is not a regular expression: missing ), unterminated subpattern at position 0: -
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

from vouchbank.hints import closest, did_you_mean

Path = tuple[str, ...]
Said = tuple[Path, str, str]
# keywords whose values are schemas: for the value itself, for its contents, a list of schemas, schemas by name
HERE = ("not", "if", "then", "else")
INSIDE = ("items", "contains", "additionalProperties", "unevaluatedProperties", "unevaluatedItems", "propertyNames")
LISTED = ("allOf", "anyOf", "oneOf")
NAMED = ("properties", "patternProperties", "$defs", "dependentSchemas")
TYPES = ("string", "integer", "number", "boolean", "array", "object", "null")
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"(?=(\s*:)?)|[{}]')
FILE_NAME = re.compile(r"[a-z][a-z0-9_]*\Z", re.ASCII)


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(map(_is_text, value))


def _is_text_or_texts(value: Any) -> bool:
    return _is_text(value) or (_is_texts(value) and bool(value))


def _is_flag(value: Any) -> bool:
    return isinstance(value, bool)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_schema(value: Any) -> bool:
    return isinstance(value, dict | bool)


def _is_schemas(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(map(_is_schema, value))


def _is_labels(value: Any) -> bool:
    return _is_schemas(value) and all(isinstance(o, dict) and isinstance(o.get("const"), str) for o in value)


def _is_named_schemas(value: Any) -> bool:
    return isinstance(value, dict) and all(map(_is_schema, value.values()))


def _is_type(value: Any) -> bool:
    return _is_text_or_texts(value) and set([value] if isinstance(value, str) else value) <= set(TYPES)


def _is_anything(_: Any) -> bool:
    return True


def _is_table(value: Any) -> bool:
    texts = {"kind": ("layer", "corpus", "made"), "layout": ("line", "table")}
    names = ("prefix", "file", "key", "anchor", "row")
    return (
        isinstance(value, dict)
        and set(value) <= {*texts, *names, "default", "exhaustive"}
        and all(value[key] in allowed for key, allowed in texts.items() if key in value)
        and all(_is_text(value[key]) for key in names if key in value)
        and all(FILE_NAME.match(value[key]) for key in ("prefix", "file") if key in value)
        and all(_is_flag(value[key]) for key in ("default", "exhaustive") if key in value)
        and ("file" in value) == (value.get("kind") != "made")
        and ("prefix" in value) == (value.get("kind") == "layer")
        and ("key" in value) == (value.get("kind") == "corpus")
    )


def _is_tags(value: Any) -> bool:
    known = isinstance(value, dict) and {"table", "spans"} <= set(value) <= {"table", "spans", "label"}
    return known and _is_text(value["table"]) and _is_texts(value["spans"]) and _is_text(value.get("label", ""))


KEYWORDS: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    **dict.fromkeys(("$schema", "$id", "$ref", "$comment", "title", "description", "format"), (_is_text, "text")),
    **dict.fromkeys(("enum", "examples"), (lambda value: isinstance(value, list), "a list")),
    **dict.fromkeys(("const", "default"), (_is_anything, "any value")),
    "type": (_is_type, f"one or more of {', '.join(TYPES)}"),
    "pattern": (_is_text, "a regular expression"),
    **dict.fromkeys(("minLength", "maxLength", "minItems", "maxItems"), (_is_count, "a whole number")),
    **dict.fromkeys(("minProperties", "maxProperties", "minContains", "maxContains"), (_is_count, "a whole number")),
    **dict.fromkeys(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"), (_is_number, "a number")),
    **dict.fromkeys(("uniqueItems", "deprecated"), (_is_flag, "true or false")),
    "required": (_is_texts, "a list of the names of properties"),
    "dependentRequired": (
        lambda value: isinstance(value, dict) and all(map(_is_texts, value.values())),
        "lists of names",
    ),
    **dict.fromkeys((*HERE, *INSIDE), (_is_schema, "a schema")),
    **dict.fromkeys(LISTED, (_is_schemas, "a list of schemas")),
    "oneOf": (_is_labels, "a closed list of labels: each a const with a description"),
    **dict.fromkeys(NAMED, (_is_named_schemas, "schemas by name")),
    "table": (_is_table, "an object as in schema/README.md, whose `file` has only lowercase letters, digits and _"),
    "written": (lambda value: value in ("required", "optional", "inherited"), "required, optional or inherited"),
    **dict.fromkeys(("unique", "kept"), (_is_flag, "true or false")),
    "since": (_is_anything, "a version of the guidelines"),
    "references": (_is_text_or_texts, "a table or a list of tables"),
    "hull": (_is_texts, "a list of columns"),
    "tags": (_is_tags, "an object with `table`, `spans` and `label`"),
}


def faults(schema: Any, path: Path = (), around: Collection[str] | None = None) -> Iterator[Said]:
    """The faults of a schema, each with its path, the message and the help.

    Args:
        schema: The schema.
        path: Its path in the file.
        around: For a condition of another schema, the properties of that schema; None if they are unknown.
    """
    if isinstance(schema, bool):
        return
    for key, value in schema.items():
        if key not in KEYWORDS:
            yield (*path, key), f"unknown keyword {key!r}", did_you_mean(key, KEYWORDS) or "see schema/README.md"
        elif not KEYWORDS[key][0](value):
            yield (*path, key), f"invalid value for `{key}`", f"write {KEYWORDS[key][1]}"
    sound = {key: value for key, value in schema.items() if key in KEYWORDS and KEYWORDS[key][0](value)}
    own = set(sound.get("properties", ()))
    known = own if own and around is None else around
    yield from _names(sound, path, known)
    for pattern in (*([sound["pattern"]] if "pattern" in sound else ()), *sound.get("patternProperties", ())):
        try:
            re.compile(pattern)
        except (re.error, RecursionError, OverflowError) as error:
            yield (*path, "pattern"), f"{pattern!r:.80} is not a regular expression: {error}", ""
    for key, held, inside in _below(sound):
        yield from faults(held, (*path, *key), None if inside else known)


def _names(sound: Mapping[str, Any], path: Path, known: Collection[str] | None) -> Iterator[Said]:
    """The faults of names that a schema requires although it has no such property."""
    if "$ref" in sound or "patternProperties" in sound or isinstance(sound.get("additionalProperties"), dict):
        return
    named = {key: list(sound.get(key, ())) for key in ("required", "properties", "dependentRequired")}
    named["dependentRequired"] += [name for needed in sound.get("dependentRequired", {}).values() for name in needed]
    for key, names in named.items():
        for name in names:
            if name not in (known or ()):
                yield (*path, key), f"unknown property {name!r}", closest(name, sorted(known)) if known else ""


def _below(sound: Mapping[str, Any]) -> Iterator[tuple[Path, Any, bool]]:
    """The schemas inside a schema, and whether each describes a part of the value rather than the value itself."""
    for key, value in sound.items():
        if key in HERE:
            yield (key,), value, False
        elif key in INSIDE:
            yield (key,), value, True
        elif key in LISTED:
            yield from (((key, str(index)), held, False) for index, held in enumerate(value))
        elif key in NAMED:
            yield from (((key, name), held, key != "dependentSchemas") for name, held in value.items())


def references(schema: Any, path: Path = ()) -> Iterator[tuple[Path, str]]:
    """The path and target of every `$ref` in a schema."""
    if isinstance(schema, dict) and isinstance(schema.get("$ref"), str):
        yield (*path, "$ref"), schema["$ref"]
    held = schema.items() if isinstance(schema, dict) else enumerate(schema) if isinstance(schema, list) else ()
    for key, value in held:
        yield from references(value, (*path, str(key)))


def repeated_keys(text: str) -> Iterator[tuple[str, int]]:
    """The duplicate keys of a JSON text, each with its line."""
    around: list[set[str]] = []
    for token in _TOKEN.finditer(text):
        if token[0] == "{":
            around.append(set())
        elif token[0] == "}":
            around.pop()
        elif token[1]:
            key = json.loads(token[0])
            if key in around[-1]:
                yield key, text.count("\n", 0, token.start()) + 1
            around[-1].add(key)


def line_of(text: str, path: Path) -> int:
    """The line where the value at a path begins; if the path is missing, where its last existing part begins."""

    def solid(at: int) -> int:
        return next((i for i in range(at, len(text)) if text[i] not in " \t\r\n,:"), len(text) - 1)

    decode, at = json.JSONDecoder().raw_decode, solid(0)
    for step in path if text else ():
        if text[at] not in "[{":
            break
        index, start = 0, solid(at + 1)  # after the bracket
        while text[start] not in "]}":
            key: Any = str(index)
            if text[at] == "{":
                key, start = decode(text, start)
                start = solid(start)
            if key == step:
                break
            index, start = index + 1, solid(decode(text, start)[1])
        if text[start] in "]}":
            break
        at = start
    return text.count("\n", 0, at) + 1
