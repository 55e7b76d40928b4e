"""Damage to quotes: the words, their edges, their occurrence, their ellipsis, their paragraph."""

from __future__ import annotations

import re
from collections.abc import Iterator
from random import Random

from bench.mutants import Fragment, Mutant, Sources, changed, contradiction, dropped, operator, toml
from vouchbank.corpus.anchors import ELISION, OCCURRENCE, occurrences

WORD = re.compile(r"[^\W\d_]{3,}")
STRAIGHT = str.maketrans("“”‘’", "\"\"''")
# columns whose words another layer or rule accounts for: there a plausible other span is none
COUNTED = ("quantities.number", "non_quantities.span", "non_attributions.span")
FREE = ("entities.span", "entities.title", "quantities.measured", "quantities.scope", "attributions.source")


def _new(name: str, fragment: Fragment, quote: str) -> Mutant:
    return changed(name, fragment.record, fragment.quote_path, quote)


def _words(fragment: Fragment, start: int, end: int) -> str:
    return fragment.paragraph.text[start - fragment.paragraph.span.start : end - fragment.paragraph.span.start]


def _single(fragment: Fragment, quote: str) -> bool:
    """Whether the quote is one place, so that no finding of an ambiguous quote helps the gate."""
    return bool(quote) and ELISION not in quote and len(occurrences(fragment.paragraph.text, quote)) == 1


