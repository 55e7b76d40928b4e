"""`vouchbank rebase`: anchors follow their words to a changed text, or are flagged; nothing is guessed."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from tests.checks_support import TOY, copied, replace, snapshot
from tests.git_support import commit
from vouchbank.change.align import Alignment
from vouchbank.change.old_text import RULES, old_paragraphs
from vouchbank.cli import main
from vouchbank.corpus import Corpus
from vouchbank.corpus.overlay import OverlayCorpus
from vouchbank.corpus.seeds import digest
from vouchbank.spans import Span
from vouchbank.text import normalise, read_rules

pytestmark = pytest.mark.slow

RAW = "seeds/000/raw.txt"
META = "seeds/000/meta.toml"
ENTITIES = "annotations/000/entities.toml"
QUANTITIES = "annotations/000/quantities.toml"
ATTRIBUTIONS = "annotations/000/attributions.toml"

KEEP_ALL = """[[rules]]
id = "keep"
role = "body"
scope = "default"
pattern = ""
provenance = "a test"
matches = []
near_misses = []
"""


def run(*words: str, root: Path) -> Result:
    return CliRunner().invoke(main, [*words, "--root", str(root)])


@pytest.fixture
def root(committed_toy: Path, tmp_path: Path) -> Path:
    return copied(committed_toy, tmp_path)


def change_text(root: Path, *pairs: tuple[str, str]) -> None:
    """Change the seed, as a better rule of normalisation would change the text."""
    for old, new in pairs:
        replace(root, RAW, old, new)
    digest = hashlib.sha256((root / RAW).read_bytes()).hexdigest()
    meta = (root / META).read_text("utf-8")
    (root / META).write_text(re.sub(r'sha256 = "\w+"', f'sha256 = "{digest}"', meta), "utf-8")


def words(root: Path, id_: str, column: str = "span") -> list[str]:
    article = Corpus(root).article("000")
    found = next(a for layer in article.annotations.values() for a in layer if a.id == id_)
    return [span.of(article.text) for span in found.spans[column]]


# --- the alignment: when is a place certain? ----------------------------------------------------------


def moved(old: str, new: str, quote: str) -> str | None:
    """The text around where a quote of the old text went, with the words in brackets."""
    at = old.index(quote)
    found = Alignment(old, new).moved(Span(at, at + len(quote)))
    return None if found is None else f"{new[: found.start]}[{found.of(new)}]{new[found.end :]}"


def test_words_follow_their_sentence_to_another_paragraph() -> None:
    old = "Rain fell on Monday in Oxmere.\nMayor Brook saw it from the dam."
    new = "Mayor Brook saw it from the dam.\nWind came.\nRain fell on Monday in Oxmere."
    assert moved(old, new, "Monday") == "Mayor Brook saw it from the dam.\nWind came.\nRain fell on [Monday] in Oxmere."


def test_of_two_equal_sentences_side_by_side_neither_is_taken() -> None:
    old, new = "He saw it. Rain fell on Monday.", "He saw it. Rain fell on Monday. Rain fell on Monday."
    assert moved(old, new, "Rain") is None


def test_a_copy_far_away_takes_nothing_from_the_original() -> None:
    old = "Rain fell on Monday. Wind came. Snow came."
    new = "Rain fell on Monday. Wind came. Rain fell on Monday. Snow came."
    assert moved(old, new, "Wind") == "Rain fell on Monday. [Wind] came. Rain fell on Monday. Snow came."
    assert moved(old, new, "Rain") is not None
    assert str(moved(old, new, "Rain")).startswith("[Rain]")


def test_a_word_of_a_sentence_that_went_is_not_found_in_one_that_came() -> None:
    old = "Wind came. Two officials told Reuters of strikes at sea. Snow came."
    new = "Wind came. Analysts, whom officials told Reuters of prices that nobody believed, left early. Snow came."
    assert moved(old, new, "Reuters") is None


def test_of_two_changed_sentences_that_are_alike_neither_is_taken() -> None:
    old = "Wind came. Two officials told the Lake Post of strikes at sea. Snow came."
    new = (
        "Wind came. Two officials told the Lake Post of raids at sea. "
        "Two officials told the Lake Post of strikes at night. Snow came."
    )
    assert moved(old, new, "Lake Post") is None


def test_a_single_word_between_changed_words_is_followed_where_it_is_unique() -> None:
    old = "The mayor told Reuters about rain, and two boats were lost in it."
    new = "The mayor asked Reuters for rain, and two boats were lost in it."
    assert moved(old, new, "Reuters") == "The mayor asked [Reuters] for rain, and two boats were lost in it."
    assert moved(f"{old} Reuters lied.", f"{new} Reuters lied.", "Reuters") is None
    assert moved(f"{old}\nReuters lied.", f"{new}\nReuters lied.", "Reuters") is not None
    assert moved(old, new, "two boats") == "The mayor asked Reuters for rain, and [two boats] were lost in it."


@pytest.mark.parametrize(
    ("old", "new", "number"),
    [
        ("The storm killed 12 and hurt 5.", "The storm killed 5 and hurt 12.", "12"),
        ("The storm killed 12 people in the port.", "The storm hurt 12, and 15 people in the port.", "12"),
        ("It rose from 5 to 12 in a day.", "It fell from 12 to 5 in a day.", "12"),
    ],
)
def test_a_number_alone_between_changed_words_may_count_something_else(old: str, new: str, number: str) -> None:
    assert moved(old, new, number) is None


WORDS = [
    "rain",
    "fell",
    "while",
    "nine",
    "boats",
    "left",
    "their",
    "old",
    "port",
]  # of the sentence that holds the anchor
OTHER = ["snow", "came", "over", "some", "hills", "before", "our", "first", "night"]
Token = tuple[str, int]  # a word, and which of the old sentence's it is; -1 if it is none of them
Case = tuple[list[str], list[list[list[Token]]], int, int]


@st.composite
def edited(draw: st.DrawFn) -> Case:
    """An anchor in a sentence, and the paragraphs of the new text: the sentence edited, and others around it.

    Copies of the anchor may come anywhere; in its own sentence only where the anchor itself stays.
    """
    words = WORDS
    first = draw(st.integers(0, 8))
    last = draw(st.integers(first, min(8, first + 2)))
    gone = draw(st.sets(st.integers(0, 8), max_size=4))
    new = [(w, i) for i, w in enumerate(words) if i not in gone]
    kept = not gone & set(range(first, last + 1))
    copies = words if kept else [w for i, w in enumerate(words) if not first <= i <= last]
    for word in draw(st.lists(st.sampled_from([*OTHER, *copies]), max_size=4)):
        new.insert(draw(st.integers(0, len(new))), (word, -1))
    others = st.lists(st.sampled_from([*OTHER, *words[first : last + 1] * 3]), min_size=2, max_size=6)
    around = [[(word, -1) for word in sentence] for sentence in draw(st.lists(others, max_size=3))]
    around.insert(draw(st.integers(0, len(around))), new)
    cut = draw(st.integers(0, len(around)))
    return words, [p for p in (around[:cut], around[cut:]) if p], first, last


@given(edited())
def test_an_anchor_is_placed_on_its_own_words_or_not_at_all(case: Case) -> None:
    words, paragraphs, first, last = case
    old = " ".join(["The", *words]) + "."  # a capital begins a sentence
    start = len(" ".join(["The", *words[:first], ""]))
    span = Span(start, start + len(" ".join(words[first : last + 1])))
    new, own = "", dict[int, int]()
    for paragraph in paragraphs:
        for sentence in paragraph:
            new += "The "
            for word, origin in sentence:
                own[len(new)] = origin
                new += f"{word} "
            new = f"{new.rstrip()}. "
        new = f"{new.rstrip()}\n"
    found = Alignment(old, new.rstrip("\n")).moved(span)
    if found is not None:
        assert found.of(new) == span.of(old)
        assert own[found.start] == first, (old, new, span)


def test_a_short_sentence_that_stands_elsewhere_may_be_another_one() -> None:
    assert moved("He denies it. Wind came from the west.", "Wind came from the west. He denies it.", "denies") is None


def test_a_copy_is_not_taken_for_the_original_that_was_changed_in_its_place() -> None:
    old = "Wind came from the west. Two boats were lost at sea on Monday. Snow came from the east. It was cold there."
    new = (
        "Wind came from the west. Two boats were lost at sea on Tuesday. Snow came from the east. It was cold there. "
        "Two boats were lost at sea on Monday."
    )
    assert moved(old, new, "boats") is None


def test_words_between_which_a_paragraph_ends_now_are_not_one_place() -> None:
    old, new = "Rain fell in Oxmere. Wind came from the west.", "Rain fell in Oxmere.\nWind came from the west."
    assert moved(old, new, "Oxmere. Wind") is None
    assert moved(old, new, "Wind") == "Rain fell in Oxmere.\n[Wind] came from the west."


def test_marks_that_only_look_different_are_the_same_words() -> None:
    assert moved("The dam's wall held.", "Snow. The dam’s wall held.", "dam's") == "Snow. The [dam’s] wall held."


# --- the command ---------------------------------------------------------------------------------------


def test_a_text_that_did_not_change_has_nothing_to_rebase(root: Path) -> None:
    before = snapshot(root)
    result = run("rebase", root=root)
    assert (result.exit_code, result.stdout) == (0, "no text changed since HEAD: nothing to rebase\n")
    assert snapshot(root) == before


def test_a_word_put_in_before_an_anchor_changes_its_occurrence(root: Path) -> None:
    change_text(root, ("“The ferry", "Only one bell rang in the harbour. “The ferry"))
    result = run("rebase", root=root)
    assert result.exit_code == 0, result.output
    assert "000-q5 number: 'one' 1/2 in p5 → 'one' 2/3 in p5" in result.stdout
    assert "every quote has its place" in result.stdout
    assert 'number = { q = "one", n = "2/3" }' in (root / QUANTITIES).read_text("utf-8")
    assert run("normalise", root=root).exit_code == 0
    assert words(root, "000-e13") == ["one pilot"]
    assert {f for f in run("check", root=root).stdout.splitlines() if "[quote-" in f} == set()


def test_a_record_moves_to_the_section_of_its_new_paragraph_with_its_comment(root: Path) -> None:
    ferry = "“The ferry 海風 holds 200 people,” one pilot said, and one deckhand called it “the second home”."
    change_text(root, (f"\n\n{ferry}", ""), ("grain board denied it.", f"grain board denied it. {ferry}"))
    result = run("rebase", root=root)
    assert result.exit_code == 0, result.output
    text = (root / ENTITIES).read_text("utf-8")
    assert "[p5]" not in text
    assert "# A name without spaces around it in its own script.\ne12" in text
    assert words(root, "000-e12") == ["海風"]
    assert "000-e12: [p5] → [p6]" in result.stdout


def test_a_word_that_changed_is_flagged_with_what_was_and_what_is_there(root: Path) -> None:
    change_text(root, ("roughly 15 of the boats", "roughly 20 of the boats"))
    result = run("rebase", root=root)
    assert result.exit_code == 1
    assert f"{QUANTITIES}:" in result.stdout
    assert "'15' in p4 has no certain place in the new text; before: “…" in result.stdout
    assert "Pilots believe roughly [15] of the boats" in result.stdout
    assert "Pilots believe roughly [20] of the boats" in result.stdout
    assert 'number = "15"' in (root / QUANTITIES).read_text("utf-8")


def test_a_word_that_moved_into_another_sentence_is_not_followed(root: Path) -> None:
    """`Monday` goes from one sentence and comes in another: the quote would be found, and mean something else."""
    change_text(root, (" since Monday", ""), ("At least 40 boats", "On Monday nobody slept. At least 40 boats"))
    result = run("rebase", root=root)
    assert result.exit_code == 1
    assert "'Monday' in p3 has no certain place in the new text" in result.stdout


def test_a_paragraph_that_went_is_flagged_once_for_each_record(root: Path) -> None:
    pilots = "Pilots believe roughly 15 of the boats carry grain, she said; the grain board denied it.\n\n"
    change_text(root, (pilots, ""))
    result = run("rebase", root=root)
    gone = [line for line in result.stdout.splitlines() if "[not-rebased]" in line]
    assert result.exit_code == 1
    assert len(gone) == 7
    assert all("its paragraph p4 no longer exists: “…" in line for line in gone)


def test_a_second_run_changes_nothing_more(root: Path) -> None:
    change_text(root, ("“The ferry", "Only one bell rang in the harbour. “The ferry"), ("roughly 15", "roughly 20"))
    run("rebase", root=root)
    before = snapshot(root)
    assert ", 0 rewritten, " in run("rebase", root=root).stdout
    assert snapshot(root) == before


def test_what_was_written_for_the_new_text_is_left_alone(root: Path) -> None:
    change_text(root, ("roughly 15 of the boats", "roughly 20 of the boats"))
    replace(root, QUANTITIES, 'number = "15"', 'number = "20"')
    replace(root, ATTRIBUTIONS, '"Pilots believe roughly 15 of', '"Pilots believe roughly 20 of')
    replace(root, ATTRIBUTIONS, '"roughly 15 of', '"roughly 20 of')
    result = run("rebase", root=root)
    assert result.exit_code == 0, result.output
    assert " 0 rewritten, 0 flagged" in result.stdout


def test_what_was_written_since_and_means_two_things_is_flagged(root: Path) -> None:
    change_text(root, ("“The ferry", "On that day one bell rang. “The ferry"), ("one pilot said", "a pilot said"))
    replace(root, QUANTITIES, 'number = { q = "one", n = "2/2" }', 'number = { q = "one", n = "1/2" }')
    result = run("rebase", root=root)
    assert (
        "'one' 1/2 in p5 was changed since then, and means other words in the new text than in the old" in result.stdout
    )
    assert result.exit_code == 1


def test_the_raw_work_of_annotators_follows_the_text_too(root: Path) -> None:
    raw = root / "annotations/raw/annotator-a/000"
    raw.mkdir(parents=True)
    (raw / "quantities.toml").write_bytes((root / QUANTITIES).read_bytes())
    commit(root)
    change_text(root, ("“The ferry", "Only one bell rang in the harbour. “The ferry"))
    assert run("rebase", root=root).exit_code == 0
    assert 'n = "2/3"' in (raw / "quantities.toml").read_text("utf-8")


def test_the_text_that_was_built_then_is_the_old_text_if_the_rules_were_others(root: Path) -> None:
    """A better rule takes a line away that the text still had when it was annotated."""
    text = Corpus(root).article("000").text + "\nExit mobile version"
    (root / "corpus/text").mkdir(parents=True)
    (root / "corpus/text/000.txt").write_text(f"{text}\n", "utf-8")
    replace(root, META, "[paragraphs]\n", f'[paragraphs]\np6 = "{digest("Exit mobile version")}"\n')
    lines = (root / META).read_text("utf-8").splitlines()
    last = next(line for line in lines if line.startswith("p6"))
    (root / META).write_text("\n".join([*(line for line in lines if line != last), last, ""]), "utf-8")
    commit(root)
    assert run("rebase", root=root).stdout.startswith("annotations/000: the text changed; quotes: 55 kept, 0 rewritten")
    (root / "corpus/text/000.txt").unlink()
    commit(root)
    assert "the old text of article 000 is unknown" in run("rebase", root=root).stdout
    assert run("rebase", "HEAD~1", root=root).exit_code == 0


def test_without_a_built_text_the_seed_is_normalised_with_the_rules_of_then() -> None:
    held = {f"seeds/000/{name}": (TOY / "seeds/000" / name).read_bytes() for name in ("raw.txt", "meta.toml")}
    lines = normalise(held["seeds/000/raw.txt"].decode(), (), read_rules(KEEP_ALL)).text.split("\n")
    listed = "".join(f'p{i} = "{digest(line)}"\n' for i, line in enumerate(lines, 1))
    meta = held["seeds/000/meta.toml"].decode().partition("[paragraphs]")[0]
    held["seeds/000/meta.toml"] = f"{meta}[paragraphs]\n{listed}".encode()
    corpus = OverlayCorpus(TOY, Corpus(TOY).schema, held, whole=True)
    assert old_paragraphs(corpus, corpus.article("000")) is None
    corpus = OverlayCorpus(TOY, corpus.schema, {**held, RULES: KEEP_ALL.encode()}, whole=True)
    found = old_paragraphs(corpus, corpus.article("000"))
    assert found is not None
    assert [p.text for p in found.values()] == lines


def test_an_old_text_that_nobody_can_tell_is_said_and_nothing_is_touched(root: Path) -> None:
    replace(root, META, "p1 = ", 'p9 = "000000000000"\np1 = ')
    commit(root)
    change_text(root, ("“The ferry", "Only one bell rang. “The ferry"))
    before = (root / QUANTITIES).read_bytes()
    result = run("rebase", root=root)
    assert result.exit_code == 1
    assert "the old text of article 000 is unknown" in result.stdout
    assert (root / QUANTITIES).read_bytes() == before


def test_a_dry_run_writes_nothing(root: Path) -> None:
    change_text(root, ("“The ferry", "Only one bell rang in the harbour. “The ferry"))
    before = snapshot(root)
    assert f"{QUANTITIES}: would change" in run("rebase", "--dry-run", root=root).stdout
    assert snapshot(root) == before


def test_a_file_that_cannot_be_read_is_flagged_and_the_others_follow(root: Path) -> None:
    change_text(root, ("“The ferry", "Only one bell rang in the harbour. “The ferry"))
    replace(root, ENTITIES, "[p1]", "[p1")
    result = run("rebase", root=root)
    assert result.exit_code == 1
    assert f"{ENTITIES}:6:4: error: invalid TOML" in result.stdout
    assert 'n = "2/3"' in (root / QUANTITIES).read_text("utf-8")


def test_hostile_text_in_a_flag_stays_text(root: Path) -> None:
    change_text(root, ("roughly 15 of the boats", "roughly \u009b31m\u202e<b>::error::x of the boats"))
    result = run("rebase", root=root)
    assert result.exit_code == 1
    assert not {c for c in result.output if not c.isprintable()} - {"\n"}
    assert not [line for line in result.output.splitlines() if line.startswith("::")]


@pytest.mark.parametrize("revision", ["nosuch", "--all", "-n1", "", "HEAD:seeds", "a b", "HEAD\n"])
def test_an_unknown_revision_is_one_clear_sentence(revision: str, root: Path) -> None:
    result = CliRunner().invoke(main, ["rebase", "--root", str(root), "--", revision])
    assert result.exit_code == 2
    assert result.stderr == f"vouchbank: unknown revision {revision!r}; name a commit, a branch or a tag\n"


def test_a_folder_outside_git_is_one_clear_sentence(tmp_path: Path) -> None:
    result = run("rebase", root=copied(TOY, tmp_path))
    assert result.exit_code == 2
    assert "is not in a git repository" in result.stderr
