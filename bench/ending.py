"""Measure how well the end of an article is found, on sites that were not used for learning.

    python -m bench.ending PATH                print the table
    python -m bench.ending PATH --write        write bench/ending.md
    python -m bench.ending PATH --weights      print the weights that all pages give, for ending.toml

PATH is the folder of the development set that `bench.normalising` describes. The sites are dealt into five folds; each
page is judged with weights learned from the other four. Where jusText is installed, it has a row of its own.
"""

from __future__ import annotations

import argparse
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from statistics import fmean, stdev
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import numpy as np

from bench.normalising import RENDERINGS, pages, shared
from vouchbank.text import Normalised, normalise
from vouchbank.text.ending import (
    COMMENTER,
    LEAST_COMMENTERS,
    NEVER,
    SAYS,
    SHAPES,
    Ending,
    default_ending,
    shape_of,
)
from vouchbank.text.recurring import LEAST_PAGES

REPORT = Path(__file__).with_suffix(".md")
FOLDS = 5
_LAST = 12  # lines from the bottom of a page from which weights are learned: most ends are there
_RIDGE = 2.0
_SHIFT = 0.2  # added to what shapes say, which the last lines of pages make too strict
_LEAST_WEIGHT = 0.05
_STEPS = 12
_LOST = 0.05
_DRAWS = 1000
_C4_END = (".", "?", "!", '"', "'")
_C4_POLICY = ("terms of use", "privacy policy", "cookie policy", "uses cookies", "use of cookies", "use cookies")
HEAD = """\
# Finding the end of an article

Made by `python -m bench.ending PATH --write`; do not edit. PATH holds pages of the WCXB development split (CC BY 4.0),
mostly blogs and guides, in a heavy and a light rendering; they are not part of this project. Each page is judged with
weights learned from other sites. F1 is of words, the mean over pages; ± is the standard deviation of the mean, by
drawing sites again; a page loses when more than 5% of the characters of its body are removed."""
EXPLAINED = """
- **C4**: its rules on lines (a stop at the end, three words, no JavaScript, no policy), as datatrove 0.10 has them,
  without those that drop a page. [Raffel et al. 2020](https://jmlr.org/papers/volume21/20-074/20-074.pdf), section 2.2.
- **jusText**: a paragraph a line, without its tags; the stop words of English and the settings of jusText 3.0.
- **rules**: `normalise` without the decision on the end.
- **rules and the end**: with it, by the weights of the other folds.
- **the end known**: the rules, and everything below the last line of the body is removed.
- **lines known**: every line that is junk, or a title that the gold has not, is removed, and no other."""


@dataclass(frozen=True)
class Judged:
    """A page: its gold, what the rules leave of it, and what each line of that is."""

    page: dict[str, Any]
    normalised: Normalised

    @property
    def raw(self) -> str:
        """The page."""
        text: str = self.page["raw"]
        return text

    @cached_property
    def site(self) -> str:
        """The host, or the page itself if it has none."""
        host: str = urlsplit(self.page["url"]).hostname or self.page["id"]
        return host.removeprefix("www.")

    @cached_property
    def fold(self) -> int:
        """The part that its site belongs to."""
        return int(sha256(self.site.encode()).hexdigest(), 16) % FOLDS

    @cached_property
    def lines(self) -> list[tuple[str, str]]:
        """The lines that the rules leave, each with its letter."""
        letters = dict(labelled(self.normalised, self.page["labels"]))
        kept = (one for one in self.normalised.segments if one.kept)
        return [(self.normalised.text[one.start : one.end], letters.get(one.raw_start, "-")) for one in kept]

    @cached_property
    def end(self) -> int:
        """The number of lines up to the last one of the body."""
        return max((place + 1 for place, (_, letter) in enumerate(self.lines) if letter in "B?"), default=0)


