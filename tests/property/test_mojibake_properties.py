"""Text read in the wrong encoding becomes what ftfy makes of it, whatever it is, and every offset is right."""

from __future__ import annotations

import time

import ftfy
import pytest
from ftfy.badness import MOJIBAKE_CATEGORIES, is_bad
from ftfy.chardata import CHARMAP_ENCODINGS
from hypothesis import example, given, settings
from hypothesis import strategies as st

from vouchbank.text import ChangedRun, OffsetMap, normalise
from vouchbank.text.mojibake import fix_encoding, suspected

pytestmark = pytest.mark.system

WORDS = [
    *(
        "“No,” he said…",
        "l’été à Paris",
        "naïve",
        "Ångström – 5\xa0°C",
        "Привет",
        "£5 — €6",
        "Žižek’s",
        "日本",
        "😀",
        "à la carte",
    ),
    *("a  b ", "Â ", "Ã ", "?", "\ufffd", "œ x", "\x85", "\x93hi\x94", "Øl", "½", "\ud83d\ude00", "\0", "say:\n"),
]


NESTED = "’"
for _ in range(13):
    NESTED = NESTED.encode().decode("latin-1")


@st.composite
def misread(draw: st.DrawFn) -> str:
    """Words that were read in a wrong encoding up to twice, and sometimes damaged after that."""
    words = draw(st.one_of(st.sampled_from(WORDS), st.text(max_size=3)))
    for _ in range(draw(st.integers(0, 2))):
        encoding = draw(st.sampled_from(CHARMAP_ENCODINGS))
        words = words.encode("utf-8", "surrogatepass").decode(encoding, "ignore")
    words = words.replace("\xa0", draw(st.sampled_from([" ", "\xa0"])))
    if words and draw(st.booleans()):
        place = draw(st.integers(0, len(words) - 1))
        words = words[:place] + draw(st.sampled_from(["", "?", "\ufffd", "A"])) + words[place + 1 :]
    return words


texts = st.lists(misread(), max_size=6).map(" ".join) | st.lists(misread(), max_size=6).map("".join) | st.text()


@given(texts)
@example("Ã la carte")
@example("\xed\xa0\xbd\xed\xb8\x80 \xc0\x80")
@example("â€\ufffd â€?")
@example("日" + NESTED)
@settings(max_examples=300)
def test_the_text_is_that_of_ftfy_and_the_map_tells_where_it_differs(text: str) -> None:
    fixed, offsets = fix_encoding(text)
    assert fixed == ftfy.fix_encoding(text)
    assert (offsets.raw_length, offsets.length) == (len(text), len(fixed))
    raw_at = text_at = 0
    for run in (*offsets.runs, ChangedRun(len(text), len(text), len(fixed), len(fixed))):
        assert text[raw_at : run.raw_start] == fixed[text_at : run.start]
        raw_at, text_at = run.raw_end, run.end
    assert fix_encoding(fixed) == (fixed, OffsetMap.identity(len(fixed)))


@given(st.text("aZ .\n" + "".join(MOJIBAKE_CATEGORIES.values()), max_size=4))
def test_what_ftfy_would_mend_is_suspected(text: str) -> None:
    if not text.isascii() and is_bad(text):
        assert suspected(text)


@pytest.mark.parametrize("words", [word for word in WORDS if "\x85" not in word and not suspected(word)])
@pytest.mark.parametrize("encoding", ["latin-1", "sloppy-windows-1252"])
def test_every_character_set_right_is_one_run(words: str, encoding: str) -> None:
    broken = words.encode("utf-8", "surrogatepass").decode(encoding)
    fixed, offsets = fix_encoding(broken)
    if fixed == words:  # ftfy leaves alone what is too little to be sure
        wanted = [len(one.encode("utf-8", "surrogatepass")) for one in words if not one.isascii()]
        assert [(run.raw_end - run.raw_start, run.end - run.start) for run in offsets.runs] == [(n, 1) for n in wanted]


@pytest.mark.parametrize("unit", ["â€™", "\x92", "aÂ ", "¿Ã©", "Ð\x9f日", "It\xe2\x80\x99s\x85", "\x85", "é“Ã", "ƒ"])
def test_a_hostile_line_takes_no_more_than_its_length_allows(unit: str) -> None:
    spent = []
    for length in (20_000, 80_000):
        begun = time.process_time()
        page = normalise("Ã" + unit * (length // len(unit)))
        spent.append(time.process_time() - begun)
        assert normalise(page.text).text == page.text
    assert spent[1] < 12 * max(spent[0], 0.05)


def test_what_never_comes_right_is_left_as_it_is() -> None:
    chain = "Ã" + "ƒ" * 40
    assert ftfy.fix_encoding(chain) == "Ã"
    assert fix_encoding(f"It’s {chain}") == (f"It’s {chain}", OffsetMap.identity(46))
