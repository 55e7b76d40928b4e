"""A fault in schema/ is one finding that names its file and line, whatever it is; no schema ends in a traceback."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.checks_support import BASE, copied
from vouchbank.checks import check
from vouchbank.checks.shape import validators
from vouchbank.cli import main
from vouchbank.corpus import Corpus, repository_root
from vouchbank.errors import SchemaError
from vouchbank.schema import load_schema
from vouchbank.schema.keywords import KEYWORDS, line_of

SCHEMA = repository_root() / "schema"
TEXTS = {path.name: path.read_text("utf-8") for path in sorted(SCHEMA.glob("*.json"))}


def told(root: Path, name: str, text: str | bytes) -> tuple[str, str]:
    """The one finding that a file of schema/ leads to: what it says with its help, and the line it names."""
    shutil.copytree(SCHEMA, root / "schema")
    (root / "schema" / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    (finding,) = check(Corpus(root))
    assert (finding.slug, finding.place.file) == ("unusable-schema", f"schema/{name}")
    ran = CliRunner().invoke(main, ["check", "--root", str(root)])
    assert (ran.exit_code, "schema/" in ran.output) == (1, True)
    ran = CliRunner().invoke(main, ["format", "--root", str(root)])
    assert (ran.exit_code, name in ran.output) == (2, True)
    return f"{finding.message} {finding.help}", finding.line


def changed(name: str, *path: str | int, value: Any) -> str:
    """A file of schema/ with another value at a path."""
    document = json.loads(TEXTS[name])
    held = document
    for step in path[:-1]:
        held = held[step]
    held[path[-1]] = value
    return json.dumps(document, indent=1)


FAULTS: dict[str, tuple[str, str | bytes, str]] = {
    "a pattern": (
        "common.json",
        changed("common.json", "$defs", "qid", "pattern", value="Q[0-9"),
        "regular expression",
    ),
    "a pattern of a name": (
        "retired.json",
        changed("retired.json", "patternProperties", value={"(": {}}),
        "'(' is not a regular expression",
    ),
    "a circle of one": (
        "common.json",
        changed("common.json", "$defs", "key", value={"$ref": "#/$defs/key"}),
        "is circular: common.json#/$defs/key → common.json#/$defs/key",
    ),
    "a circle through what is inside": (
        "claims.json",
        changed("claims.json", "properties", "pairs", "items", value={"$ref": "claims.json"}),
        "is circular",
    ),
    "a circle of a file that is no table": (
        "meta.json",
        changed("meta.json", "$defs", "shown", value={"allOf": [{"$ref": "#/$defs/shown"}]}),
        "is circular",
    ),
    "a reference to nothing": (
        "meta.json",
        changed("meta.json", "properties", "outlet", "$ref", value="#/x"),
        "is missing",
    ),
    "a reference to what is no schema": (
        "meta.json",
        changed("meta.json", "properties", "outlet", "$ref", value="#/title"),
        "is not a schema",
    ),
    "a reference to the web": (
        "meta.json",
        changed("meta.json", "properties", "outlet", "$ref", value="https://127.0.0.1:9/x.json"),
        "is missing",
    ),
    "a name that no property has": (
        "entities.json",
        TEXTS["entities.json"].replace('"required": ["id",', '"required": ["idd",'),
        "unknown property 'idd' (required) did you mean 'id'?",
    ),
    "the same in a condition": (
        "entities.json",
        TEXTS["entities.json"].replace('"required": ["reading"] }', '"required": ["readings"] }'),
        "unknown property 'readings' (allOf/0/then/required) did you mean 'reading'?",
    ),
    "a property of a condition": (
        "entities.json",
        TEXTS["entities.json"].replace(
            '"properties": { "type": { "const": "GPE"', '"properties": { "tpye": { "const": "GPE"'
        ),
        "unknown property 'tpye' (allOf/0/if/properties)",
    ),
    "the same inside": (
        "claims.json",
        TEXTS["claims.json"].replace('"required": ["a", "b",', '"required": ["a", "bb",'),
        "unknown property 'bb' (properties/pairs/items/required)",
    ),
    "a key twice": (
        "floors.json",
        '{ "$id": "floors.json",\n "title": "a",\n "title": "b" }',
        "duplicate key 'title'",
    ),
    "a key twice, once with an escape": (
        "floors.json",
        '{ "$id": "floors.json", "title": "a", "x": { "title": 1 },\n "t\\u0069tle": "b" }',
        "duplicate key 'title'",
    ),
    "not a number": ("floors.json", changed("floors.json", "minimum", value=float("nan")), "must be finite (minimum)"),
    "infinity": ("floors.json", changed("floors.json", "minimum", value=float("inf")), "must be finite"),
    "a number that is infinite when it is read": ("floors.json", '{"$id": "floors.json", "minimum": 1e999}', "finite"),
    "digits without end": ("floors.json", '{"$id": "floors.json", "minimum": ' + "9" * 5000 + "}", "64 bits"),
    "brackets without end": ("floors.json", "[" * 100_000, "must not be nested more than"),
    "much nesting": ("floors.json", '{"not": ' * 350 + "{}" + "}" * 350, "must not be nested more than"),
    "not JSON": ("floors.json", '{\n"$id": "floors.json",\n}', "invalid JSON"),
    "not UTF-8": ("floors.json", b'{"$id": "\xff"}', "not UTF-8"),
    "a byte order mark": ("floors.json", "\ufeff{}", "invalid JSON"),
    "nothing": ("floors.json", "", "invalid JSON"),
    "too large": ("floors.json", " " * 1024**2 + TEXTS["floors.json"], "bytes"),
    "no object": ("floors.json", "[]", "must be an object"),
    "a keyword": (
        "entities.json",
        changed("entities.json", "properties", "key", "refrences", value="registry"),
        "unknown keyword 'refrences' (properties/key/refrences) did you mean 'references'?",
    ),
    "a type": ("entities.json", changed("entities.json", "properties", "key", "type", value="text"), "one or more of"),
    "labels that are none": (
        "entities.json",
        changed("entities.json", "properties", "type", "oneOf", value=[True]),
        "list of",
    ),
    "a file outside": (
        "entities.json",
        changed("entities.json", "table", "file", value="../../x"),
        "invalid value for `table`",
    ),
    "a prefix": (
        "entities.json",
        changed("entities.json", "table", "prefix", value="../"),
        "invalid value for `table`",
    ),
    "a kind": ("entities.json", changed("entities.json", "table", "kind", value="layers"), "invalid value for `table`"),
    "no file": (
        "registry.json",
        TEXTS["registry.json"].replace('"file": "registry", ', ""),
        "invalid value for `table`",
    ),
    "an anchor": ("entities.json", changed("entities.json", "table", "anchor", value="spam"), "unknown column 'spam'"),
    "a key of rows": (
        "registry.json",
        changed("registry.json", "table", "key", value="kee"),
        "unknown column 'kee'",
    ),
    "a hull": (
        "quantities.json",
        changed("quantities.json", "properties", "span", "hull", value=["x"]),
        "unknown column 'x'",
    ),
    "a table of a name": ("Odd-1.json", '{"$id": "Odd-1.json", "table": {}}', "a table name consists of"),
}


@pytest.mark.parametrize(("name", "text", "said"), FAULTS.values(), ids=FAULTS)
def test_a_fault_of_the_schema_is_a_finding_with_its_file(name: str, text: str | bytes, said: str, base: Path) -> None:
    assert said in told(base, name, text)[0]


def test_a_circle_of_two_files_is_named(base: Path) -> None:
    shutil.copytree(SCHEMA, base / "schema")
    for name, other in (("registry", "claims"), ("claims", "registry")):
        text = changed(f"{name}.json", "$defs", value={"x": {"$ref": f"{other}.json#/$defs/x"}})
        (base / f"schema/{name}.json").write_text(text, "utf-8")
    (finding,) = check(Corpus(base))
    assert "registry.json#/$defs/x → claims.json#/$defs/x → registry.json#/$defs/x" in finding.message


def test_a_long_chain_of_references_is_not_followed_for_ever(base: Path) -> None:
    chain = {f"x{n}": {"$ref": f"#/$defs/x{n + 1}"} for n in range(5000)} | {"x5000": {}}
    assert (
        "leads through more than 16 others"
        in told(base, "floors.json", changed("floors.json", "$defs", value=chain))[0]
    )


def test_a_link_in_schema_is_not_followed(base: Path, tmp_path: Path) -> None:
    shutil.copytree(SCHEMA, base / "schema")
    (base / "schema/floors.json").unlink()
    (base / "schema/floors.json").symlink_to(SCHEMA / "floors.json")
    (finding,) = check(Corpus(base))
    assert (finding.slug, "symbolic link" in finding.message) == ("unusable-schema", True)


def test_the_line_of_a_fault_is_named(base: Path) -> None:
    text = TEXTS["entities.json"].replace('"required": ["id",', '"required": ["idd",')
    assert told(base, "entities.json", text)[1].startswith('  "required": ["idd", "article_id"')


def test_every_value_of_a_json_text_has_its_line() -> None:
    text = '{"a": [1,\n {"b": 2,\n  "c\\"]": [],\n  "d": {}}],\n"e": "x"\n}'
    paths = [(), ("a",), ("a", "1"), ("a", "1", "b"), ("a", "1", 'c"]'), ("a", "1", "d"), ("e",), ("e", "f"), ("z",)]
    assert [line_of(text, path) for path in paths] == [1, 1, 2, 2, 3, 4, 5, 5, 1]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 99) | st.floats() | st.sampled_from(["", "(", "#", "string", "layer"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(sorted(KEYWORDS)), inner, max_size=3),
    max_leaves=6,
)


def places(value: Any) -> list[Callable[[Any], None]]:
    """For each value inside a JSON value a function that puts another one there."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    found: list[Callable[[Any], None]] = []
    for key, held in list(items):
        found += [lambda new, key=key: value.__setitem__(key, new), *places(held)]
    return found