@operator()
def quote_misspelt(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """Two letters of a quoted word are swapped."""
    for fragment in sources.fragments():
        words = [m for m in WORD.finditer(fragment.quote) if m[0][-1] != m[0][-2]]
        if words:
            end = rng.choice(words).end()
            q = fragment.quote
            misspelt = q[: end - 2] + q[end - 1] + q[end - 2] + q[end:]
            if not occurrences(fragment.paragraph.text, misspelt):
                yield _new("quote-misspelt", fragment, misspelt)


@operator()
def quote_cut_in_a_word(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """The last letter of a quote is missing."""
    for fragment in sources.fragments():
        if fragment.quote[-2:].isalpha() and not occurrences(fragment.paragraph.text, fragment.quote[:-1]):
            yield _new("quote-cut-in-a-word", fragment, fragment.quote[:-1])


@operator()
def quote_with_space(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """A quote is widened by the space beside it."""
    for fragment in sources.fragments():
        text, start = fragment.paragraph.text, fragment.span.start - fragment.paragraph.span.start
        end = fragment.span.end - fragment.paragraph.span.start
        if text[end : end + 1] == " ":
            yield _new("quote-with-space", fragment, fragment.quote + " ")
        if start and text[start - 1] == " ":
            yield _new("quote-with-space", fragment, " " + fragment.quote)


@operator()
def quote_with_comma(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """A quote is widened by the comma or semicolon after it."""
    for fragment in sources.fragments():
        end = fragment.span.end - fragment.paragraph.span.start
        after = fragment.paragraph.text[end : end + 1]
        if after in (",", ";") and _single(fragment, fragment.quote + after):
            yield _new("quote-with-comma", fragment, fragment.quote + after)


@operator()
def name_with_determiner(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """A name is widened by the article before it."""
    for fragment in sources.fragments("entities.span"):
        start = fragment.span.start - fragment.paragraph.span.start
        before = re.search(r"\b([Tt]he|[Aa]n?) $", fragment.paragraph.text[:start])
        named = fragment.record.values.get("mention", "name") == "name"
        timed = fragment.record.values.get("type") in ("DATE", "TIME")
        if before and named and not timed and _single(fragment, before[0] + fragment.quote):
            yield _new("name-with-determiner", fragment, before[0] + fragment.quote)


@operator()
def name_with_possessive(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """A name is widened by the ’s after it."""
    for fragment in sources.fragments("entities.span"):
        end = fragment.span.end - fragment.paragraph.span.start
        after = re.match(r"[’']s\b", fragment.paragraph.text[end:])
        if after and _single(fragment, fragment.quote + after[0]):
            yield _new("name-with-possessive", fragment, fragment.quote + after[0])


def _shifts(fragment: Fragment) -> Iterator[tuple[str, str]]:
    """The quote a word wider, narrower, shifted: what was done and the new words."""
    text, start = fragment.paragraph.text, fragment.span.start - fragment.paragraph.span.start
    end = fragment.span.end - fragment.paragraph.span.start
    after = re.match(r"\s\S*\w", text[end:])
    before = re.search(r"\w\S*\s$", text[:start])
    words = fragment.quote.split(" ")
    if after:
        yield "widened", text[start:end] + after[0]
    if before:
        yield "widened", before[0] + text[start:end]
    if len(words) > 1:
        yield "shrunk", " ".join(words[:-1])
        yield "shrunk", " ".join(words[1:])
    if len(words) > 1 and after:
        yield "shifted", text[start + len(words[0]) + 1 : end] + after[0]


def _moved(name: str, sources: Sources, how: str, *columns: str) -> Iterator[Mutant]:
    for fragment in sources.fragments(*columns):
        for done, quote in _shifts(fragment):
            if done == how and _single(fragment, quote) and ELISION not in fragment.quote:
                mutant = _new(name, fragment, quote)
                between = fragment.name == "quantities.number"  # the words against the interval
                yield contradiction(mutant, fragment.record) if between else mutant


@operator()
def number_shifted(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """The words of a number (or of a listed non-quantity or scare quote) are shifted by a word."""
    yield from _moved("number-shifted", sources, "shifted", *COUNTED)


@operator()
def number_widened(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """The words of a number are widened by a word that belongs to no number."""
    yield from _moved("number-widened", sources, "widened", "quantities.number")


@operator()
def number_shrunk(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """The words of a number (or of a listed non-quantity or scare quote) are shrunk by a word."""
    yield from _moved("number-shrunk", sources, "shrunk", *COUNTED)


@operator("plausible")
def span_widened(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """A span is widened by a whole word."""
    yield from _moved("span-widened", sources, "widened", *FREE)


@operator("plausible")
def span_shrunk(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """A span is shrunk by a whole word."""
    yield from _moved("span-shrunk", sources, "shrunk", *FREE)


@operator("plausible")
def span_shifted(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """A span is shifted by a whole word."""
    yield from _moved("span-shifted", sources, "shifted", *FREE)


@operator()
def content_without_its_mark(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """The content of a quotation loses the word with its closing quotation mark."""
    for fragment in sources.fragments("attributions.content"):
        if fragment.quote.endswith("”") and ELISION not in fragment.quote and " " in fragment.quote:
            shorter = fragment.quote.rsplit(" ", 1)[0]
            if _single(fragment, shorter):
                yield _new("content-without-its-mark", fragment, shorter)


@operator()
def quote_of_another_paragraph(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """The quote is replaced by words that stand only in another paragraph."""
    pool = sources.fragments()
    for fragment in pool:
        other = rng.choice(pool)
        if not occurrences(fragment.paragraph.text, other.quote) and other.quote not in fragment.paragraph.text:
            yield _new("quote-of-another-paragraph", fragment, other.quote)


@operator()
def quote_marks_straightened(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """Typographic quotation marks are typed as straight ones."""
    for fragment in sources.fragments():
        if fragment.quote.translate(STRAIGHT) != fragment.quote:
            yield _new("quote-marks-straightened", fragment, fragment.quote.translate(STRAIGHT))


@operator()
def quote_emptied(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """The quote is an empty string."""
    for fragment in sources.fragments():
        yield _new("quote-emptied", fragment, "")


@operator()
def quote_of_another_type(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """The quote is a number, a truth value, or a list of numbers."""
    for fragment in sources.fragments():
        yield changed("quote-of-another-type", fragment.record, fragment.path, rng.choice([7, True, [7]]))


@operator()
def quote_in_other_case(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """The quote is written in capitals."""
    for fragment in sources.fragments():
        if fragment.quote.upper() != fragment.quote:
            yield _new("quote-in-other-case", fragment, fragment.quote.upper())


def _with_occurrence(sources: Sources) -> Iterator[tuple[Fragment, tuple[str | int, ...], int, int]]:
    for fragment in sources.fragments():
        n = fragment.value.get("n", "") if isinstance(fragment.value, dict) else ""
        if OCCURRENCE.match(n):
            k, count = (int(x) for x in n.split("/"))
            path = ("n",) if fragment.path == ("q",) else (*fragment.path, "n")
            yield fragment, path, k, count


@operator()
def occurrence_dropped(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """The occurrence of an ambiguous quote is missing."""
    for fragment, path, _, _ in _with_occurrence(sources):
        yield dropped("occurrence-dropped", fragment.record, *path)


@operator()
def occurrence_miscounted(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """The occurrence speaks of more places than there are, or counts beyond them."""
    for fragment, path, k, count in _with_occurrence(sources):
        new = rng.choice([f"{k}/{count + 1}", f"{count + 1}/{count}", f"{count + 2}/{count + 2}"])
        yield changed("occurrence-miscounted", fragment.record, path, new)


@operator()
def occurrence_malformed(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """The occurrence is not written k/N."""
    for fragment, path, k, count in _with_occurrence(sources):
        new = rng.choice([f"{k} of {count}", f"0/{count}", str(k), f"{k}/{count} "])
        yield changed("occurrence-malformed", fragment.record, path, new)


@operator("plausible")
def occurrence_of_another_place(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """The occurrence names another place of the same words."""
    for fragment, path, k, count in _with_occurrence(sources):
        yield changed("occurrence-of-another-place", fragment.record, path, f"{k % count + 1}/{count}")


@operator()
def occurrence_needless(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """A quote that stands once is said to be the second of two."""
    for fragment in sources.fragments():
        if isinstance(fragment.value, str):
            value = {"q": fragment.value, "n": "2/2"}
            yield changed("occurrence-needless", fragment.record, fragment.path, value)


@operator()
def elision_with_few_words(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """A side of an elided quote has three words only."""
    for fragment in sources.fragments():
        if ELISION in fragment.quote and fragment.quote not in fragment.paragraph.text:
            head, tail = fragment.quote.split(ELISION, 1)
            short = [" ".join(head.split()[:3]) + ELISION + tail, head + ELISION + " ".join(tail.split()[-3:])]
            yield _new("elision-with-few-words", fragment, rng.choice(short))


@operator()
def elision_typed_with_dots(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """The ellipsis is typed as three dots, or there are two."""
    for fragment in sources.fragments():
        if ELISION in fragment.quote and fragment.quote not in fragment.paragraph.text:
            head, tail = fragment.quote.split(ELISION, 1)
            new = rng.choice([head + " ... " + tail, head + ELISION + tail.replace(" ", ELISION, 1)])
            yield _new("elision-typed-with-dots", fragment, new)


@operator()
def paragraph_of_quote_unknown(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """A quote names a paragraph that the article does not have."""
    for fragment in sources.fragments():
        if fragment.path != ("q",):
            value = {"p": "p99", "q": fragment.quote}
            yield changed("paragraph-of-quote-unknown", fragment.record, fragment.path, value)


@operator()
def quote_with_unknown_key(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """A quote has a key that quotes do not have."""
    for fragment in sources.fragments():
        if fragment.path != ("q",):
            value = {"q": fragment.quote, "m": "1/2"}
            yield changed("quote-with-unknown-key", fragment.record, fragment.path, value)


@operator()
def fragment_twice(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """The same words stand twice in the fragments of one field."""
    for fragment in sources.fragments():
        if fragment.column.spans and len(fragment.path) == 1:
            yield changed("fragment-twice", fragment.record, fragment.path, [fragment.value, fragment.value])


@operator()
def quote_unclosed(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """The closing quotation mark of a string is missing, or both are."""
    for fragment in sources.fragments():
        written = toml(fragment.quote)
        raw = rng.choice([written[:-1], written[1:], written[1:-1]])
        yield changed("quote-unclosed", fragment.record, fragment.quote_path, None, raw)
