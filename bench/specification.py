"""Measure how much of a public specification of numbers `language/` understands.

    python -m bench.specification PATH            count, and list what is not read right
    nox -s specification -- PATH                  write bench/specification.md

The cases are those of Recognizers-Text (MIT), `Specs/Number/English` and `Specs/NumberWithUnit/English`. They are not
part of this project: PATH is the folder `Specs` of a copy. A case is one expected result; specification.toml lists
those that the guidelines do not call a quantity, by their numbers alone. The words are divided into modifier, number
and unit as the guidelines say, by the same lists that the checks use; what can be divided in two ways with different
values counts as not read.
"""

from __future__ import annotations

import argparse
import json
import math
import re
import sys
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vouchbank.language.amounts import readings
from vouchbank.language.derived import claimed
from vouchbank.language.interval import Interval
from vouchbank.language.lexicon import modifier_kind
from vouchbank.language.units import meanings

FILES = (
    "Number/English/NumberModel.json", "Number/English/NumberRangeModel.json", "Number/English/PercentModel.json",
    "NumberWithUnit/English/AgeModel.json", "NumberWithUnit/English/CurrencyModel.json",
    "NumberWithUnit/English/DimensionModel.json", "NumberWithUnit/English/TemperatureModel.json",
)  # fmt: skip
_TOKEN = re.compile(r"[0-9][0-9.,]*|[^\W\d_]+|\s+|.")
_AGE = re.compile(r"[\s-](?:old|of age)$|^aged?\s+", re.IGNORECASE)
_RANGE = re.compile(r"([\[(])([^,]*),([^\])]*)([\])])")
REPORT = Path(__file__).with_suffix(".md")
LEFT_OUT = Path(__file__).with_suffix(".toml")
GUIDELINES = Path(__file__).parents[1] / "annotations/GUIDELINES.md"
LEAST_RIGHT, MOST_LEFT_OUT = 0.85, 0.15
VERDICTS = ("right", "wrong", "nothing")


@dataclass(frozen=True, slots=True)
class Case:
    """One expected result: the file, the numbers of its input and of the result, the words, the two ends."""

    file: str
    number: int
    result: int
    words: str
    wanted: Interval | None

    @property
    def names(self) -> set[str]:
        """How specification.toml can name it."""
        return {str(self.number), f"{self.number}.{self.result}"}


def cases(folder: Path) -> Iterator[Case]:
    """Every expected result of the seven files."""
    for file in FILES:
        for number, case in enumerate(json.loads((folder / file).read_text(encoding="utf-8-sig"))):
            for index, result in enumerate(case["Results"]):
                start = result.get("Start", 0)
                words = case["Input"][start : result.get("End", start + len(result["Text"]) - 1) + 1]
                yield Case(Path(file).stem, number, index, words, _wanted(result["Resolution"].get("value")))


def _wanted(value: Any) -> Interval | None:
    if value in (None, "null"):
        return None
    found = _RANGE.match(value)
    if found:
        low, high = (float(end) if end else None for end in (found[2], found[3]))
        return Interval(low, high, found[1] == "[" and low is not None, found[4] == "]" and high is not None)
    number = float(value.removesuffix("%"))
    return Interval(number, number, True, True)


def read(words: str) -> set[Interval]:
    """The ends of every interval that the words can claim, over all ways to divide them."""
    found: set[Interval] = set()
    words = _AGE.sub("", words.strip())
    tokens = _TOKEN.findall(words)
    edges = [sum(map(len, tokens[:cut])) for cut in range(len(tokens) + 1)]
    for start in edges:
        for end in edges:
            modifier, bare = (words[:start].strip(), words[start:end].strip()) if end == len(words) else ("", "")
            if start == 0 and end < len(words):
                modifier, bare = words[end:].strip(), words[:end].strip()
            kind = (modifier_kind(modifier) or ("", False))[0] if modifier else "exact"
            if bare and kind:
                found |= {ends for number in _numbers(bare) if (ends := _claimed(kind, number))}
    return found


def _numbers(words: str) -> Iterator[str]:
    """The number of some words without modifier, for every unit that may stand before or behind it."""
    yield words
    tokens = _TOKEN.findall(words)
    for cut in range(1, len(tokens)):
        left, right = "".join(tokens[:cut]).rstrip(" -"), "".join(tokens[cut:]).lstrip(" -").strip("()[]{}<>")
        if meanings(right):
            yield left
        if meanings(left) and right[:1].isdigit():
            yield right


def _claimed(kind: str, number: str) -> Interval | None:
    values = readings(number, between=kind == "between") or (readings(number) if kind == "between" else ())
    if len(values) == 2 and len(values[0]) == len(values[1]) == 1 and values[1][0] < 1 < values[0][0]:
        values = values[:1]  # a rank, where it is not said to be a share
    if len(values) != 1:
        return None
    if len(values[0]) == 2 and kind not in ("exact", "between"):
        return None
    return claimed(kind, values[0])


def same(one: Interval, other: Interval) -> bool:
    """Whether the intervals are equal, but for the last digits of the specification's decimals.

    Of a range with two ends it leaves out the upper one ("between 20 and 30"), the guidelines do not: there only the
    numbers count.
    """
    ends = (one.lower, other.lower), (one.upper, other.upper)
    closed = (one.lower_closed, one.upper_closed) == (other.lower_closed, other.upper_closed)
    return all(_close(a, b) for a, b in ends) and (closed or None not in (one.lower, one.upper))


