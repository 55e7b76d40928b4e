"""The findings in every format: nothing lost, nothing invented, in the order that the reader needs."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace as replaced
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import jsonschema
import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from tests.checks_support import BASE, FIXTURES, broken, copied, replace
from vouchbank.checks import check
from vouchbank.cli import main, printing
from vouchbank.cli.printing import FORMATS
from vouchbank.corpus import Corpus
from vouchbank.corpus.excerpt import cut_out
from vouchbank.findings import Check, Edit, Excerpt, Finding, Fix, Level, Place, Related, Severity
from vouchbank.report import Run, plain
from vouchbank.report.explain import rules
from vouchbank.report.github import command, github
from vouchbank.report.human import human, marked, terminal_paint
from vouchbank.report.job_summary import FILES, job_summary
from vouchbank.report.junit import junit
from vouchbank.report.markdown import code, fenced
from vouchbank.report.sarif import sarif
from vouchbank.report.structured import as_json
from vouchbank.spans import Paragraph, Span

ENTITIES = "annotations/000/entities.toml"
ATTRIBUTIONS = "annotations/000/attributions.toml"
PLACE = Place("a.toml", 2, 5, 2, 9)
FULL = Finding(
    "a-slug",
    "wrong",
    PLACE,
    "mend it",
    article="000",
    paragraph="p1",
    annotation="000-e1",
    related=(Related(Place("b.toml", 7, 1), "the other one"),),
    fix=Fix("write it so", (Edit(Place("a.toml", 2, 5, 2, 9), "new"), Edit(Place("b.toml", 1, 1), "more")), True),
)
WARNING = Finding("w-slug", "odd", Place("a.toml", 1), severity=Severity.WARNING)
A_CHECK = {"a-slug": Check("a-slug", Level.RECORD, "A title.", "More of it.")}


def run(*words: str, root: Path) -> Result:
    return CliRunner().invoke(main, [*words, "--root", str(root)])


def many(count: int, severity: Severity = Severity.ERROR, file: str = "a.toml") -> list[Finding]:
    return [Finding(f"s{i % 3}", f"m{i}", Place(file, i + 1), severity=severity) for i in range(count)]


# --- for people --------------------------------------------------------------------------------------


def test_a_finding_shows_its_line_its_words_related_places_help_and_how_to_mend_it() -> None:
    excerpt = Excerpt("p12", "…the Lake Post so", (Span(5, 14),), "000-e1")
    assert plain(replaced(FULL, line="q = 'xy'", excerpt=excerpt)).split("\n") == [
        "a.toml:2:5: error: wrong [a-slug]",
        "   2 | q = 'xy'",
        "     |     ^^^^",
        " p12 | …the Lake Post so",
        "     |      --------- 000-e1",
        "     = see b.toml:7:1: the other one",
        "     = help: mend it",
        "     = fix: write it so (safe: vouchbank check --fix)",
    ]


def test_a_finding_about_a_whole_file_does_not_blame_its_first_line() -> None:
    assert plain(Finding("s", "m", Place("a.toml"), line="status = 1")) == "a.toml:1:1: error: m [s]"
    assert "status = 1" in plain(Finding("s", "m", Place("a.toml", 1, 1, 1, 7), line="status = 1"))


def test_an_unsafe_fix_is_said_to_need_a_reader() -> None:
    text = plain(Finding("s", "m", PLACE, fix=Fix("guess", ())))
    assert "--fix" not in text
    assert "guess (unsafe" in text


def test_the_explanation_of_a_check_is_not_repeated_with_every_finding() -> None:
    text = "\n".join(human(Run([FULL, FULL], 1, A_CHECK)))
    assert "More of it." not in text


@pytest.mark.parametrize(
    ("text", "mark", "caret"),
    [
        ("abc def", Span(4, 7), "    ---"),
        ("米国 def", Span(3, 6), "     ---"),
        ("e\u0301 def", Span(3, 6), "  ---"),
        ("\u202e def", Span(2, 5), "       ---"),
    ],
)
def test_the_words_of_the_text_are_underlined_by_display_width(text: str, mark: Span, caret: str) -> None:
    assert marked(Excerpt("p1", text, (mark,), "x"))[1] == f"{caret} x"


def test_every_fragment_of_an_annotation_is_underlined() -> None:
    assert marked(Excerpt("p1", "ab cd ef", (Span(0, 2), Span(6, 8)), "x"))[1] == "--    -- x"


@given(st.text("ab 米\u202e", min_size=1, max_size=400), st.data())
def test_an_excerpt_holds_its_words_and_stays_short(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    found = cut_out(Paragraph("p1", "body", Span(7, 7 + len(text)), text), [Span(start + 7, end + 7)], "x")
    (mark,) = found.marks
    shown = found.text[mark.start : mark.end]
    assert text[start:end].startswith(shown)
    assert shown
    assert len(found.text) <= 302
    assert shown == text[start:end] or len(shown) > 100


def test_the_words_are_those_of_the_field_that_is_wrong_else_the_anchor(tmp_path: Path) -> None:
    article = Corpus(copied(BASE, tmp_path)).article("000")
    record = next(a.record for a in article.annotations["attributions"] if a.id == "000-a1")
    for at, words in (("source", "Mayor Ada Brook"), (("cue", 0), "said"), ("source_kind", "Mayor Ada Brook")):
        found = article.fault(record, at, "m").excerpt
        assert found is not None
        assert [m.of(found.text) for m in found.marks] == [words]
    assert record.fault("cue", "m").excerpt is None


def test_of_two_annotations_with_one_id_the_words_are_those_of_the_one_meant(tmp_path: Path) -> None:
    (finding,) = check(broken("duplicate-id", tmp_path))
    assert finding.excerpt is not None
    assert [m.of(finding.excerpt.text) for m in finding.excerpt.marks] == ["Oxmere"]


def test_colour_comes_on_a_terminal_only_and_not_where_it_is_not_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr("sys.stdout", type("Terminal", (), {"isatty": lambda self: True})())
    assert printing.coloured()
    monkeypatch.setenv("NO_COLOR", "")
    assert printing.coloured()
    monkeypatch.setenv("NO_COLOR", "1")
    assert not printing.coloured()
    monkeypatch.delenv("NO_COLOR")
    monkeypatch.setattr("sys.stdout", type("File", (), {"isatty": lambda self: False})())
    assert not printing.coloured()


def test_colour_changes_no_character(tmp_path: Path) -> None:
    excerpt = Excerpt("p1", "the Lake Post", (Span(4, 13),), "000-e1")
    full = replaced(FULL, line="q = 'xy'", excerpt=excerpt)
    painted = plain(full, terminal_paint)
    assert "\x1b[1;31m" in painted
    assert re.sub(r"\x1b\[[0-9;]*m", "", painted) == plain(full)
    assert "\x1b" not in run("check", root=broken("span-edge", tmp_path).root).stdout


# --- exit status and what goes to standard output ----------------------------------------------------


@pytest.mark.parametrize("form", FORMATS)
def test_the_exit_status_is_the_same_in_every_format(form: str, tmp_path: Path) -> None:
    (tmp_path / "error").mkdir()
    (tmp_path / "warning").mkdir()
    assert run("check", "--format", form, root=BASE).exit_code == 0
    assert run("check", "--format", form, root=broken("span-edge", tmp_path / "error").root).exit_code == 1
    assert run("check", "--format", form, root=broken("seed-line-ends", tmp_path / "warning").root).exit_code == 0
    stopped = run("check", "--format", form, root=tmp_path / "none")
    assert (stopped.exit_code, stopped.stdout) == (2, "")


PARSERS: dict[str, Callable[[str], object]] = {"json": json.loads, "sarif": json.loads, "junit": ET.fromstring}


@pytest.mark.parametrize("form", PARSERS)
@pytest.mark.parametrize("slug", [None, "span-edge", "not-utf8"])
def test_nothing_but_the_document_goes_to_standard_output(form: str, slug: str | None, tmp_path: Path) -> None:
    root = broken(slug, tmp_path).root if slug else BASE
    PARSERS[form](run("check", "--format", form, root=root).stdout)


def test_people_are_addressed_unless_another_format_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    assert run("check", root=BASE).stdout.startswith("no findings (1 article, ")


@pytest.mark.parametrize("form", FORMATS)
def test_faults_of_many_kinds_go_through_every_format(form: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    for slug in FIXTURES[::16]:
        result = run("check", "--format", form, root=broken(slug, tmp_path_factory.mktemp("x")).root)
        assert slug in result.stdout
        assert result.exit_code in (0, 1)


# --- GitHub ------------------------------------------------------------------------------------------


def test_a_command_names_file_lines_columns_and_check() -> None:
    assert command(FULL) == (
        "::error file=a.toml,line=2,endLine=2,col=5,endColumn=9,title=a-slug::"
        "wrong%0Ahelp: mend it%0Afix: write it so (safe: vouchbank check --fix)"
    )
    assert command(WARNING) == "::warning file=a.toml,line=1,col=1,title=w-slug::odd"


def test_a_stretch_over_several_lines_has_no_columns() -> None:
    assert ",line=2,endLine=4,title=s::" in command(Finding("s", "m", Place("a", 2, 5, 4, 2)))


def test_a_command_escapes_what_would_end_it() -> None:
    text = command(Finding("s", "100% a\r\nb::c", Place("a:b,c%.toml", 1)))
    assert text == "::error file=a%3Ab%2Cc%25.toml,line=1,col=1,title=s::100%25 a\\r\\nb::c"


def test_the_worst_and_earliest_ten_of_a_level_are_shown_and_the_rest_is_named() -> None:
    found = [*many(12, Severity.WARNING), *reversed(many(13))]
    lines = list(github(Run(found)))
    assert [line.split(" ")[0] for line in lines] == ["::error"] * 10 + ["::warning"] * 10 + ["::notice"]
    assert [int(re.findall(r"line=(\d+)", line)[0]) for line in lines[:10]] == list(range(1, 11))
    assert lines[-1] == (
        "::notice title=vouchbank check::GitHub shows only 10 of each level; 3 more errors and 2 more warnings: "
        "1 s1, 1 s2, 1 s0, 1 s1, 1 s2. To see all, run: vouchbank check"
    )
    assert len(list(github(Run(many(10))))) == 10
    assert list(github(Run([]))) == []


def test_the_summary_shows_the_ten_worst_and_counts_all_by_file_and_check() -> None:
    text = job_summary(Run([*many(3, Severity.WARNING, "0.toml"), *many(11), *many(2, file="b.toml")], 5, A_CHECK))
    assert "**13 errors and 3 warnings (5 articles, 1 check)**" in text
    blocks = re.findall(r"```text\n(\S+): (\w+):", text)
    assert blocks == [(f"a.toml:{n}:1", "error") for n in range(1, 11)]
    assert "- `a.toml`: 4 `s0`, 4 `s1`, 3 `s2`" in text
    assert "- `0.toml`: 1 `s0`, 1 `s1`, 1 `s2`" in text


@pytest.mark.slow
def test_the_summary_stays_short_however_much_is_wrong() -> None:
    found = [Finding("s", "x" * 10**5, Place(f"{n:04}.toml"), "y" * 10**5) for n in range(1000)]
    text = job_summary(Run(found))
    assert len(text) < 100_000
    assert f"- and {1000 - FILES} more files" in text


def test_the_summary_is_added_to_the_file_of_the_job_and_only_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "summary.md"
    target.write_text("before\n", "utf-8")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(target))
    root = broken("span-edge", tmp_path).root
    run("check", root=root)
    assert target.read_text("utf-8") == "before\n"
    result = run("check", "--format", "github", root=root)
    assert result.stdout.count("\n") == 1
    assert target.read_text("utf-8").startswith("before\n## vouchbank check\n")
    run("check", "--format", "github", root=BASE)
    assert "**no findings (1 article, " in target.read_text("utf-8")


BACKTICKS = st.one_of(st.text(), st.text("`~ \\|<a\n"), st.sampled_from(["```", "~~~", "````x", "` `", "\\`"]))


@given(BACKTICKS, st.lists(BACKTICKS, max_size=3))
def test_foreign_text_in_markdown_is_code_and_nothing_else(text: str, lines: list[str]) -> None:
    parsed = MarkdownIt("commonmark").parse(f"- {code(text)}: 1")
    kinds = [child.type for token in parsed for child in token.children or ()]
    assert kinds == ["code_inline", "text"]
    block = MarkdownIt("commonmark").parse("\n".join([*fenced(lines), "", "after"]))
    assert [token.type for token in block] == ["fence", "paragraph_open", "inline", "paragraph_close"]


# --- JSON --------------------------------------------------------------------------------------------


def at(file: str, line: int, column: int, end_line: int | None = None, end_column: int | None = None) -> dict[str, Any]:
    return {"file": file, "line": line, "column": column, "end_line": end_line, "end_column": end_column}


def test_json_holds_all_of_a_finding_in_a_fixed_order() -> None:
    held = json.loads(as_json(Run([FULL, WARNING], 5, A_CHECK)))
    assert list(held) == ["version", "summary", "findings"]
    assert held["version"] == 1
    assert held["summary"] == {"errors": 1, "warnings": 1, "notes": 0, "articles": 5, "checks": 1}
    assert list(held["findings"][0].items()) == [
        ("slug", "a-slug"),
        ("severity", "error"),
        ("message", "wrong"),
        ("help", "mend it"),
        *(("file", "a.toml"), ("line", 2), ("column", 5), ("end_line", 2), ("end_column", 9)),
        ("article", "000"),
        ("paragraph", "p1"),
        ("annotation", "000-e1"),
        (
            "related",
            [{"message": "the other one", **at("b.toml", 7, 1)}],
        ),
        (
            "fix",
            {
                "title": "write it so",
                "safe": True,
                "edits": [
                    {**at("a.toml", 2, 5, 2, 9), "text": "new"},
                    {**at("b.toml", 1, 1), "text": "more"},
                ],
            },
        ),
        ("paste", []),
        ("waived", None),
    ]
    assert held["findings"][1]["fix"] is None
    assert list(held["findings"][1]) == list(held["findings"][0])


def test_json_says_what_the_checks_said(tmp_path: Path) -> None:
    corpus = broken("unknown-label", tmp_path)
    held = json.loads(run("check", "--format", "json", root=corpus.root).stdout)
    (said,), (finding,) = held["findings"], check(corpus)
    assert (said["slug"], said["message"], said["help"]) == (finding.slug, finding.message, finding.help)
    assert held["summary"] == {
        "errors": 1,
        "warnings": 0,
        "notes": 0,
        "articles": 1,
        "checks": len(rules(tables=False, inputs=False)),
    }


# --- SARIF -------------------------------------------------------------------------------------------


def closed(required: list[str], **properties: Any) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": False, "required": required, "properties": properties}


def listed(item: dict[str, Any], least: int = 0) -> dict[str, Any]:
    return {"type": "array", "items": item, "minItems": least, "uniqueItems": True}


TEXT = {"type": "string", "minLength": 1}
AT = {"type": "integer", "minimum": 1}
MESSAGE = closed(["text"], text=TEXT)
REGION = closed(["startLine", "startColumn"], startLine=AT, startColumn=AT, endLine=AT, endColumn=AT)
FILE = closed(["uri"], uri={"type": "string", "pattern": r"^[A-Za-z0-9_.~/%-]+$"}, uriBaseId=TEXT)
LOCATION = closed(
    ["physicalLocation"],
    physicalLocation=closed(["artifactLocation", "region"], artifactLocation=FILE, region=REGION),
    logicalLocations=listed(closed(["name"], name=TEXT), 1),
    message=MESSAGE,
)
REPLACEMENT = closed(["deletedRegion"], deletedRegion=REGION, insertedContent=closed(["text"], text={"type": "string"}))
CHANGE = closed(["artifactLocation", "replacements"], artifactLocation=FILE, replacements={**listed(REPLACEMENT, 1)})
RESULT = closed(
    ["ruleId", "message", "level", "locations"],
    ruleId=TEXT,
    ruleIndex={"type": "integer", "minimum": 0},
    level={"enum": ["none", "note", "warning", "error"]},
    message=MESSAGE,
    locations=listed(LOCATION, 1),
    relatedLocations=listed(LOCATION),
    fixes=listed(closed(["artifactChanges"], description=MESSAGE, artifactChanges=listed(CHANGE, 1))),
)
RULE = closed(["id"], id=TEXT, shortDescription=MESSAGE, fullDescription=MESSAGE, help=MESSAGE)
DRIVER = closed(["name"], name=TEXT, version=TEXT, rules=listed(RULE))
# what the schema of OASIS demands of the parts of SARIF 2.1.0 that are written here, and no other property
SARIF = closed(
    ["version", "runs"],
    **{"$schema": TEXT},
    version={"enum": ["2.1.0"]},
    runs=listed(
        closed(
            ["tool"],
            tool=closed(["driver"], driver=DRIVER),
            columnKind={"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
            results={"type": "array", "items": RESULT},
        )
    ),
)


@pytest.mark.slow
def test_sarif_has_the_shape_of_the_standard_for_faults_of_many_kinds(tmp_path_factory: pytest.TempPathFactory) -> None:
    for slug in FIXTURES[::9]:
        text = run("check", "--format", "sarif", root=broken(slug, tmp_path_factory.mktemp("x")).root).stdout
        jsonschema.Draft202012Validator(SARIF).validate(json.loads(text))


def test_sarif_holds_place_help_related_places_and_fixes() -> None:
    held = json.loads(sarif(Run([FULL], 1, A_CHECK), "0.1.0"))
    jsonschema.Draft202012Validator(SARIF).validate(held)
    (only,) = held["runs"]
    assert only["columnKind"] == "unicodeCodePoints"
    (rule,) = only["tool"]["driver"]["rules"]
    assert rule["help"]["text"] == "A title.\n\nMore of it.\n\nvouchbank explain a-slug"
    (result,) = only["results"]
    assert (result["ruleId"], result["ruleIndex"], result["level"]) == ("a-slug", 0, "error")
    assert result["message"]["text"] == "wrong\nHelp: mend it"
    where = result["locations"][0]["physicalLocation"]
    assert where["region"] == {"startLine": 2, "startColumn": 5, "endLine": 2, "endColumn": 9}
    assert result["relatedLocations"][0]["message"]["text"] == "the other one"
    changes = result["fixes"][0]["artifactChanges"]
    assert [c["artifactLocation"]["uri"] for c in changes] == ["a.toml", "b.toml"]
    inserted = changes[1]["replacements"][0]
    assert inserted["deletedRegion"] == {"startLine": 1, "startColumn": 1, "endLine": 1, "endColumn": 1}
    assert inserted["insertedContent"]["text"] == "more"


def test_every_check_is_a_rule_with_help() -> None:
    held = json.loads(sarif(Run([], 0, rules()), "0.1.0"))
    listed_rules = held["runs"][0]["tool"]["driver"]["rules"]
    assert [r["id"] for r in listed_rules] == list(rules())
    assert all(r["help"]["text"] for r in listed_rules)


def test_a_message_of_sarif_holds_no_link_and_an_address_no_foreign_character() -> None:
    finding = Finding("a-slug", "[a](b) \\](c)", Place("x/[y](z)\n\udcff.toml"))
    result = json.loads(sarif(Run([finding], 1, A_CHECK), "0"))["runs"][0]["results"][0]
    assert "](" not in result["message"]["text"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "x/%5By%5D%28z%29%0A%ED%B3%BF.toml"


# --- JUnit -------------------------------------------------------------------------------------------


def test_junit_has_a_case_for_each_file_and_check_that_failed() -> None:
    found = [*many(4), *many(1, file="b.toml"), WARNING]
    root = ET.fromstring(junit(Run(found)))
    cases = root.findall("testsuite/testcase")
    assert [(c.get("classname"), c.get("name")) for c in cases] == [
        *(("a.toml", "s0"), ("a.toml", "s1"), ("a.toml", "s2"), ("b.toml", "s0"), ("a.toml", "w-slug")),
    ]
    assert (root.get("tests"), root.get("failures")) == ("5", "4")
    failure = cases[0].find("failure")
    assert failure is not None
    assert (failure.text or "").splitlines() == ["a.toml:1:1: error: m0 [s0]", "a.toml:4:1: error: m3 [s0]"]
    assert cases[-1].find("failure") is None
    assert "warning: odd" in (cases[-1].findtext("system-out") or "")


def test_junit_of_a_clean_run_has_one_case_that_passes() -> None:
    root = ET.fromstring(junit(Run([])))
    assert [len(c) for c in root.iter("testcase")] == [0]
    assert (root.get("tests"), root.get("failures")) == ("1", "0")


@given(st.text(), st.text())
def test_every_text_gives_xml_json_and_commands_that_parse(message: str, file: str) -> None:
    found = Run([Finding("a-slug", message, Place(file), message)], 1, A_CHECK)
    ET.fromstring(junit(found))
    assert json.loads(as_json(found))["findings"][0]["message"] == message
    jsonschema.Draft202012Validator(closed(["runs"], runs={}, version={}, **{"$schema": {}})).validate(
        json.loads(sarif(found, "0"))
    )
    (line,) = github(found)
    assert len(line.splitlines()) == 1


def test_a_fault_in_a_field_is_found_with_its_words(tmp_path: Path) -> None:
    root = copied(BASE, tmp_path)
    replace(root, ATTRIBUTIONS, 'source_kind = "named"', 'source_kind = "namd"')
    shown = run("check", root=root).stdout.splitlines()
    assert shown[3].startswith("  p2 | Mayor Ada Brook said at least 21 boats")
    assert shown[4] == "     | --------------- source of 000-a1"
