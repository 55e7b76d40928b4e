"""How much of a public specification of numbers the words of `language/` understand.

The cases are those of Recognizers-Text (MIT), `Specs/Number/English` and `Specs/NumberWithUnit/English`. They are not
part of this project: `python -m bench.specification PATH` takes the folder `Specs` of a copy. A case is one expected
result. The words are divided into modifier, number and unit as the guidelines say, by the same lists that the checks
use; what can be divided in two ways with different values counts as not read.
"""

from __future__ import annotations

import json
import math
import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vouchbank.language.amounts import readings
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
Ends = tuple[float | None, float | None]


@dataclass(frozen=True, slots=True)
class Case:
    """One expected result: the file and the number of its input, the words, the value or the two ends."""

    file: str
    number: int
    words: str
    wanted: Ends | None


def cases(folder: Path) -> Iterator[Case]:
    """Every expected result of the seven files."""
    for file in FILES:
        for number, case in enumerate(json.loads((folder / file).read_text(encoding="utf-8-sig"))):
            for result in case["Results"]:
                start = result.get("Start", 0)
                words = case["Input"][start : result.get("End", start + len(result["Text"]) - 1) + 1]
                yield Case(Path(file).stem, number, words, _wanted(result["Resolution"].get("value")))


def _wanted(value: Any) -> Ends | None:
    if value in (None, "null"):
        return None
    found = _RANGE.match(value)
    if found:
        low, high = (float(end) if end else None for end in (found[2], found[3]))
        return low, high
    number = float(value.removesuffix("%"))
    return number, number


def read(words: str) -> set[Ends]:
    """The ends of every interval that the words can claim, over all ways to divide them."""
    found: set[Ends] = set()
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


def _claimed(kind: str, number: str) -> Ends | None:
    values = readings(number, between=kind == "between") or (readings(number) if kind == "between" else ())
    if len(values) == 2 and len(values[0]) == len(values[1]) == 1 and values[1][0] < 1 < values[0][0]:
        values = values[:1]  # a rank, where it is not said to be a share
    if len(values) != 1:
        return None
    if len(values[0]) == 2:
        return (values[0][0], values[0][1]) if kind in ("exact", "between") else None
    value = values[0][0]
    ends: dict[str, Ends] = {"at_least": (value, None), "more_than": (value, None), "up_to": (None, value)}
    return None if kind == "between" else ends.get(kind, (None, value) if kind == "less_than" else (value, value))


def same(one: Ends, other: Ends) -> bool:
    """Whether the ends are those, but for the last digits of the specification's decimals."""
    return all(_close(a, b) for a, b in zip(one, other, strict=True))


def _close(a: float | None, b: float | None) -> bool:
    return a == b if a is None or b is None else math.isclose(a, b, rel_tol=1e-9)


def judge(case: Case) -> str:
    """What became of a case: right, wrong, or nothing read."""
    found = read(case.words)
    if len({tuple(found)}) != 1 or len(found) != 1:
        return "nothing"
    return "right" if case.wanted and same(next(iter(found)), case.wanted) else "wrong"


if __name__ == "__main__":
    counted: dict[str, Counter[str]] = {}
    for case in cases(Path(sys.argv[1])):
        verdict = judge(case)
        counted.setdefault(case.file, Counter())[verdict] += 1
        if verdict != "right" and "-v" in sys.argv:
            print(case.file, case.number, verdict, repr(case.words), case.wanted, read(case.words))
    for file, counts in counted.items():
        print(file, dict(counts))