def _close(a: float | None, b: float | None) -> bool:
    return a == b if a is None or b is None else math.isclose(a, b, rel_tol=1e-9)


def judge(case: Case) -> str:
    """What became of a case: right, wrong, or nothing read."""
    found = read(case.words)
    if len(found) != 1:
        return "nothing"
    return "right" if case.wanted and same(next(iter(found)), case.wanted) else "wrong"


# --- what is left out, and the page ---------------------------------------------------------------------


def left_out(case: Case, listed: Sequence[Mapping[str, Any]]) -> int | None:
    """The place in the list of what says that a case is no quantity, or not one; None if nothing does."""
    found = (n for n, row in enumerate(listed) if (row.get("empty") and case.wanted is None) or _named(case, row))
    return next(found, None)


def _named(case: Case, row: Mapping[str, Any]) -> bool:
    return bool(case.names & set(row.get(case.file, ())))


def report(judged: Iterable[tuple[Case, str]], listed: Sequence[Mapping[str, Any]]) -> str:
    """The page: how many cases of each file are read right, wrong, or not at all, and which are left out and why."""
    counted: dict[str, Counter[str]] = {}
    reasons: Counter[int] = Counter()
    for case, verdict in judged:
        reason = left_out(case, listed)
        counted.setdefault(case.file, Counter())["left out" if reason is not None else verdict] += 1
        reasons.update([] if reason is None else [reason])
    counted["all"] = sum(counted.values(), Counter())
    whole = counted["all"]
    quantities = sum(whole[verdict] for verdict in VERDICTS)
    return "\n".join([*_head(whole, quantities), *_rows(counted), *_reasons(reasons, listed, whole.total())]) + "\n"


def _head(whole: Counter[str], quantities: int) -> Iterator[str]:
    yield "# A public specification of numbers, read with the words of the project\n"
    yield "Made by `nox -s specification -- PATH`; PATH is the folder `Specs` of a copy of"
    yield "Recognizers-Text (MIT). A case is one expected result in English. None of its text is repeated here.\n"
    share = f"{whole['right'] / quantities:.1%}"
    yield f"Of {whole.total()} cases the guidelines call {quantities} a quantity."
    yield f"Read correctly: {whole['right']} ({share}; at least {LEAST_RIGHT:.0%} are required)."
    yield f"Read wrong: {whole['wrong']} (0 are allowed)."
    yield "What is not understood gives nothing, never a guess. Correct means: the numbers at both ends and, for each,"
    yield "whether it is included. Of two ends the specification excludes the upper one; the guidelines do"
    yield "not.\n"


def _rows(counted: Mapping[str, Counter[str]]) -> Iterator[str]:
    yield "| model | cases | quantities | correct | wrong | nothing |"
    yield "|---|---|---|---|---|---|"
    for file, counts in counted.items():
        verdicts = [counts[verdict] for verdict in VERDICTS]
        yield f"| {file} | {' | '.join(map(str, (counts.total(), sum(verdicts), *verdicts)))} |"


def _reasons(reasons: Counter[int], listed: Sequence[Mapping[str, Any]], cases: int) -> Iterator[str]:
    count = reasons.total()
    yield "\n## Left out\n"
    yield f"{count} cases ({count / cases:.1%}; at most {MOST_LEFT_OUT:.0%}), by the section of the guidelines:\n"
    yield "| reason | section | cases | numbers of the cases |"
    yield "|---|---|---|---|"
    for at, row in enumerate(listed):
        named = (f"{file} {', '.join(row[file])}" for file in row if file not in ("section", "why", "empty"))
        yield f"| {row['why']} | {row['section']} | {reasons[at]} | {'; '.join(named) or 'those with an empty value'} |"


def failures(judged: Sequence[tuple[Case, str]], listed: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """What does not hold of the promise: enough right, nothing wrong, not too much left out, sections that exist."""
    kept = [verdict for case, verdict in judged if left_out(case, listed) is None]
    if kept.count("right") < LEAST_RIGHT * len(kept):
        yield f"only {kept.count('right')} of {len(kept)} are read right"
    if "wrong" in [verdict for _, verdict in judged]:
        yield "some are read wrong"
    if len(judged) - len(kept) > MOST_LEFT_OUT * len(judged):
        yield f"{len(judged) - len(kept)} of {len(judged)} are left out"
    yield from unknown_sections(listed)


def unknown_sections(listed: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Reasons whose section does not stand in the guidelines."""
    text = GUIDELINES.read_text("utf-8")
    yield from (f"no section {row['section']!r}" for row in listed if f"# {row['section']}\n" not in text)


def main() -> int:
    """Count, print and, if asked, write the page; 1 if the promise is not kept."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("path", type=Path, help="the folder Specs of a copy of Recognizers-Text")
    parser.add_argument("--write", action="store_true", help=f"write {REPORT.name}")
    options = parser.parse_args()
    listed = tomllib.loads(LEFT_OUT.read_text("utf-8"))["left_out"]
    judged = [(case, judge(case)) for case in cases(options.path)]
    text = report(judged, listed)
    for case, verdict in judged:
        if verdict != "right" and left_out(case, listed) is None and not options.write:
            print(case.file, case.number, verdict, repr(case.words), case.wanted, read(case.words))
    print(text)
    if options.write:
        REPORT.write_text(text, "utf-8")
    problems = list(failures(judged, listed))
    print(*problems, sep="\n", end="\n" * bool(problems), file=sys.stderr)
    return bool(problems)


if __name__ == "__main__":
    sys.exit(main())
