"""Seeds are evidence: read, never written; their paragraphs keep their ids whatever happens around them."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vouchbank.corpus import Corpus, repository_root
from vouchbank.corpus.seeds import (
    RETIRED,
    Seed,
    assign_paragraph_ids,
    corrections,
    digest,
    known_paragraphs,
    paragraphs_of,
    read_seed,
)
from vouchbank.text import Correction
from vouchbank.toml.reader import read_toml

RAW = "Rain stops the play\n\nReuters said that the match ended early on Monday.\n\nThe rain went on until noon.\n"


def seed(data: bytes | str = RAW, meta: str = "") -> Seed:
    document = read_toml(meta.encode(), "meta.toml")
    assert document.faults == ()
    return read_seed("000", data if isinstance(data, bytes) else data.encode(), "raw.txt", document)


def listed(texts: str) -> dict[str, str]:
    return {f"p{i}": digest(t) for i, t in enumerate(texts, 1)}


def ids(texts: str, known: dict[str, str]) -> str:
    """The assigned list in short: `p1 p2 -p3` for two living ids and a retired one."""
    assigned = assign_paragraph_ids(list(texts), known)
    return " ".join(f"-{name}" if value == RETIRED else name for name, value in assigned.items())


@pytest.mark.parametrize(
    ("before", "after", "assigned"),
    [
        ("", "", ""),
        ("", "abc", "p1 p2 p3"),
        ("abc", "abc", "p1 p2 p3"),
        ("abc", "ac", "p1 -p2 p3"),
        ("abc", "bc", "-p1 p2 p3"),
        ("abc", "ab", "p1 p2 -p3"),
        ("abc", "", "-p1 -p2 -p3"),
        ("abc", "axbc", "p1 p4 p2 p3"),
        ("abc", "abcx", "p1 p2 p3 p4"),
        ("abc", "xabc", "p4 p1 p2 p3"),
        ("abc", "axc", "p1 p2 p3"),
        ("abc", "xyz", "p1 p2 p3"),
        ("abcd", "axyd", "p1 p2 p3 p4"),
        ("abcd", "axd", "p1 -p2 -p3 p5 p4"),
        ("abcd", "xcd", "-p1 -p2 p5 p3 p4"),
        ("abc", "axyc", "p1 -p2 p4 p5 p3"),
        ("aba", "ba", "-p1 p2 p3"),
        ("aaa", "aa", "p1 p2 -p3"),
    ],
)
def test_paragraphs_keep_their_ids(before: str, after: str, assigned: str) -> None:
    assert ids(after, listed(before)) == assigned
    assert list(assign_paragraph_ids(list(after), listed(before)).values()).count(RETIRED) == assigned.count("-")


def test_the_hash_of_an_edited_paragraph_is_renewed() -> None:
    assert assign_paragraph_ids(["a", "x"], listed("ab")) == {"p1": digest("a"), "p2": digest("x")}


def test_a_retired_id_is_never_given_again() -> None:
    known = {"p1": digest("a"), "p2": RETIRED, "p9": RETIRED}
    assert assign_paragraph_ids(["a", "b"], known) == {
        "p1": digest("a"),
        "p10": digest("b"),
        "p2": RETIRED,
        "p9": RETIRED,
    }


def test_a_paragraph_that_comes_back_gets_a_new_id() -> None:
    gone = assign_paragraph_ids(["a", "c"], listed("abc"))
    assert ids("abc", gone) == "p1 p4 p3 -p2"


def test_paragraphs_that_stand_often_in_a_long_article_keep_their_ids_too() -> None:
    texts = [t for i in range(150) for t in (f"paragraph {i}", "* * *")]
    known = {f"p{i}": digest(t) for i, t in enumerate(texts, 1)}
    assigned = assign_paragraph_ids(texts[:100] + texts[101:], known)
    assert assigned == known | {"p101": RETIRED}
    stars = {f"p{i}": digest("* * *") for i in range(1, 301)}
    assert assign_paragraph_ids(["* * *"] * 299, stars) == stars | {"p300": RETIRED}


@given(st.lists(st.text("abcde", max_size=7), min_size=1, max_size=6))
def test_ids_are_never_reused_and_never_move_to_another_place_in_the_order(versions: list[str]) -> None:
    known: dict[str, str] = {}
    ever: list[str] = []
    for texts in versions:
        assigned = assign_paragraph_ids(list(texts), known)
        living = [name for name, value in assigned.items() if value != RETIRED]
        assert [assigned[name] for name in living] == [digest(t) for t in texts]
        assert set(known) <= set(assigned)
        assert all(assigned[name] == RETIRED for name, value in known.items() if value == RETIRED)
        fresh = [name for name in assigned if name not in known]
        assert all(int(name[1:]) > max((int(n[1:]) for n in known), default=0) for name in fresh)
        kept = [name for name in known if name in living]
        assert [name for name in living if name in known] == kept
        assert assign_paragraph_ids(list(texts), assigned) == assigned
        ever += fresh
        known = assigned
    assert len(ever) == len(set(ever))


@given(st.text("abcdefgh", max_size=8).map(lambda t: "".join(dict.fromkeys(t))), st.data())
def test_removing_some_paragraphs_leaves_the_ids_of_the_others(texts: str, data: st.DataObject) -> None:
    kept = "".join(t for t in texts if data.draw(st.booleans()))
    known = listed(texts)
    assigned = assign_paragraph_ids(list(kept), known)
    assert assigned == {name: value if value in map(digest, kept) else RETIRED for name, value in known.items()}


def test_the_list_of_ids_is_read_leniently() -> None:
    assert known_paragraphs({}) == {}
    assert known_paragraphs({"paragraphs": ["p1"]}) == {}
    assert known_paragraphs({"paragraphs": {"p1": "x", "p2": 3, "x": "y", "p": "z", "pq": "z"}}) == {"p1": "x"}


def test_a_seed_is_its_bytes() -> None:
    one = seed("\ufeffRain.\r\n\r\nMore rain.\r\n".encode())
    assert one.faults == ()
    assert one.raw == "\ufeffRain.\r\n\r\nMore rain.\r\n"
    assert one.sha256 == hashlib.sha256(one.data).hexdigest()


@pytest.mark.parametrize(
    ("data", "slug"),
    [
        (b"", "empty-seed"),
        (b" \t\r\n\n", "empty-seed"),
        ("\ufeff".encode(), "empty-seed"),
        (b"Rain\xff", "not-utf8"),
        ("Rain".encode("utf-16"), "not-utf8"),
        (b"Rain\0", "nul-character"),
    ],
)
def test_a_seed_that_cannot_be_used_says_why(data: bytes, slug: str) -> None:
    one = seed(data)
    assert [f.slug for f in one.faults] == [slug]
    assert one.raw == ""
    assert one.normalised.text == ""


def test_a_correction_by_hand_wins_over_the_rules() -> None:
    meta = "[[corrections]]\nq = 'The rain went on until noon.'\nrole = 'promotion'\nreason = 'x'\n"
    placed, unplaced = corrections(seed(meta=meta))
    start = RAW.index("The rain")
    assert placed == (Correction(start, start + 28, "promotion"),)
    assert unplaced == ()
    assert "rain went on" not in seed(meta=meta).normalised.text
    assert "rain went on" in seed().normalised.text


def test_a_correction_means_the_one_line_that_it_fills() -> None:
    raw = "Rain\nIt was Rain, more Rain.\n"
    stated = "[[corrections]]\nq = 'Rain'\nrole = 'promotion'\nreason = 'x'\n"
    assert corrections(seed(raw, stated)) == ((Correction(0, 4, "promotion"),), ())
    assert [u.fault.kind for u in corrections(seed(raw + " Rain \n", stated))[1]] == ["ambiguous"]


@pytest.mark.parametrize(
    ("entry", "kind"),
    [
        ("q = 'snow'", "not-found"),
        ("q = 'the'", "ambiguous"),
        ("q = 'Rain'\nn = '1/2'", "miscounted"),
    ],
)
def test_a_correction_without_one_place_says_which_and_why(entry: str, kind: str) -> None:
    raw = RAW + "\nUnder the tree.\n"
    placed, unplaced = corrections(seed(raw, f"[[corrections]]\n{entry}\nrole = 'body'\n"))
    assert placed == ()
    assert [(u.index, u.fault.kind) for u in unplaced] == [(0, kind)]


@pytest.mark.parametrize(
    "meta",
    [
        "corrections = 3",
        "corrections = ['x', 3]",
        "[corrections]\nq = 'Rain'",
        "[[corrections]]\nq = 3\nrole = 'body'",
        "[[corrections]]\nq = 'Rain'",
        "[[corrections]]\nq = 'Rain'\nrole = 7",
        "[[corrections]]\nq = 'Rain'\nrole = 'no role'",
    ],
)
def test_a_correction_of_the_wrong_shape_is_left_to_the_checks_of_shape(meta: str) -> None:
    assert corrections(seed(meta=meta)) == ((), ())
    assert seed(meta=meta).normalised.text == seed().normalised.text


@pytest.mark.parametrize("occurrence", ["'first'", "'1'", "'0/1'", "'1/1 '", "1", "[]"])
def test_an_occurrence_of_the_wrong_form_counts_as_none(occurrence: str) -> None:
    for quote in ("Rain", "the"):
        meta = f"[[corrections]]\nq = '{quote}'\nrole = 'body'\n"
        raw = RAW + "\nUnder the tree.\n"
        assert corrections(seed(raw, f"{meta}n = {occurrence}\n")) == corrections(seed(raw, meta))


@pytest.mark.parametrize(
    "pieces",
    [
        ["The rain went on", "rain went on until noon"],
        ["The rain went on until noon.", "The rain went on until noon."],
    ],
)
def test_corrections_that_overlap_give_no_traceback(pieces: list[str]) -> None:
    meta = "".join(f"[[corrections]]\nq = '{piece}'\nrole = 'promotion'\nreason = 'x'\n" for piece in pieces)
    assert isinstance(seed(meta=meta).normalised.text, str)


def test_paragraphs_carry_the_ids_of_the_list() -> None:
    one = seed()
    normalised = one.normalised
    texts = normalised.text.split("\n")
    assert [p.id for p in paragraphs_of(normalised, {})] == ["p1", "p2", "p3"]
    known = {"p4": digest(texts[0]), "p2": RETIRED, "p8": digest(texts[1])}
    found = paragraphs_of(normalised, known)
    assert [p.id for p in found] == ["p4", "p8", "p9"]
    assert [p.text for p in found] == texts
    assert all(p.span.of(normalised.text) == p.text for p in found)
    assert [p.role for p in found] == [s.role for s in normalised.segments if s.kept]


def test_every_paragraph_of_the_corpus_has_the_id_and_hash_that_its_metadata_lists() -> None:
    for article in Corpus(repository_root()).articles:
        known = known_paragraphs(article.seed.meta.values)
        assert {p.id: digest(p.text) for p in article.paragraphs} == {k: v for k, v in known.items() if v != RETIRED}


def test_everything_told_of_a_seed_of_the_corpus_stands_in_it() -> None:
    for article in Corpus(repository_root()).articles:
        meta = article.seed.meta.values
        assert meta["sha256"] == article.seed.sha256
        assert meta["seed_file"]
        shown = [meta[fact] for fact in ("outlet", "published", "rights") if fact in meta]
        assert all(fact["evidence"] in article.seed.raw for fact in shown)
        placed, unplaced = corrections(article.seed)
        assert unplaced == ()
        assert len(placed) == len(meta.get("corrections", ()))