@pytest.mark.system
@given(name=st.sampled_from(sorted(TEXTS)), data=st.data())
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_value_anywhere_in_the_schema_is_read_or_refused(
    name: str, data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("schema")
    document = json.loads(TEXTS[name])
    listed = places(document)
    for _ in range(data.draw(st.integers(1, 2))):
        listed[data.draw(st.integers(0, len(listed) - 1))](data.draw(JSON))
    for other, text in TEXTS.items():
        (folder / other).write_text(json.dumps(document) if other == name else text, "utf-8")
    with suppress(SchemaError):
        for one in validators(load_schema(folder)).values():
            list(one.iter_errors({"id": "x", "type": [], "by": 1}))


def test_the_base_is_clean_with_a_schema_of_its_own(tmp_path: Path) -> None:
    root = copied(BASE, tmp_path)
    shutil.copytree(SCHEMA, root / "schema")
    assert check(Corpus(root)) == []


# --- a file of its own, as the loader reads it --------------------------------------------------------


def folder(tmp_path: Path, odd: dict[str, Any]) -> Path:
    shutil.copytree(SCHEMA, tmp_path / "schema")
    (tmp_path / "schema/odd.json").write_text(json.dumps(odd), "utf-8")
    return tmp_path / "schema"


def table_of(**properties: Any) -> dict[str, Any]:
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "odd.json",
        "title": "Odd",
        "description": "An odd table.",
        "table": {"kind": "made", "row": "a thing"},
        "type": "object",
        "properties": properties,
        "required": [],
    }