def labelled(page: Normalised, labels: str) -> Iterator[tuple[int, str]]:
    """For each segment where it begins, and the letter of the line in which its first word stands."""
    starts = [0]
    for line in page.raw.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    at = 0
    for segment in page.segments:
        stretch = page.raw[segment.raw_start : segment.raw_end]
        first = segment.raw_start + len(stretch) - len(stretch.lstrip())
        while starts[at + 1] <= first and at + 1 < len(labels):
            at += 1
        yield segment.raw_start, labels[at]


class Learner:
    """Pages as numbers: a column for each shape and sign, a row for each of the last lines."""

    def __init__(self, model: Ending) -> None:
        self._model = model
        self._columns = [*SHAPES, *(sign.id for sign in model.signs), "repeated"]
        speaking = [sign.weight > 0 for sign in model.signs]
        self._for = np.array([*(False for _ in SHAPES), *speaking, True])

    def rows(self, page: Judged) -> tuple[Any, Any, Any]:
        """What the last lines show, whether each is below the end, and how much each counts."""
        texts = [text for text, _ in page.lines]
        shown = np.array([self._row(texts, place) for place in range(len(texts))]).reshape(-1, len(self._columns))
        self._forgive(shown)
        below = np.array([letter == "J" and place >= page.end for place, (_, letter) in enumerate(page.lines)], float)
        known = [below[place] or (place < page.end and letter != "J") for place, (_, letter) in enumerate(page.lines)]
        last = [place for place in range(max(len(texts) - _LAST, 0), len(texts)) if known[place]]
        weight = min(len(texts), _LAST) ** -0.5 if texts else 1.0
        return shown[last], below[last], np.full(len(last), weight)

    def _row(self, texts: Sequence[str], place: int) -> Any:
        names = [sign.id for sign in self._model.signs_of(texts[place])] + [shape_of(texts[place])]
        names += ["repeated"] * (texts[place] in texts[max(place - 2, 0) : place])
        return np.isin(self._columns, names).astype(float)

    def _forgive(self, shown: Any) -> None:
        """Take away the shapes of what commenters say, as the model does."""
        column = self._columns.index(COMMENTER)
        commenters: list[int] = np.flatnonzero(shown[:, column]).tolist()
        for at in commenters if len(commenters) >= LEAST_COMMENTERS else ():
            for place in range(at + 1, min(at + 1 + SAYS, len(shown))):
                if shown[place, column]:
                    break
                shown[place, : len(SHAPES)] = 0

    def learned(self, rows: Sequence[tuple[Any, Any, Any]]) -> Ending:
        """The model with the weights that some pages give: ridge regression of the log-odds, by Newton's steps.

        A sign that would speak for the other side is left out.
        """
        shown, below, counts = (np.concatenate(part) for part in zip(*rows, strict=True))
        counts = counts / counts.mean()
        used = np.ones(len(self._columns), bool)
        while True:
            weights = np.zeros(len(self._columns))
            weights[used] = _newton(shown[:, used], below, counts)
            wrong = used & (np.where(self._for, weights, -weights) < _LEAST_WEIGHT)
            wrong[: len(SHAPES)] = False
            if not wrong.any():
                return self._with(dict(zip(self._columns, weights.tolist(), strict=True)))
            used &= ~wrong

    def _with(self, weights: dict[str, float]) -> Ending:
        shapes = {name: min(round(weights[name] + _SHIFT, 1), -0.1) for name in SHAPES}
        signs = tuple(replace(sign, weight=round(weights[sign.id], 1)) for sign in self._model.signs)
        return replace(self._model, signs=signs, shapes=shapes, repeated=round(weights["repeated"], 1))


def _newton(shown: Any, below: Any, counts: Any) -> Any:
    weights = np.zeros(shown.shape[1])
    for _ in range(_STEPS):
        odds = 1 / (1 + np.exp(-shown @ weights))
        slope = shown.T @ (counts * (below - odds)) - _RIDGE * weights
        curve = (shown.T * (counts * odds * (1 - odds))) @ shown + _RIDGE * np.eye(len(weights))
        weights += np.linalg.solve(curve, slope)
    return weights


