"""The bench of a public specification: how words are divided, what is right, the form of its page; invented words."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest

from bench.specification import (
    FILES,
    LEAST_RIGHT,
    LEFT_OUT,
    MOST_LEFT_OUT,
    REPORT,
    Case,
    cases,
    failures,
    judge,
    read,
    report,
    unknown_sections,
)
from vouchbank.language.interval import Interval, parse_interval

LISTED = [
    {"section": "One quantity, two, or none", "why": "nothing", "empty": True},
    {"section": "One quantity, two, or none", "why": "two", "AgeModel": ["1", "2.1"]},
]


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("more than 41 llamas' worth", None), ("more than 41", "(41, inf)"), ("41 or more", "[41, inf)"),
        ("between 41 and 43", "[41, 43]"), ("€41 million", "[41000000, 41000000]"), ("41 km", "[41, 41]"),
        ("41 years old", "[41, 41]"), ("aged 41", "[41, 41]"), ("41 m", None), ("llama", None), ("43-41", None),
    ],
)  # fmt: skip
def test_words_are_divided_into_modifier_number_and_unit(words: str, wanted: str | None) -> None:
    found = read(words)
    assert (next(iter(found)) if len(found) == 1 else None) == (parse_interval(wanted) if wanted else None)


def test_a_case_is_right_wrong_or_nothing() -> None:
    point = Interval(41, 41, True, True)
    assert judge(Case("AgeModel", 0, 0, "41 km", point)) == "right"
    assert judge(Case("AgeModel", 0, 0, "43 km", point)) == "wrong"
    assert judge(Case("AgeModel", 0, 0, "km", None)) == "nothing"
    assert judge(Case("AgeModel", 0, 0, "over 41", Interval(41, None, True, False))) == "wrong"


def test_the_page_counts_what_it_says(tmp_path: Path) -> None:
    inputs = [("41 km", "41"), ("41 km", "41"), ("43 km 41", None), ("41 llamas", "41")]
    for file in FILES:
        (tmp_path / file).with_suffix("").parent.mkdir(parents=True, exist_ok=True)
        listed = [{"Input": w, "Results": [{"Text": w, "Resolution": {"value": v}}]} for w, v in inputs]
        (tmp_path / f"{file}").write_text(json.dumps(listed if "Age" in file else []), "utf-8")
    judged = [(case, judge(case)) for case in cases(tmp_path)]
    assert [verdict for _, verdict in judged] == ["right", "right", "nothing", "nothing"]
    text = report(judged, LISTED)
    assert "| AgeModel | 4 | 2 | 1 | 0 | 1 |" in text
    assert "| two | One quantity, two, or none | 1 | AgeModel 1, 2.1 |" in text
    assert "| nothing | One quantity, two, or none | 1 | those with an empty value |" in text
    assert list(failures(judged, LISTED)) == ["only 1 of 2 are read right", "2 of 4 are left out"]


def test_the_page_that_stands_there_keeps_the_promise() -> None:
    text = REPORT.read_text("utf-8")
    row = next(line for line in text.splitlines() if line.startswith("| all |"))
    total, quantities, right, wrong, nothing = (int(cell) for cell in row.split("|")[2:-1])
    assert quantities == right + wrong + nothing
    assert wrong == 0
    assert right >= LEAST_RIGHT * quantities
    assert total - quantities <= MOST_LEFT_OUT * total
    listed = tomllib.loads(LEFT_OUT.read_text("utf-8"))["left_out"]
    assert all(f"| {entry['why']} | {entry['section']} |" in text for entry in listed)
    assert list(unknown_sections(listed)) == []