SPAN = {"$ref": "common.json#/$defs/span"}
WRONG: dict[str, dict[str, Any]] = {
    "another id": {"$id": "other.json"},
    "a reference to no file": table_of(a={"$ref": "nowhere.json#/$defs/x"}),
    "a reference to no definition": table_of(a={"$ref": "common.json#/$defs/nowhere"}),
    "a column without a type": table_of(a={"description": "x"}),
    "a type that no column has": table_of(a={"type": "null"}),
    "several types": table_of(a={"type": ["string", "null"]}),
    "a field of a record without a type": table_of(a={"type": "object", "properties": {"b": {}}}),
    "items without a type": table_of(a={"type": "array", "items": {}}),
    "a list without items": table_of(a={"type": "array"}),
    "a record without fields": table_of(a={"type": "object"}),
    "a reference to no table": table_of(a={"type": "string", "references": "nowhere"}),
    "a list of references to no table": table_of(
        a={"type": "array", "items": {"type": "string", "references": ["entities", "nowhere"]}}
    ),
    "a reference to no table in a record": table_of(
        a={"type": "array", "items": {"type": "object", "properties": {"b": {"type": "string", "references": "no"}}}}
    ),
    "tags of no table": table_of(
        a={"type": "array", "items": {"type": "string"}, "tags": {"table": "no", "spans": ["span"]}}
    ),
    "no title": {k: v for k, v in table_of().items() if k != "title"},
    "no properties": {k: v for k, v in table_of().items() if k != "properties"},
    "no kind": table_of() | {"table": {"row": "a thing"}},
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_a_fault_of_the_schema_names_its_file(wrong: dict[str, Any], tmp_path: Path) -> None:
    with pytest.raises(SchemaError, match=r"odd\.json"):
        load_schema(folder(tmp_path, wrong))


def test_a_folder_without_schema_files_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(SchemaError, match="no schema files"):
        load_schema(tmp_path)


def test_what_stands_beside_a_reference_wins_over_what_it_names(tmp_path: Path) -> None:
    odd = table_of(a=SPAN | {"description": "mine"}, b={"$ref": "entities.json#/properties/type"})
    table = load_schema(folder(tmp_path, odd)).tables["odd"]
    assert (table.column("a").description, table.column("a").span) == ("mine", True)
    assert table.column("b").label_names == load_schema(SCHEMA).tables["entities"].column("type").label_names