def c4(text: str) -> str:
    r"""C4's rules on lines.

    >>> c4("It rained all night.\nRead more\nRead the cookie policy of this site.")
    'It rained all night.'
    """
    return "\n".join(line for one in text.splitlines() if _c4_keeps(line := re.sub(r"\[\d*]", "", one.strip())))


def _c4_keeps(line: str) -> bool:
    ends = line.endswith(_C4_END) and not line.endswith("...")
    told = line.lower()
    return ends and len(line.split()) >= 3 and "javascript" not in told and not any(one in told for one in _C4_POLICY)


def justext_lines() -> Callable[[str], str] | None:
    """What jusText keeps of lines; None if it is not installed."""
    try:
        justext, Paragraph = import_module("justext"), import_module("justext.paragraph").Paragraph
    except ImportError:
        return None

    words = justext.get_stoplist("English")

    def kept(text: str) -> str:
        paragraphs = []
        for line in filter(str.strip, text.split("\n")):
            paragraphs.append(Paragraph(SimpleNamespace(dom="body.p", xpath="/body/p")))
            paragraphs[-1].append_text(line)
        justext.core.classify_paragraphs(paragraphs, words)
        justext.core.revise_paragraph_classification(paragraphs)
        return "\n".join(one.text for one in paragraphs if not one.is_boilerplate)

    return kept


def lost_of(page: Judged, text: str) -> float:
    """The share of the characters of the body whose lines are not in a text."""
    lines = zip(page.raw.split("\n"), page.page["labels"], strict=True)
    body = Counter(" ".join(line.split()) for line, letter in lines if letter == "B")
    gone = body - Counter(" ".join(line.split()) for line in text.split("\n"))
    return _characters(gone) / max(_characters(body), 1)


def lost_in(page: Judged, normalised: Normalised) -> float:
    """The share of the characters of the body that normalising removes."""
    removed = {one.raw_start: one.raw_end - one.raw_start for one in normalised.segments if not one.kept}
    gone = sum(removed.get(at, 0) for at, letter in labelled(normalised, page.page["labels"]) if letter == "B")
    lines = zip(page.raw.split("\n"), page.page["labels"], strict=True)
    return gone / max(sum(len(line) for line, letter in lines if letter == "B"), 1)


def _characters(lines: Counter[str]) -> int:
    return sum(len(line) * count for line, count in lines.items())


def known_lines(page: Judged) -> str:
    """The lines that are not junk, as their letters say: what no filter of lines can pass."""
    lines = zip(page.raw.split("\n"), page.page["labels"], strict=True)
    return "\n".join(line for line, letter in lines if letter not in "JT")


def judged(folder: Path, rendering: str) -> list[Judged]:
    """The pages of a rendering, with what the rules alone leave of them."""
    return [Judged(page, normalise(page["raw"], ending=NEVER)) for page in pages(folder, rendering)]


def models(sets: Sequence[Sequence[Judged]]) -> tuple[list[Ending], Ending]:
    """For each fold the model that the others give, and the one of all pages."""
    learner = Learner(default_ending())
    rows = [(page.fold, learner.rows(page)) for pages_of in sets for page in pages_of]
    folds = [learner.learned([one for of, one in rows if of != fold]) for fold in range(FOLDS)]
    return folds, learner.learned([one for _, one in rows])


def texts(page: Judged, ending: Ending, justext: Callable[[str], str] | None) -> Iterator[tuple[str, str, float]]:
    """What each system makes of a page, and what it loses."""
    filters: dict[str, Callable[[str], str]] = {"nothing": str, "C4": c4}
    if justext:
        filters["jusText"] = justext
    for name, keep in filters.items():
        text = keep(page.raw)
        yield name, text, lost_of(page, text)
    yield "rules", page.normalised.text, lost_in(page, page.normalised)
    ended = normalise(page.raw, ending=ending)
    yield "rules and the end", ended.text, lost_in(page, ended)
    known = "\n".join(text for text, _ in page.lines[: page.end])
    yield "the end known", known, lost_in(page, page.normalised)
    text = known_lines(page)
    yield "lines known", text, lost_of(page, text)


