"""Normalisation: the five seeds, and pages that show one decision each."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from vouchbank.text import Correction, Normalised, normalise

ROOT = Path(__file__).resolve().parents[1]
ROLES: dict[str, list[tuple[int, int, str]]] = json.loads((ROOT / "tests/data/seed_roles.json").read_text())

# What no rule can know: these stand-alone headlines link to other articles, though they look like headings.
BY_HAND = {
    "003": {
        "Venezuela on the Chopping Block because its super rich in Oil & Gas and other Commodities": "related_link",
        "Venezuela calls on UN Security Council to halt US Military Aggression": "related_link",
        "Russian Hyper-sonic missile armed Fighter Jets to patrol Black Sea": "related_link",
        "The USA deploys Carrier Strike Group to Venezuela": "related_link",
        "Washington DC is reaching its deadly endgame in Venezuela": "related_link",
        "US military massing 16,000 troops off Venezuelan coast": "related_link",
    }
}

TITLE = "Water closes the bridge in the old town"
FIRST = "The river rose overnight, and by the morning the bridge that joins the two halves of the town was shut."
SECOND = "“We had hoped for a dry spring,” the mayor said, “but the water came weeks early, from the south.”"
THIRD = "Engineers will look at the piers on Thursday; until then buses go the long way round through the north."


def seed(name: str) -> str:
    return (ROOT / "seeds" / name / "raw.txt").read_bytes().decode("utf-8")


def corrections(name: str, raw: str) -> list[Correction]:
    found = []
    for quote, role in BY_HAND.get(name, {}).items():
        assert raw.count(quote) == 1
        found.append(Correction(raw.index(quote), raw.index(quote) + len(quote), role))
    return found


def stripped(raw: str, start: int, end: int) -> tuple[int, int]:
    piece = raw[start:end]
    start += len(piece) - len(piece.lstrip())
    return start, start + len(piece.strip())


def pieces(page: Normalised) -> list[tuple[str, str]]:
    return [(page.raw[one.raw_start : one.raw_end].strip(), one.role) for one in page.segments]


def page_of(*lines: str) -> Normalised:
    return normalise("\n\n".join(lines))


@pytest.mark.parametrize("name", sorted(ROLES))
def test_every_piece_of_a_seed_has_its_role(name: str) -> None:
    raw = seed(name)
    page = normalise(raw, corrections(name, raw))
    got = [(*stripped(raw, one.raw_start, one.raw_end), one.role) for one in page.segments]
    assert got == [(*stripped(raw, start, end), role) for start, end, role in ROLES[name]]


@pytest.mark.parametrize("name", sorted(ROLES))
def test_without_corrections_only_those_pieces_differ(name: str) -> None:
    raw = seed(name)
    wanted = {stripped(raw, start, end): role for start, end, role in ROLES[name]}
    got = {stripped(raw, one.raw_start, one.raw_end): one.role for one in normalise(raw).segments}
    assert got.keys() == wanted.keys()
    differ = {raw[slice(*span)] for span in got if got[span] != wanted[span]}
    assert differ == set(BY_HAND.get(name, {}))


@pytest.mark.parametrize("name", sorted(ROLES))
def test_the_text_of_a_seed_is_one_paragraph_a_line_and_stays_as_it_is(name: str) -> None:
    raw = seed(name)
    page = normalise(raw, corrections(name, raw))
    assert "".join(raw[one.raw_start : one.raw_end] for one in page.segments) == raw
    assert page.text.split("\n") == [page.text[start:end] for start, end in page.paragraphs]
    assert normalise(page.text).text == page.text


def test_the_turned_apostrophe_of_a_seed_is_repaired_one_to_one() -> None:
    raw = seed("001")
    page = normalise(raw)
    place = page.text.index("Trump’s")
    there = page.map.to_raw(place, place + 7)
    assert there.exact
    assert raw[there.start : there.end] == "Trump‘s"


def test_an_empty_page_has_no_segments_and_a_blank_one_a_single_removed_one() -> None:
    assert normalise("").segments == ()
    blank = normalise(" \n\u200b\n")
    assert blank.text == ""
    assert [(one.raw_start, one.raw_end, one.kept, one.rule) for one in blank.segments] == [(0, 4, False, "blank")]


def test_a_page_of_which_nothing_is_kept_gives_an_empty_text() -> None:
    page = page_of("Share this article", "Exit mobile version")
    assert page.text == ""
    assert page.map.to_text(0, 5) == (0, 0, False)


def test_white_space_belongs_to_the_piece_before_it_and_at_the_start_to_the_first() -> None:
    page = normalise("\n\n  One.  \n\n\xa0 Two.\n")
    assert [page.raw[one.raw_start : one.raw_end] for one in page.segments] == ["\n\n  One.  \n\n\xa0 ", "Two.\n"]


@pytest.mark.parametrize("gap", ["\r\n", "  \n", "\n\n\n", "\xa0\n \n"])
def test_a_line_end_that_is_there_already_is_not_a_change(gap: str) -> None:
    page = normalise(f"One.{gap}Two.")
    assert page.text == "One.\nTwo."
    assert all(run.start == run.end for run in page.map.runs)


@pytest.mark.parametrize("gap", ["\r", "\u2028", "\x85", "\f "])
def test_any_other_line_end_becomes_one(gap: str) -> None:
    page = normalise(f"One.{gap}Two.")
    assert page.text == "One.\nTwo."
    assert page.map.runs[0] == (4, 5, 4, 5)


def test_a_dateline_is_cut_off_once() -> None:
    page = page_of(TITLE, f"PARIS (AP) — {FIRST}", f"ROME (AP) — {SECOND}")
    assert [role for _, role in pieces(page)] == ["title", "dateline", "body", "body"]
    assert page.text.split("\n")[1:3] == ["PARIS (AP) —", FIRST]


def test_a_dateline_is_not_cut_off_between_a_character_and_its_accents() -> None:
    page = page_of(TITLE, f"PARIS (AP) —\u0301\u0327 {FIRST}")
    assert [role for _, role in pieces(page)] == ["title", "body"]
    assert normalise(page.text).text == page.text


def test_a_title_glued_to_the_breadcrumb_is_cut_off_and_the_last_copy_stays() -> None:
    page = page_of(f"HomeWorld{TITLE}", TITLE, FIRST)
    assert pieces(page)[:3] == [("HomeWorld", "navigation"), (TITLE, "duplicate_title"), (TITLE, "title")]


def test_comments_are_cut_off_to_the_end_but_not_at_the_top() -> None:
    below = page_of(TITLE, FIRST, SECOND, "12 comments", "Bob", "I do not believe a word of it. " * 4)
    assert below.text.split("\n") == [TITLE, FIRST, SECOND]
    above = page_of("12 comments", TITLE, FIRST, SECOND)
    assert above.text.split("\n")[-2:] == [FIRST, SECOND]


def test_a_note_on_the_author_cuts_only_near_the_end() -> None:
    below = page_of(TITLE, FIRST, SECOND, THIRD, FIRST, "About the author", "Jane Doe writes.", "She lives here.")
    assert below.text.split("\n") == [TITLE, FIRST, SECOND, THIRD, FIRST]
    above = page_of(TITLE, FIRST, "About the author", SECOND, THIRD, FIRST)
    assert above.text.split("\n") == [TITLE, FIRST, "About the author", SECOND, THIRD, FIRST]


def test_fragments_around_a_headline_go_but_not_the_heading_of_the_first_paragraph() -> None:
    page = page_of("World", TITLE, "Jane Doe", "Share this article", "Introduction", FIRST)
    assert page.text.split("\n") == [TITLE, "Introduction", FIRST]
    without_furniture = ["World", TITLE, "Jane Doe", "Introduction", FIRST]
    assert page_of(*without_furniture).text.split("\n") == without_furniture
    assert page_of("Rain", FIRST).text.split("\n") == ["Rain", FIRST]
    table = [f"{name} side" for name in ("North", "South", "East", "West", "Upper", "Lower")]
    assert page_of(TITLE, *table, *table, FIRST).text.split("\n") == [TITLE, *table, *table, FIRST]


def test_a_text_without_prose_has_no_fragments() -> None:
    text = "Rain stops play\nShare this article\nSmith 40\nPlay stops at four, for rain."
    assert normalise(text).text.split("\n") == ["Rain stops play", "Smith 40", "Play stops at four, for rain."]


def test_a_title_is_what_the_article_tells_again_and_a_short_line_without_evidence_is_unknown() -> None:
    page = page_of(
        "News Sport Weather", "Politics", TITLE, FIRST, "The town", SECOND, "Ten more links", THIRD, "Oxmere"
    )
    roles = dict(pieces(page))
    assert roles["News Sport Weather"] == roles["Politics"] == roles["Ten more links"] == roles["Oxmere"] == "unknown"
    assert roles[TITLE] == "title"
    assert page_of(TITLE, FIRST, "The bridge is shut", FIRST).segments[2].role == "heading"


@pytest.mark.parametrize(
    ("line", "role"),
    [
        ("Read more: Ten bridges, one river", "unknown"),
        ("Image: example.com", "unknown"),
        ("A ferry leaves the harbour on Monday. Photo: Jane Doe", "caption"),
        ("Recommended: Ten bridges, one river", "related_link"),
        ("Share on Facebook Share on X Email", "interface"),
    ],
)
def test_what_is_often_part_of_the_text_is_kept_and_named(line: str, role: str) -> None:
    assert dict(pieces(page_of(TITLE, FIRST, line, SECOND)))[line] == role


@pytest.mark.parametrize(
    "line",
    [
        "Jane Doe, political correspondent",
        "Tue 4 Mar 2025 10.15 GMT",
        "Published: Tuesday 4 March, 10:15 GMT",
        "WhatsApp",
    ],
)
def test_who_wrote_the_page_and_when_goes_from_its_head(line: str) -> None:
    assert page_of(TITLE, line, FIRST).text.split("\n") == [TITLE, FIRST]


def test_the_newsdesk_goes_from_the_foot() -> None:
    assert page_of(TITLE, FIRST, "Newsdesk: 01234 567890").text.split("\n") == [TITLE, FIRST]


def test_a_box_of_links_ends_where_the_article_goes_on() -> None:
    page = page_of(TITLE, FIRST, "Related articles", "Ten bridges, one river", SECOND, THIRD)
    assert page.text.split("\n") == [TITLE, FIRST, SECOND, THIRD]


def test_a_box_of_links_does_not_swallow_a_list_of_the_article() -> None:
    results = [f"Town {count} – City {count}: the match ended in a draw" for count in range(20)]
    page = page_of(TITLE, FIRST, "Related articles", *results, SECOND)
    assert page.text.split("\n")[-5:] == [*results[-4:], SECOND]


def test_share_buttons_above_the_end_cut_nothing_else() -> None:
    page = page_of(TITLE, "Share this article", FIRST, SECOND, THIRD)
    assert page.text.split("\n") == [TITLE, FIRST, SECOND, THIRD]


def test_a_correction_wins_over_every_rule() -> None:
    raw = "\n".join([TITLE, FIRST, SECOND, "12 comments", "The end."])
    at = raw.index("12")
    page = normalise(raw, [Correction(at, at + 11, "body"), Correction(0, len(TITLE), "promotion")])
    assert page.text.split("\n") == [FIRST, SECOND, "12 comments", "The end."]
    assert [one.rule for one in page.segments] == ["hand", "running-text", "running-text", "hand", "running-text"]


def test_a_correction_may_cut_a_line() -> None:
    raw = f"{FIRST} Read more here. {SECOND}"
    at = raw.index("Read")
    page = normalise(raw, [Correction(at, at + 15, "related_link")])
    assert page.text == f"{FIRST}\n{SECOND}"
    assert page.map.to_raw(len(FIRST) + 1, len(page.text)) == (at + 16, len(raw), True)


def test_a_correction_over_several_lines_gives_each_its_segment() -> None:
    raw = f"{TITLE}\n{FIRST}\nOne\nTwo\n{SECOND}"
    at = raw.index("One")
    page = normalise(raw, [Correction(at, at + 7, "caption")])
    assert [one for one in pieces(page) if one[1] == "caption"] == [("One", "caption"), ("Two", "caption")]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ([Correction(0, 3, "advert")], "unknown role"),
        ([Correction(3, 3, "body")], "empty"),
        ([Correction(0, 99, "body")], "outside"),
        ([Correction(-1, 3, "body")], "outside"),
        ([Correction(0, 3, "body"), Correction(2, 4, "body")], "overlaps another"),
        ([Correction(4, 6, "body")], "covers no text"),
    ],
)
def test_a_correction_that_cannot_be_carried_out_is_refused(wrong: list[Correction], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        normalise("One.\n\nTwo.", wrong)


@pytest.mark.slow
@pytest.mark.parametrize(
    "raw",
    ["a" * 300_000, "WASHINGTON (AP). " * 18_000, "A. " * 90_000, f"Comments\n{FIRST}\n" * 2_400],
    ids=["one word", "datelines", "initials", "many lines"],
)
def test_hundreds_of_thousands_of_characters_are_normalised(raw: str) -> None:
    page = normalise(raw)
    assert page.segments[-1].raw_end == len(raw)
