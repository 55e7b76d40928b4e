"""The chapter of invented numbers is true: its records have no findings, and the named check refuses each near miss.

Every sentence is a paragraph of one small article. The checks run once over all records, once over all near misses.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.guidelines_support import GUIDELINES
from vouchbank.checks import check
from vouchbank.corpus import Corpus
from vouchbank.corpus.canonical import with_paragraph_ids
from vouchbank.corpus.format import literal
from vouchbank.findings import Finding
from vouchbank.language.derived import DERIVED
from vouchbank.tables.rows import settled

CHAPTER = re.compile(r"## \d+\. Numbers beyond these articles\n(.*?)(?=\n## )", re.DOTALL)
SENTENCE, RECORD = re.compile(r"- “(.+)”"), re.compile(r"  - record: (.+)")
MISS = re.compile(r"  - near miss, `([a-z-]+)`: (.+)")
PAIR = re.compile(r"([a-z_]+) = (“[^”]+”(?: \d/\d)?|`[^`]+`|[^\s,]+)(?:, |$)")
NUMBERS, TRUTH = ("interval", "note"), {"true": True, "false": False}
Record = dict[str, str]


@dataclass
class Invented:
    """A sentence with its records, and for each near miss the check that refuses it and the records written instead."""

    line: int
    words: str
    records: list[Record] = field(default_factory=list)
    misses: list[tuple[str, list[Record]]] = field(default_factory=list)


def invented(text: str) -> list[Invented]:
    """The sentences of the chapter; every list item must have one of the three forms."""
    chapter = CHAPTER.search(text)
    assert chapter, "no chapter of numbers"
    found: list[Invented] = []
    first = text[: chapter.start(1)].count("\n") + 1
    for number, line in enumerate(chapter[1].split("\n"), first):
        if match := SENTENCE.fullmatch(line):
            found.append(Invented(number, match[1]))
        elif match := RECORD.fullmatch(line):
            found[-1].records.append(pairs(match[1]))
        elif match := MISS.fullmatch(line):
            *before, last = found[-1].records
            found[-1].misses.append((match[1], [*before, *missed(last, match[2])]))
        else:
            assert not re.match(r"\s*-", line), f"{number}: not of the form of an example: {line}"
    return found


def pairs(written: str) -> Record:
    assert PAIR.sub("", written) == "", f"not of the form of a record: {written}"
    return dict(PAIR.findall(written))


def missed(record: Record, written: str) -> list[Record]:
    """The record as the near miss has it: with other values, without it, or with a quantity in its place."""
    if written == "–":
        return []
    other = pairs(written)
    changed = other if "number" in other and "span" in record else record | other
    return [{name: value for name, value in changed.items() if value != "–"}]


def toml(value: str) -> str:
    """A value of a record as a file has it."""
    if value in TRUTH:
        return value
    if quoted := re.fullmatch(r"“(.+)”(?: (\d/\d))?", value):
        return f"{{ q = {literal(quoted[1])}, n = {literal(quoted[2])} }}" if quoted[2] else literal(quoted[1])
    return literal(value.strip("`"))


def article(root: Path, paragraphs: Iterable[tuple[str, list[Record]]]) -> Corpus:
    """A corpus of one article with these paragraphs and records."""
    listed = list(paragraphs)
    seed = root / "seeds/000/raw.txt"
    seed.parent.mkdir(parents=True)
    seed.write_text("\n\n".join(["Invented numbers", *(words for words, _ in listed)]) + "\n", "utf-8")
    digest = hashlib.sha256(seed.read_bytes()).hexdigest()
    meta = root / "seeds/000/meta.toml"
    meta.write_text(f'seed_file = "000_numbers.txt"\nsha256 = "{digest}"\nlanguage = "en"\n', "utf-8")
    meta.write_text(with_paragraph_ids(Corpus(root).article("000")) or meta.read_text("utf-8"), "utf-8")
    lines, count = ['status = "complete"\nguidelines = "0.5"\nby = "annotator-a"\nvia = "hand"\n'], 0
    for number, (_, records) in enumerate(listed, 2):
        quantities = [record for record in records if "number" in record]
        others = [record for record in records if "span" in record]
        lines += [f"\n[p{number}]\n"] * bool(others)
        for record in others:
            count += 1
            lines.append(f'nq{count} = {{ q = {toml(record["span"])}, reason = "{record["reason"]}" }}\n')
        for record in quantities:
            count += 1
            said = "".join(f"{name} = {toml(value)}\n" for name, value in record.items())
            lines.append(f"\n[p{number}.q{count}]\n{said}")
    file = root / "annotations/000/quantities.toml"
    file.parent.mkdir(parents=True)
    file.write_text("".join(lines), "utf-8")
    return Corpus(root)


def by_paragraph(findings: Iterable[Finding]) -> Mapping[str, list[str]]:
    held: dict[str, list[str]] = {}
    for finding in findings:
        if finding.slug != "not-canonical":
            held.setdefault(finding.paragraph, []).append(finding.slug)
    return held


@pytest.fixture(scope="module")
def sentences() -> list[Invented]:
    return invented(GUIDELINES.read_text("utf-8"))


def test_there_are_many_and_each_has_a_record_and_a_near_miss(sentences: list[Invented]) -> None:
    assert len(sentences) >= 80
    assert [s.line for s in sentences if not s.records or len(s.misses) != 1] == []  # no paragraph may stand twice
    assert len({slug for s in sentences for slug, _ in s.misses}) >= 15


def test_no_record_has_a_finding(sentences: list[Invented], tmp_path: Path) -> None:
    found = by_paragraph(check(article(tmp_path, ((s.words, s.records) for s in sentences))))
    assert {s.line: found[f"p{n}"] for n, s in enumerate(sentences, 2) if f"p{n}" in found} == {}
    assert not found


def test_every_near_miss_is_refused_by_the_check_that_it_names(sentences: list[Invented], tmp_path: Path) -> None:
    misses = [(s.line, s.words, slug, records) for s in sentences for slug, records in s.misses]
    found = by_paragraph(check(article(tmp_path, ((words, records) for _, words, _, records in misses))))
    wrong = {
        line: (slug, said)
        for n, (line, _, slug, _) in enumerate(misses, 2)
        if {slug} != set(said := found.get(f"p{n}", []))
    }
    assert wrong == {}


def test_what_the_words_settle_is_what_the_records_say(sentences: list[Invented], tmp_path: Path) -> None:
    corpus = article(tmp_path, ((s.words, s.records) for s in sentences))
    noted = [a for a in corpus.article("000").annotations["quantities"] if "note" not in a.record.values]
    assert len(noted) >= 75
    for one in noted:
        given, written = settled(corpus.article("000"), one), one.record.values
        differing = {n for n in DERIVED if n in given and n in written and written[n] != given[n]}
        assert not differing - {"dimension", "unit_code"}, one.id
        assert not differing or written["dimension"] in ("age", "ordinal"), (one.id, given)


@pytest.mark.parametrize("line", ["- “A sentence", "  - record = 1", "  - near miss: number = “1”"])
def test_a_line_of_another_form_is_found(line: str) -> None:
    with pytest.raises(AssertionError, match="not of the form"):
        invented(f"## 14. Numbers beyond these articles\n{line}\n\n## 15. Next\n")
