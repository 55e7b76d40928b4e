"""Anchors after a change of text: what survives covers the very characters it covered, as those who made the edit know.

Each character of a text carries where it came from. An edit script inserts, deletes, moves and copies sentences and
replaces words; the characters keep their origin, new ones have none, copies have that of what they copy. So the truth
is known without any alignment. Where a copy stands beside its original, no reader of the text can tell the two apart:
then the rule is that nothing is taken.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from hypothesis import assume, given
from hypothesis import strategies as st

from vouchbank.change.align import Alignment
from vouchbank.corpus.anchors import ELISION, find, occurrence_of, occurrences, word_edge
from vouchbank.spans import Span

Letters = tuple[tuple[str, int | None], ...]

SENTENCES = (
    "Two officials told Reuters of at least 21 strikes on vessels since September.",
    "The Pentagon said that at least 83 people had died in the Caribbean and Pacific.",
    "Human rights groups called the strikes killings, and several U.S. partners agreed.",
    "Maduro’s government said on Monday that it would resist “any such attempt” by force.",
    "Officials in Caracas, who spoke to Reuters, counted more than 280 units and 7km of coast.",
    "Washington doubled its reward for Maduro to $50 million, officials told Reuters.",
    "He denies it.",
    "The carrier arrived in the Caribbean on November 16, joining seven other U.S. warships.",
    "It is said that “every element of American power” might be used against the drug trade.",
)
NEW_SENTENCES = (
    "Reuters asked Caracas.",
    "At least one airline left.",
    "Nobody in Washington would comment on Maduro by telephone last night, Reuters learned from two aides.",
    "U.S. stocks fell.",
    "Said he: no.",
    "Fishermen feared strikes at sea; at least a dozen of their boats stayed in port the whole of Monday.",
)
NEW_WORDS = ("Reuters", "at least", "possibly", "U.S.", "90", "some", "—", "Maduro")


@dataclass
class Text:
    """Sentences of characters that know their origin; `breaks` says before which a new paragraph begins."""

    sentences: list[Letters]
    breaks: list[bool]

    @staticmethod
    def of(sentences: list[str], breaks: list[bool]) -> Text:
        made, at = [], 0
        for sentence in sentences:
            made.append(tuple((c, at + i) for i, c in enumerate(sentence)))
            at += len(sentence) + 1
        return Text(made, [True, *breaks[1:]])

    @property
    def letters(self) -> list[tuple[str, int | None]]:
        found: list[tuple[str, int | None]] = []
        for sentence, new in zip(self.sentences, self.breaks, strict=True):
            found += [("\n" if new else " ", None)] if found else []
            found += sentence
        return found

    def __str__(self) -> str:
        return "".join(c for c, _ in self.letters)


def fresh(words: str) -> Letters:
    return tuple((c, None) for c in words)


def edited(text: Text, data: st.DataObject, actions: list[str]) -> Text:
    """The text after one edit of each of the kinds named."""
    sentences, breaks = list(text.sentences), list(text.breaks)
    before = {origin: words(sentence) for sentence in sentences for _, origin in sentence}
    for action in actions:
        at = data.draw(st.integers(0, len(sentences) - 1)) if sentences else 0
        to = data.draw(st.integers(0, len(sentences)))
        if action == "insert" or not sentences:
            sentences.insert(to, fresh(data.draw(st.sampled_from(NEW_SENTENCES))))
            breaks.insert(to, data.draw(st.booleans()))
        elif action == "delete":
            sentences.pop(at)
            breaks.pop(at)
        elif action == "copy":
            sentences.insert(to, sentences[at])
            breaks.insert(to, data.draw(st.booleans()))
        elif action == "move":
            held, edge = sentences.pop(at), breaks.pop(at)
            sentences.insert(min(to, len(sentences)), held)
            breaks.insert(min(to, len(breaks)), edge)
        elif action == "break":
            breaks[at] = not breaks[at]
        else:
            sentences[at] = replaced(sentences[at], data, before)
    return Text(sentences, breaks)


def words(sentence: Letters) -> str:
    return "".join(c for c, _ in sentence)


def replaced(sentence: Letters, data: st.DataObject, before: Mapping[int | None, str]) -> Letters:
    """A sentence with one word replaced, put in or taken out; never by a word that it has, or had before any edit."""
    spaces = [i for i, (c, _) in enumerate(sentence) if c == " "]
    if not spaces:
        return sentence
    edges = [-1, *spaces, len(sentence)]
    k = data.draw(st.integers(0, len(edges) - 2))
    said = " ".join({words(sentence), *(before.get(origin, "") for _, origin in sentence)})
    word = data.draw(st.sampled_from([w for w in NEW_WORDS if w.casefold() not in said.casefold()]))
    start, end = edges[k] + 1, edges[k + 1]
    kind = data.draw(st.sampled_from(["replace", "put in", "take out"]))
    if kind == "put in":
        return sentence[:start] + fresh(f"{word} ") + sentence[start:]
    if kind == "take out":
        return sentence[: max(0, start - 1)] + sentence[end:] if start else sentence[end + 1 :]
    return sentence[:start] + fresh(word) + sentence[end:]


def anchors(text: str) -> list[Span]:
    """Every stretch of up to five words within a line, and some long ones."""
    edges = [i for i in range(len(text) + 1) if word_edge(text, i)]
    spans = []
    for n, a in enumerate(edges):
        for b in (*edges[n + 1 : n + 8], *edges[n + 8 : n + 90 : 17]):
            words = text[a:b]
            if words.strip() == words and "\n" not in words:
                spans.append(Span(a, b))
    return spans


texts = st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=7, unique=True)
flags = st.lists(st.booleans(), min_size=7, max_size=7)
ACTIONS = ("insert", "delete", "copy", "move", "break", "word", "word")


@given(texts, flags, st.lists(st.sampled_from(ACTIONS), min_size=1, max_size=5), st.data())
def test_an_anchor_that_survives_covers_the_characters_it_covered(
    sentences: list[str], breaks: list[bool], actions: list[str], data: st.DataObject
) -> None:
    before = Text.of(sentences, breaks[: len(sentences)])
    after = edited(before, data, actions)
    old, new = str(before), str(after)
    origin, letters = [o for _, o in after.letters], before.letters
    alignment = Alignment(old, new)
    for span in anchors(old):
        found = alignment.moved(span)
        if found is None:
            continue
        assert found.of(new) == span.of(old)
        came = [origin[i] for i in range(found.start, found.end) if not new[i].isspace()]
        known = [letters[i][1] for i in range(span.start, span.end) if not old[i].isspace()]
        assert came == known, f"{span.of(old)!r} came to stand for other words"


@given(texts, flags, st.integers(0, 6), st.sampled_from(NEW_SENTENCES), st.booleans())
def test_words_put_in_before_an_anchor_give_it_the_right_number(
    sentences: list[str], breaks: list[bool], at: int, added: str, new_paragraph: bool
) -> None:
    before = Text.of(sentences, breaks[: len(sentences)])
    at = min(at, len(sentences))
    rest = list(before.breaks)
    after = Text(
        [*before.sentences[:at], fresh(added), *before.sentences[at:]], [*rest[:at], new_paragraph, *rest[at:]]
    )
    old, new = str(before), str(after)
    shift = {o: i for i, (_, o) in enumerate(after.letters) if o is not None}
    alignment = Alignment(old, new)
    for span in anchors(old):
        if "\n" in new[shift[span.start] : shift[span.end - 1] + 1]:
            continue
        wanted = Span(shift[span.start], shift[span.end - 1] + 1)
        found = alignment.moved(span)
        if wanted.length != span.length:  # the new sentence stands in the middle of it
            assert found is None
            continue
        assert found == wanted
        quote = span.of(old)
        assert find(new, quote, occurrence_of(new, quote, found)) == wanted


@given(texts, flags, st.data())
def test_a_copy_elsewhere_takes_no_anchor_from_its_original(
    sentences: list[str], breaks: list[bool], data: st.DataObject
) -> None:
    before = Text.of(sentences, breaks[: len(sentences)])
    source = data.draw(st.integers(0, len(sentences) - 1))
    to = data.draw(st.integers(0, len(sentences)))
    copy = tuple((c, None) for c, _ in before.sentences[source])
    after = Text(
        [*before.sentences[:to], copy, *before.sentences[to:]], [*before.breaks[:to], False, *before.breaks[to:]]
    )
    old, new = str(before), str(after)
    place = {o: i for i, (_, o) in enumerate(after.letters) if o is not None}
    alignment = Alignment(old, new)
    for span in anchors(old):
        inside = [o for _, o in before.sentences[source]]
        copied = any(i in inside for i in range(span.start, span.end))
        found = alignment.moved(span)
        if copied and to in (source, source + 1):
            assert found is None, "of two copies side by side neither can be told to be the original"
        elif found is not None:
            assert found.start == place[span.start]
            assert found.end == place[span.end - 1] + 1
        else:
            assert (
                not copied
                or "\n" in new[place[span.start] : place[span.end - 1]]
                or to == source + 1
                or (place[span.end - 1] - place[span.start] != span.length - 1)
            )


@given(texts, flags)
def test_a_text_that_did_not_change_keeps_every_anchor(sentences: list[str], breaks: list[bool]) -> None:
    text = str(Text.of(sentences, breaks[: len(sentences)]))
    alignment = Alignment(text, text)
    assert all(alignment.moved(span) == span for span in anchors(text))


@given(texts, st.data())
def test_no_anchor_is_mapped_over_a_changed_word(sentences: list[str], data: st.DataObject) -> None:
    text = Text.of(sentences, [True] * len(sentences))
    at = data.draw(st.integers(0, len(sentences) - 1))
    changed = Text([*text.sentences], [*text.breaks])
    changed.sentences[at] = replaced(text.sentences[at], data, {})
    old, new = str(text), str(changed)
    assume(old != new)
    origin = {o for _, o in changed.letters}
    gone = [i for i, (c, o) in enumerate(text.letters) if o is not None and o not in origin and c != " "]
    alignment = Alignment(old, new)
    for span in anchors(old):
        if any(span.start <= i < span.end for i in gone):
            assert alignment.moved(span) is None


@given(texts, flags, st.data())
def test_a_quote_without_its_middle_is_flagged_where_its_middle_changed(
    sentences: list[str], breaks: list[bool], data: st.DataObject
) -> None:
    assume(any(len(s.split()) > 9 for s in sentences))
    at = data.draw(st.sampled_from([i for i, s in enumerate(sentences) if len(s.split()) > 9]))
    words = sentences[at].split()
    quote = " ".join(words[:4]) + ELISION + " ".join(words[-4:])
    old = "\n".join(sentences)
    new = "\n".join([*sentences[:at], sentences[at].replace(f" {words[4]} ", " perhaps ", 1), *sentences[at + 1 :]])
    assume(len(occurrences(old, quote)) == 1)
    assume(old != new)
    span = occurrences(old, quote)[0]
    assert Alignment(old, new).moved(span) is None
