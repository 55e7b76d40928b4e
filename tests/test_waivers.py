"""Waivers: a record says, with a reason, that a check which judges language is wrong about it."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from tests.checks_support import ATTRIBUTIONS, BASE, broken, copied
from vouchbank.checks import CHECKS, check
from vouchbank.checks.waivers import waivable
from vouchbank.corpus import Corpus
from vouchbank.corpus.canonical import reformatted
from vouchbank.findings import Finding, Level, Place, Severity
from vouchbank.report import Run
from vouchbank.report.explain import explanation
from vouchbank.report.github import github
from vouchbank.report.human import human
from vouchbank.report.job_summary import job_summary
from vouchbank.report.junit import junit
from vouchbank.report.sarif import sarif
from vouchbank.report.structured import as_json

REASON = "the whole clause is how she said it"
NOTE = Finding("a-slug", "odd", Place("a.toml", 2), severity=Severity.NOTE, annotation="000-a1", waived=REASON)


def waived(corpus: Corpus, finding: Finding, waiver: str = "") -> Corpus:
    """The corpus in which the record of a finding waives it."""
    path, name = corpus.root / finding.place.file, finding.annotation.rpartition("-")[2]
    said = waiver or f'waive = {{ {finding.slug} = "{REASON}" }}'
    text = path.read_text("utf-8")
    row = re.search(rf"^{name} = {{.*}}", text, re.MULTILINE)
    if row:
        text = text[: row.end() - 1].rstrip() + f", {said} }}" + text[row.end() :]
    else:
        text = re.sub(rf"^(\[(?:p\d+\.)?{name}\]\n)", rf"\1{said}\n", text, count=1, flags=re.MULTILINE)
    path.write_text(text, "utf-8")
    return Corpus(corpus.root)


@pytest.mark.parametrize("slug", waivable())
def test_what_is_waived_is_a_note_with_its_reason(slug: str, tmp_path: Path) -> None:
    corpus = broken(slug, tmp_path)
    before = [f for f in check(corpus) if f.slug == slug]
    assert before
    assert all(f.annotation for f in before)
    for finding in before:
        corpus = waived(corpus, finding)
    found = check(corpus)
    after = [f for f in found if f.slug == slug]
    assert {(f.severity, f.waived, f.fix) for f in after} == {(Severity.NOTE, REASON, None)}
    assert [f.message for f in after] == [f.message for f in before]
    assert {CHECKS[f.slug].level for f in found if f.slug != slug} <= {Level.ARTICLE, Level.CORPUS, Level.FORM}


def test_only_what_judges_words_can_be_waived() -> None:
    levels = {CHECKS[name].level for name in waivable()}
    assert levels <= {Level.RECORD, Level.ARTICLE}
    assert all(CHECKS[name].rule for name in waivable()), "what readers meet is form"
    assert not {"crossing-spans", "quote-not-found", "number-not-accounted", "unknown-modifier"} & set(waivable())


def test_a_waived_record_is_judged_on(tmp_path: Path) -> None:
    corpus = broken("cue-too-long", tmp_path)
    path = corpus.root / ATTRIBUTIONS
    path.write_text(path.read_text("utf-8").replace('source_kind = "named"', 'source_kind = "implicit"', 1), "utf-8")
    waiver = f'waive = {{ cue-too-long = "{REASON}" }}'
    (long,) = [f for f in check(Corpus(corpus.root)) if f.slug == "cue-too-long"]
    found = check(waived(corpus, long, waiver))
    assert {f.slug for f in found if not f.waived} >= {"source-kind-contradicts-source"}


@pytest.mark.parametrize("reason", ['""', '" \\t"', "1", '"' + "x" * 401 + '"'])
def test_a_waiver_needs_a_reason(reason: str, tmp_path: Path) -> None:
    corpus = broken("cue-too-long", tmp_path)
    (long,) = check(corpus)
    found = check(waived(corpus, long, f"waive = {{ cue-too-long = {reason} }}"))
    assert {f.slug for f in found} - {long.slug} <= {"malformed-value", "wrong-type", "not-canonical", "value-to-write"}
    assert any(f.severity is Severity.ERROR and "waive" in str(found) for f in found)


def test_an_unknown_name_says_what_was_meant(tmp_path: Path) -> None:
    (found,) = check(broken("unknown-waiver", tmp_path))
    assert "cue-too-long" in found.help


def test_a_row_that_articles_share_can_waive_nothing_that_is_not_found(tmp_path: Path) -> None:
    root = copied(BASE, tmp_path)
    path = root / "annotations/registry.toml"
    path.write_text(path.read_text("utf-8").replace("aliases = []", 'aliases = []\nwaive = { title-in-name = "x" }', 1))
    assert [f.slug for f in check(Corpus(root))] == ["idle-waiver"]


def test_a_draft_keeps_its_notes(tmp_path: Path) -> None:
    corpus = broken("cue-too-long", tmp_path)
    (long,) = check(corpus)
    path = waived(corpus, long).root / ATTRIBUTIONS
    path.write_text(path.read_text("utf-8").replace('status = "complete"', 'status = "draft"'), "utf-8")
    of = {f.slug: f.severity for f in check(Corpus(corpus.root))}
    assert of["cue-too-long"] is Severity.NOTE


def test_a_part_heeds_waivers_too(tmp_path: Path) -> None:
    corpus = broken("cue-too-long", tmp_path)
    (long,) = check(corpus)
    corpus = waived(corpus, long)
    assert [f.waived for f in check(corpus, only=["000"]) if f.slug == "cue-too-long"] == [REASON]


def test_a_waiver_has_a_canonical_place(tmp_path: Path) -> None:
    corpus = broken("idle-waiver", tmp_path)
    path = corpus.root / ATTRIBUTIONS
    text = path.read_text("utf-8")
    line = 'waive = { cue-too-long = "a proverb" }\n'
    moved = text.replace(line, "").replace("[p2.a1]\n", '[p2.a1]\nwaive = {"cue-too-long"="a proverb"}\n')
    path.write_text(moved, "utf-8")
    ((_, formatted, problem),) = reformatted(Corpus(corpus.root))
    assert not problem
    assert f'source_key = "ada-brook"\n{line}' in formatted


def test_every_report_shows_the_reason() -> None:
    run = Run([NOTE], 1, {"a-slug": replace(CHECKS["cue-too-long"], name="a-slug")})
    texts = ["\n".join(human(run)), "\n".join(github(run)), as_json(run), sarif(run, "0"), junit(run), job_summary(run)]
    assert [REASON in text for text in texts] == [True] * 6
    assert texts[0].startswith("a.toml:2:1: note: odd [a-slug]")
    assert texts[0].endswith("no findings, 1 waived (1 article, 1 check)")
    assert texts[1].startswith("::notice file=a.toml")
    held = json.loads(texts[2])
    assert (held["summary"]["notes"], held["findings"][0]["waived"]) == (1, REASON)
    (result,) = json.loads(texts[3])["runs"][0]["results"]
    assert result["level"] == "note"
    assert result["suppressions"] == [{"kind": "inSource", "justification": REASON}]
    assert 'failures="0"' in texts[4]
    assert "What to mend" not in texts[5]


def test_hostile_reasons_stay_text() -> None:
    run = Run([replace(NOTE, waived="\n::error::x\x1b[2J](http://x)<b>")], 1)
    for text in ("\n".join(human(run)), "\n".join(github(run)), job_summary(run), junit(run), as_json(run)):
        assert "\n::error::x" not in text
        assert "\x1b" not in text


def test_explain_says_whether_a_check_can_be_waived() -> None:
    assert 'To waive it: waive = { cue-too-long = "why" }.' in list(explanation(CHECKS["cue-too-long"], None))
    assert "Cannot be waived." in list(explanation(CHECKS["crossing-spans"], None))
