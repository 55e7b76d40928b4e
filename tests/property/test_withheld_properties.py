"""What holds for every article and every note whatsoever, once the words are withheld."""

from __future__ import annotations

import hashlib
import re

from hypothesis import example, given
from hypothesis import strategies as st

from vouchbank.text import KEPT_ROLES, REMOVED_ROLES, Correction, normalise
from vouchbank.withhold.columns import Withholder
from vouchbank.withhold.copies import Wanted, compared, places
from vouchbank.withhold.record import Record
from vouchbank.withhold.restore import Restorer, text_of
from vouchbank.withhold.secret import MARKER, stretches
from vouchbank.withhold.wording import Source

AWKWARD = [
    "\n",
    "\r\n",
    "\x85",
    "\u2028",
    "\v",
    " ",
    "\xa0",
    "\u200d",
    "\u200c",
    "\xad",
    "\ufeff",
    "e\u0301",
    "👩\u200d👧",
    "ف\u200cر",
]
LINES = ["Rain stops play", "Share this article", "“No,” he said, and the river rose.", "turned ‘round", "The RIVER"]
pages = st.one_of(
    st.text(max_size=30),
    st.lists(st.sampled_from([*AWKWARD, *LINES]), max_size=12).map("".join),
)
WORDS = ["the", "The", "river", "RIVER", "rose", "İstanbul", "straße", "STRASSE", "ǅ", "21", "U.S.", "é", "don't"]
BETWEEN = [" ", ", ", "\n", " “", "-", "\u200b", "_"]
prose = st.lists(st.tuples(st.sampled_from(WORDS), st.sampled_from(BETWEEN)), max_size=14).map(
    lambda pairs: "".join(word + mark for word, mark in pairs)
)


@given(pages, st.data())
@example("\n\xa0a\u200d\n👧", None)
@example("A long line of prose, 000\u0620 \u200c", None)
def test_the_text_comes_back_from_raw_and_segments_alone(raw: str, data: st.DataObject | None) -> None:
    corrections: list[Correction] = []
    if data is not None and raw.strip() and data.draw(st.booleans()):
        start = data.draw(st.integers(0, len(raw) - 1))
        end = data.draw(st.integers(start + 1, len(raw)))
        corrections = [Correction(start, end, data.draw(st.sampled_from([*KEPT_ROLES, *REMOVED_ROLES])))]
    try:
        page = normalise(raw, corrections)
    except ValueError:
        return  # the correction covers no text
    segments = [{"kept": s.kept, "start": s.start, "end": s.end} for s in page.segments]
    assert text_of(raw, segments, page.map) == page.text


def runs(text: str) -> set[tuple[str, ...]]:
    words = [word.lower() for word in re.findall(r"\w+", text)]
    return {run for run in zip(words, words[1:], words[2:], strict=False) if re.search(r"[^\W\d_]", "".join(run))}


@given(st.lists(prose, min_size=1, max_size=3), prose)
def test_no_three_words_of_an_article_survive_in_a_note_and_the_note_comes_back(texts: list[str], note: str) -> None:
    sources = {f"{i:03}": Source(text, text[::-1]) for i, text in enumerate(texts)}
    withholder = Withholder.of(sources)
    made = withholder.text("claims/0/note", note)
    wording = {run for text in texts for run in runs(text)}
    assert not any(runs(piece) & wording for piece in MARKER.split(made)[::2])
    assert Restorer(sources, withholder.keys, Record("", "", {}, withholder.recipes, "", {})).strings(made) == note


@given(st.integers(1, 1500).map("a".__mul__), st.lists(st.integers(0, 1500), max_size=12))
def test_stretches_tile_the_article_and_none_is_short_enough_to_be_guessed(raw: str, cuts: list[int]) -> None:
    edges = sorted({cut for cut in cuts if 0 < cut < len(raw)} | {len(raw)})
    found = stretches("000", raw, edges)
    assert [s.raw_start for s in found] == [0, *(s.raw_end for s in found[:-1])]
    assert found[-1].raw_end == len(raw)
    assert all(s.raw_end - s.raw_start >= min(200, len(raw)) for s in found)


@given(st.integers(1, 6), st.data())
def test_a_copy_changed_in_one_place_differs_at_that_place(count: int, data: st.DataObject) -> None:
    raw = "".join(f"Line {i} of an article that goes on and on, {i * 37}. " * 6 + "\n" for i in range(count))
    edges = [m.end() for m in re.finditer("\n", raw)]
    wanted = Wanted(
        "000", hashlib.sha256(raw.encode()).hexdigest(), "x", len(raw), tuple(stretches("000", raw, edges)), ()
    )
    assert places(wanted, raw) == []
    at = data.draw(st.integers(0, len(raw) - 1))
    gone = data.draw(st.integers(0, 3))
    new = data.draw(st.text("§¶", max_size=40).filter(lambda t: t or gone))
    found = places(wanted, raw[:at] + new + raw[at + gone :])
    assert found
    assert found[0].raw_start <= at <= found[-1].raw_end
    assert len(found) == 1 or gone > 1
    assert str(compared(wanted, "x", (raw[:at] + new + raw[at + gone :]).encode())).startswith("000: x ")