def drawn(differences: dict[str, list[float]]) -> float:
    """The standard deviation of a mean over pages, by drawing sites again."""
    sums = np.array([(sum(of), len(of)) for of in differences.values()], float)
    draws = np.random.default_rng(0).multinomial(len(sums), np.full(len(sums), 1 / len(sums)), _DRAWS) @ sums
    means: list[float] = (draws[:, 0] / draws[:, 1]).tolist()
    return stdev(means)


def table(sets: dict[str, list[Judged]], folds: Sequence[Ending]) -> Iterator[str]:
    """The rows of the table, a rendering after the other."""
    yield "| rendering | text | F1 | ± of the difference to rules | pages that lose | better | worse | news: F1 |"
    yield "|---" * 8 + "|"
    justext = justext_lines()
    for rendering, of in sets.items():
        found = [
            {name: (shared(text, one.page["gold"]), gone) for name, text, gone in texts(one, folds[one.fold], justext)}
            for one in of
        ]
        for name in found[0]:
            yield _row(rendering, name, of, [(one[name], one["rules"]) for one in found])


def _row(rendering: str, name: str, of: Sequence[Judged], found: Sequence[tuple[tuple[float, float], ...]]) -> str:
    scores = [score for (score, _), _ in found]
    differences: dict[str, list[float]] = {}
    for page, ((score, _), (rules, _)) in zip(of, found, strict=True):
        differences.setdefault(page.site, []).append(score - rules)
    all_of = [one for listed in differences.values() for one in listed]
    cells = (
        f"{fmean(scores):.4f}",
        f"{fmean(all_of):+.4f} ± {drawn(differences):.4f}" if name != "rules" else "",
        f"{fmean(gone > _LOST for (_, gone), _ in found):.1%}",
        f"{fmean(one > 0.005 for one in all_of):.1%}",
        f"{fmean(one < -0.005 for one in all_of):.1%}",
        f"{fmean(score for score, page in zip(scores, of, strict=True) if page.page['news']):.4f}",
    )
    return f"| {rendering} | {name} | {' | '.join(cells)} |"


def weights(model: Ending) -> Iterator[str]:
    """What the pages say of each shape and sign, beside what ending.toml says."""
    now = default_ending()
    yield from (f"{name}: {value} ({now.shapes[name]})" for name, value in model.shapes.items())
    stated = {sign.id: sign.weight for sign in now.signs}
    yield from (f"{sign.id}: {sign.weight} ({stated[sign.id]})" for sign in model.signs)
    yield f"repeated: {model.repeated} ({now.repeated})"


def report(sets: dict[str, list[Judged]], folds: Sequence[Ending]) -> str:
    """The page."""
    sites = Counter(page.site for page in next(iter(sets.values())))
    several = [count for count in sites.values() if count > 1]
    three = sum(count >= LEAST_PAGES for count in several)
    counted = (
        f"There are {len(sites)} sites; {len(several)} of them have more than one page ({sum(several)} pages),"
        f" and {three} have {LEAST_PAGES} or more, which `recurring` needs."
    )
    return "\n".join([HEAD, "", counted, "", *table(sets, folds), EXPLAINED]) + "\n"


def main() -> None:
    """Print the page or the weights and, if asked, write the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("path", type=Path, help="the folder of the development set")
    parser.add_argument("--write", action="store_true", help=f"write {REPORT.name}")
    parser.add_argument("--weights", action="store_true", help="print the weights that all pages give")
    options = parser.parse_args()
    sets = {name: judged(options.path, rendering) for rendering, name in RENDERINGS.items()}
    folds, whole = models(list(sets.values()))
    if options.weights:
        print(*weights(whole), sep="\n")
        return
    text = report(sets, folds)
    print(text)
    if options.write:
        REPORT.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
