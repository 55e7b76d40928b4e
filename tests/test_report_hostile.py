"""Articles and annotation files that want to be obeyed: whatever the format, they are only shown."""

from __future__ import annotations

import json
import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner
from markdown_it import MarkdownIt

from tests.checks_support import TESTS
from vouchbank.cli import main
from vouchbank.cli.printing import FORMATS
from vouchbank.findings import Check, Finding, Fix, Level, Place, Related
from vouchbank.report import Run
from vouchbank.report.explain import rules
from vouchbank.report.github import github
from vouchbank.report.human import human
from vouchbank.report.job_summary import job_summary
from vouchbank.report.junit import junit
from vouchbank.report.sarif import sarif
from vouchbank.report.structured import as_json

HOSTILE = TESTS / "hostile"
# the commands that a runner of GitHub Actions knows
KNOWN = frozenset(
    [
        *("error", "warning", "notice", "debug", "group", "endgroup", "add-mask", "add-path", "add-matcher"),
        *("remove-matcher", "set-env", "set-output", "save-state", "stop-commands", "echo"),
    ]
)
RAW = "HOSTILE\n::error::x\r::set-output name=a::b\n##[add-mask]x \x1b[2J\x1b]8;;https://evil.example\x07y\u202e\u2066"
MARKUP = "HOSTILE %0A::error:: @octocat [a](https://evil.example) ![b](c) <img src=x> `x` ```` ]]> <!-- &#10; \\` | \0"


def output(form: str, monkeypatch: pytest.MonkeyPatch, summary: Path | None = None) -> str:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary or ""))
    result = CliRunner().invoke(main, ["check", "--root", str(HOSTILE), "--format", form])
    assert result.exit_code == 1
    return result.stdout


def commands(log: str) -> list[tuple[str, dict[str, str], str]]:
    """What a runner takes for commands in a log: at the start of a line, or, in the older form, anywhere in it."""
    found = []
    for line in re.split(r"[\r\n]", log):
        match = re.match(r"\s*::([^ :]+)(?: (.*?))?::(.*)", line)
        if match and match[1] in KNOWN:
            properties = dict(p.split("=", 1) for p in (match[2] or "").split(",") if "=" in p)
            found.append((match[1], properties, match[3]))
        elif "##[" in line:
            found.append(("##[", {}, line))
    return found


def test_the_parser_of_these_tests_finds_commands_where_a_runner_does() -> None:
    assert [name for name, _, _ in commands(f"a\n  ::error file=x::y\nb ::error::\nx ##[warning]y\n{RAW}")] == [
        *("error", "##[", "error", "set-output", "##["),
    ]


def test_the_fixture_brings_every_attack_to_the_findings(monkeypatch: pytest.MonkeyPatch) -> None:
    text = output("human", monkeypatch)
    for attack in (
        "::set-output",
        "%0A",
        "\\u001b",
        "\\u202e",
        "![a](b)",
        "<img",
        "@octocat",
        "]]>",
        "##\\x5b",
        "HOSTILE",
    ):
        assert attack in text, attack


@pytest.mark.parametrize("form", FORMATS)
def test_no_control_or_bidi_character_reaches_the_output(form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not {c for c in output(form, monkeypatch) if not c.isprintable()} - {"\n"}


@pytest.mark.parametrize("form", [f for f in FORMATS if f != "github"])
def test_no_line_is_a_command_of_the_runner(form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert commands(output(form, monkeypatch)) == []


def test_the_only_commands_are_our_own(monkeypatch: pytest.MonkeyPatch) -> None:
    text = output("github", monkeypatch)
    found = commands(text)
    assert len(found) == len(text.splitlines())
    for name, properties, data in found:
        assert name in ("error", "warning", "notice")
        assert set(properties) <= {"file", "line", "endLine", "col", "endColumn", "title"}
        assert properties.get("file", "annotations/000/").startswith(("annotations/000/", "seeds/000/"))
        assert properties["title"] in {*rules(), "vouchbank check"}
        assert "%0A" not in re.sub(r"%0A(help|fix): ", "", data)


def test_the_summary_is_text_and_code_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "summary.md"
    output("github", monkeypatch, target)
    text = target.read_text("utf-8")
    assert "HOSTILE" in text
    only_text_and_code(text)


def only_text_and_code(markdown: str) -> None:
    tokens = MarkdownIt("commonmark", {"html": True}).enable("table").parse(markdown)
    inline = [child for token in tokens for child in token.children or ()]
    assert {t.type for t in tokens} <= {
        *("heading_open", "heading_close", "paragraph_open", "paragraph_close", "inline", "fence"),
        *("bullet_list_open", "bullet_list_close", "list_item_open", "list_item_close"),
    }
    assert {t.type for t in inline} <= {"text", "code_inline", "strong_open", "strong_close", "softbreak"}
    written = " ".join(t.content for t in inline if t.type == "text")
    assert not re.search(r"HOSTILE|@|://|www|<|evil|#\d|\\", written)


def test_documents_for_programs_are_ascii_and_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    for form in ("json", "sarif", "junit"):
        assert output(form, monkeypatch).isascii()
    assert json.loads(output("json", monkeypatch))["findings"]
    results = json.loads(output("sarif", monkeypatch))["runs"][0]["results"]
    assert not [r for r in results if "](" in r["message"]["text"]]
    assert len(list(ET.fromstring(output("junit", monkeypatch)).iter("testcase"))) > 3


@pytest.mark.parametrize("text", [RAW, MARKUP, RAW + MARKUP], ids=["characters", "markup", "both"])
def test_no_field_of_a_finding_lets_anything_through(text: str) -> None:
    place = Place(f"annotations/raw/{text}/000/entities.toml", 1, 1, 1, 5)
    finding = Finding(
        "a-slug",
        text,
        place,
        text,
        annotation=text,
        related=(Related(place, text),),
        fix=Fix(text, (), True),
        line=text,
    )
    run = Run([finding], 1, {"a-slug": Check("a-slug", Level.FILE, "A title.", "")})
    for shown in ("\n".join(human(run)), as_json(run), sarif(run, "0"), junit(run)):
        assert commands(shown) == []
        assert not {c for c in shown if not c.isprintable()} - {"\n"}
    assert [name for name, _, _ in commands("\n".join(github(run)))] == ["error"]
    only_text_and_code(job_summary(run))
    assert "]]>" not in junit(run)
