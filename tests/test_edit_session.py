"""An article open in the editor: what is unsaved survives, what others wrote is never written over."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.checks_support import TOY, copied, snapshot
from tests.test_adjudicate import ALEX, DIFFERENTLY, KIM, annotate, finish, gold, put, serious, text
from vouchbank import files
from vouchbank.corpus import Corpus, repository_root
from vouchbank.edit.answers import Answers
from vouchbank.edit.deciding import Compare, Decide, differences_view
from vouchbank.edit.operations import (
    Add,
    AddRegistryRows,
    Amend,
    CannotDoError,
    Delete,
    FixAll,
    ReplaceText,
    SetHead,
    SetRow,
    applied,
)
from vouchbank.edit.quoting import CannotQuoteError
from vouchbank.edit.session import ChangedMeanwhileError, EditSession, NoAnnotatorError, NotChangedError, StaleError
from vouchbank.edit.views import article_view, ghosts, next_step
from vouchbank.spans import Span

ENTITIES = "annotations/000/entities.toml"
DATE = Add("entities", {"span": [Span(81, 88)]}, {"type": "DATE"})


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return copied(TOY, tmp_path)


@pytest.fixture
def session(root: Path) -> EditSession:
    return opened(root)


def opened(root: Path, by: str = "") -> EditSession:
    made = EditSession(root, by)
    made.open("000")
    return made


def at(root: Path, words: str, article: str = "000", nth: int = 0) -> Span:
    whole = Corpus(root).article(article).text
    start = -1
    for _ in range(nth + 1):
        start = whole.index(words, start + 1)
    return Span(start, start + len(words))


def line(root: Path, file: str, name: str, data: bytes | None = None) -> str:
    lines = (data or (root / file).read_bytes()).decode().split("\n")
    return next(one for one in lines if one.startswith(f"{name} ="))


# --- operations -----------------------------------------------------------------------------------------


def test_a_record_is_written_as_a_person_writes_it(root: Path) -> None:
    add = Add("attributions", {"source": [at(root, "one deckhand")], "cue": [at(root, "called")]}, {"polarity": "deny"})
    done = applied(Corpus(root), "000", add)
    data = done.files["annotations/000/attributions.toml"]
    assert b'[p5.a6]\nsource = "one deckhand"\ncue = "called"\npolarity = "deny"\n' in (data or b"")


def test_content_across_paragraphs_becomes_fragments_that_name_theirs(root: Path) -> None:
    whole = Span(at(root, "the queue has").start, at(root, "roughly 15").end)
    done = applied(Corpus(root), "000", Amend("a2", {"content": [whole]}))
    data = done.files["annotations/000/attributions.toml"] or b""
    assert '{ p = "p3", q = "the queue has doubled since Monday. 🚢" }' in data.decode()
    assert '"Pilots believe roughly 15"' in data.decode()


def test_words_that_occur_twice_get_their_number(root: Path) -> None:
    done = applied(Corpus(root), "000", Add("non_quantities", {"span": [at(root, "one", nth=1)]}, {"reason": "idiom"}))
    assert (
        'nq2 = { q = "one", n = "2/2", reason = "idiom" }'
        in (done.files[f"{ENTITIES[:16]}quantities.toml"] or b"").decode()
    )


def test_what_moves_to_another_paragraph_moves_its_section_and_keeps_its_other_words(root: Path) -> None:
    done = applied(Corpus(root), "000", Amend("q2", {"number": [at(root, "roughly 15")]}))
    said = (done.files["annotations/000/quantities.toml"] or b"").decode()
    assert '[p4.q2]\nnumber = "roughly 15"\n' in said
    assert 'measured = { p = "p3", q = "the queue" }' in said


def test_deleting_takes_the_references_along_and_the_comments_stay(root: Path) -> None:
    done = applied(Corpus(root), "000", Delete("q1"))
    said = (done.files["annotations/000/quantities.toml"] or b"").decode()
    assert "q1" not in said.replace("nq1", "")
    assert done.said == "deleted q1 and the references to it in 2 records"
    kept = applied(Corpus(root), "000", Delete("e12")).files[ENTITIES] or b""
    assert "# A name without spaces around it in its own script." in kept.decode()


@pytest.mark.parametrize(
    ("operation", "said"),
    [
        (Add("entities", {"span": [Span(82, 88)]}), "begins inside a word"),
        (Add("entities", {"span": [Span(81, 87)]}), "ends inside a word"),
        (Add("entities", {"span": [Span(20, 60)]}), "must be one span"),
        (Add("entities", {"span": [Span(32, 33)]}), "no words"),
        (Add("entities", {"span": [Span(9000, 9001)]}), "no words"),
        (Add("entities", {}), "Select the words first"),
        (Add("nothing", {}), "Unknown layer"),
        (Add("entities", {"cue": [Span(81, 88)]}), "Unknown span 'cue'"),
        (Add("entities", {"span": [Span(81, 88)]}, {"span": "x"}), "Unknown field 'span'"),
        (Add("entities", {"span": [Span(81, 88)]}, {"lower": 1}), "Unknown field 'lower'"),
        (Amend("../../e1"), "no longer exists"),
        (Delete("004-e1"), "no longer exists"),
        (SetHead("../entities", {}), "Unknown file"),
        (ReplaceText("annotations/001/entities.toml", ""), "does not belong"),
        (ReplaceText("/etc/passwd", ""), "does not belong"),
        (ReplaceText(ENTITIES, "[p1"), "Line 1"),
        (SetRow("registry", "../x", {}), "Invalid key"),
        (SetRow("nothing", "x", {}), "Unknown shared table"),
        (AddRegistryRows(), "has a row for every key"),
        (Decide(0, "keep", "x"), "no longer in the file"),
    ],
)
def test_what_does_not_fit_is_refused_in_a_sentence(root: Path, operation: object, said: str) -> None:
    with pytest.raises((CannotDoError, CannotQuoteError), match=said):
        applied(Corpus(root), "000", operation)


def test_a_file_that_is_not_there_is_begun_and_lists_what_waits(root: Path) -> None:
    (root / "annotations/000/quantities.toml").unlink()
    done = applied(Corpus(root), "000", Add("quantities", {"number": [at(root, "40")]}))
    said = (done.files["annotations/000/quantities.toml"] or b"").decode()
    assert 'status = "draft"' in said
    assert '[p3.q1]\nnumber = "40"\n' in said
    assert '#~ number = "15"' in said
    assert '#~ number = "40"' not in said


def test_typed_text_is_taken_over_in_canonical_form(root: Path) -> None:
    typed = (root / ENTITIES).read_text().replace(" = ", "=").replace("\n", "\r\n")
    assert not applied(Corpus(root), "000", ReplaceText(ENTITIES, typed)).files  # nothing but the form was another one
    done = applied(Corpus(root), "000", ReplaceText(ENTITIES, typed.replace('"Monday"', '"Tuesday"')))
    assert line(root, ENTITIES, "e8", done.files[ENTITIES]) == 'e8 = { q = "Tuesday", type = "DATE" }'


def test_what_needs_no_decision_is_fixed_as_by_the_command(root: Path) -> None:
    done = applied(Corpus(root), "000", FixAll())
    assert "interval" not in (done.files["annotations/000/quantities.toml"] or b"").decode()  # the words settle it
    put(root, "annotations/000/quantities.toml", (done.files["annotations/000/quantities.toml"] or b"").decode())
    with pytest.raises(CannotDoError, match="Nothing can be fixed"):
        applied(Corpus(root), "000", FixAll())


def test_missing_rows_of_the_registry_are_begun(root: Path) -> None:
    changed = applied(Corpus(root), "000", Amend("e9", {}, {"key": "harbour-pilots", "type": "ORG"}))
    put(root, ENTITIES, (changed.files[ENTITIES] or b"").decode())
    assert article_view(Corpus(root), "000")["missing_keys"] == ["harbour-pilots"]
    done = applied(Corpus(root), "000", AddRegistryRows())
    assert b"[harbour-pilots]" in (done.files["annotations/registry.toml"] or b"")
    row = applied(Corpus(root), "000", SetRow("registry", "umikaze", {"aliases": ["海風", "the ferry"]}))
    assert 'aliases = ["海風", "the ferry"]' in (row.files["annotations/registry.toml"] or b"").decode()


def test_what_waits_goes_one_by_one(root: Path) -> None:
    for name in ("quantities", "attributions"):
        (root / f"annotations/000/{name}.toml").unlink()
    session = opened(root)
    first = ghosts(session.corpus.article("000"))
    assert [(g["layer"], Span(g["start"], g["end"]).of(session.corpus.article("000").text)) for g in first][:2] == [
        ("quantities", "doubles"),
        ("quantities", "40"),
    ]
    while left := ghosts(session.corpus.article("000")):
        one, reason = left[0], "idiom" if left[0]["layer"] == "quantities" else "term"
        session.do(
            "000", Add(one["other"], {"span": [Span(one["start"], one["end"])]}, {"reason": reason}), session.version
        )
        assert len(ghosts(session.corpus.article("000"))) < len(left)


# --- undo, saving, others -------------------------------------------------------------------------------


def test_saving_writes_the_bytes_and_nothing_before(session: EditSession, root: Path) -> None:
    before = snapshot(root / "annotations")
    done = session.do("000", DATE, session.version)
    assert session.unsaved == (ENTITIES,)
    assert snapshot(root / "annotations") == before
    assert session.save() == (ENTITIES,)
    assert (root / ENTITIES).read_bytes() == done.files[ENTITIES]
    assert not session.unsaved
    assert session.save() == ()
    assert session.undo(session.version) == "added e15"
    assert session.unsaved == (ENTITIES,)
    session.save()
    assert snapshot(root / "annotations") == before
    assert session.redo(session.version) == "added e15"
    assert session.revert(session.version) == (ENTITIES,)
    assert not session.unsaved
    assert session.undo(session.version) == "went back to the saved files"
    assert session.unsaved == (ENTITIES,)


def test_what_another_window_has_not_seen_is_not_done(session: EditSession) -> None:
    seen = session.version
    session.do("000", DATE, seen)
    for late in (
        lambda: session.do("000", Delete("e1"), seen),
        lambda: session.undo(seen),
        lambda: session.revert(seen),
    ):
        with pytest.raises(StaleError):
            late()


def test_a_file_that_was_changed_meanwhile_is_shown_and_not_written_over(session: EditSession, root: Path) -> None:
    session.do("000", DATE, session.version)
    theirs = (root / ENTITIES).read_bytes().replace(b'"Monday", type = "DATE"', b'"Monday", type = "TIME"')
    (root / ENTITIES).write_bytes(theirs)
    with pytest.raises(ChangedMeanwhileError, match="nothing was saved and nothing is lost"):
        session.save()
    assert (root / ENTITIES).read_bytes() == theirs
    (clash,) = session.look()
    assert (clash.file, clash.theirs) == (ENTITIES, theirs)
    both = session.merge("000", ENTITIES, session.version)
    assert (both.clashes, both.renamed) == ((), {})
    assert session.look() == []
    session.save()
    assert 'type = "TIME"' in line(root, ENTITIES, "e8")
    assert "outside" in line(root, ENTITIES, "e15")
    with pytest.raises(NotChangedError):
        session.take(ENTITIES, session.version)


def test_a_record_under_an_id_that_was_taken_meanwhile_gets_another_and_is_still_referred_to(root: Path) -> None:
    session = opened(root)
    quantities = "annotations/000/quantities.toml"
    session.do("000", Add("quantities", {"number": [at(root, "second")]}), session.version)
    session.do("000", Amend("q4", {}, {"part_of": ["q8"]}), session.version)
    theirs = (root / quantities).read_text() + '\n[p5.q8]\nnumber = "200"\nmeasured = "people"\n'
    put(root, quantities, theirs)
    both = session.merge("000", quantities, session.version)
    assert both.renamed == {"q8": "q9"}
    session.save()
    assert '[p5.q9]\nnumber = "second"' in text(root, quantities)
    assert 'part_of = ["q9"]' in text(root, quantities)


def test_dropping_ones_own_work_on_a_file_can_be_undone(session: EditSession, root: Path) -> None:
    mine = session.do("000", DATE, session.version).files[ENTITIES]
    (root / ENTITIES).write_bytes((root / ENTITIES).read_bytes() + b"# theirs\n")
    session.look()
    session.take(ENTITIES, session.version)
    assert not session.unsaved
    session.undo(session.version)
    assert session.history.now[ENTITIES] == mine


def test_what_others_change_where_nothing_is_unsaved_is_simply_shown(session: EditSession, root: Path) -> None:
    seen = session.version
    (root / ENTITIES).write_bytes(
        (root / ENTITIES).read_bytes().replace(b'"Monday", type = "DATE"', b'"Monday", type = "TIME"')
    )
    assert session.look() == []
    assert session.version != seen
    assert session.corpus.article("000").by_id["000-e8"].record.values["type"] == "TIME"
    session.do("000", DATE, session.version)
    session.save()
    assert 'type = "TIME"' in line(root, ENTITIES, "e8")


def test_an_article_is_what_was_read_even_if_the_file_changes_before_the_first_step(
    session: EditSession, root: Path
) -> None:
    (root / ENTITIES).write_bytes((root / ENTITIES).read_bytes() + b"# theirs\n")
    session.do("000", DATE, session.version)
    with pytest.raises(ChangedMeanwhileError):
        session.save()
    assert (root / ENTITIES).read_bytes().endswith(b"# theirs\n")


def test_where_the_journal_cannot_be_written_nothing_happens(
    session: EditSession, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session.do("000", DATE, session.version)
    theirs = (root / ENTITIES).read_bytes() + b"# theirs\n"
    (root / ENTITIES).write_bytes(theirs)

    def full(_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(session.journal, "add", full)
    then, version = session.history, session.version
    for late in (
        lambda: session.do("000", Delete("e1"), version),
        lambda: session.take(ENTITIES, version),
        lambda: session.merge("000", ENTITIES, version),
        lambda: session.undo(version),
        lambda: session.revert(version),
    ):
        with pytest.raises(OSError, match="No space"):
            late()
    assert (session.history, session.version) == (then, version)
    with pytest.raises(ChangedMeanwhileError):
        session.save()
    assert (root / ENTITIES).read_bytes() == theirs


# --- the journal ----------------------------------------------------------------------------------------


def test_unsaved_work_is_there_again_and_the_sources_are_untouched(session: EditSession, root: Path) -> None:
    before = snapshot(root / "annotations")
    session.do("000", DATE, session.version)
    session.do("000", Delete("e1"), session.version)
    session.undo(session.version)
    again = EditSession(root)
    assert (again.recovered, again.unsaved) == (3, (ENTITIES,))
    assert again.history.now == session.history.now
    assert snapshot(root / "annotations") == before
    again.save()
    assert EditSession(root).recovered == 0


def test_a_change_on_the_disk_while_the_editor_was_dead_is_seen(session: EditSession, root: Path) -> None:
    session.do("000", DATE, session.version)
    (root / ENTITIES).write_bytes((root / ENTITIES).read_bytes() + b"# theirs\n")
    again = EditSession(root)
    with pytest.raises(ChangedMeanwhileError):
        again.save()
    again.merge("000", ENTITIES, again.version)
    again.save()
    assert (root / ENTITIES).read_bytes().endswith(b"# theirs\n")


@pytest.mark.parametrize("cut", [1, 7, 200])
def test_a_step_that_a_kill_cut_short_is_left_out_and_the_next_one_follows(
    session: EditSession, root: Path, cut: int
) -> None:
    session.do("000", DATE, session.version)
    session.do("000", Delete("e1"), session.version)
    journal = session.journal.path
    journal.write_bytes(journal.read_bytes()[:-cut])
    again = EditSession(root)
    assert again.history.said == ("added e15",)
    again.do("000", Delete("e2"), again.version)
    assert EditSession(root).history.said == ("added e15", "deleted e2")


def test_the_journal_is_for_its_owner_only(session: EditSession) -> None:
    session.do("000", DATE, session.version)
    assert session.journal.path.stat().st_mode & 0o077 == 0


KILLED = """
import os, signal, sys
from pathlib import Path
from tests.test_edit_session import DATE, opened
from vouchbank import writing
session = opened(Path(sys.argv[1]))
session.do("000", DATE, session.version)
replace, left = writing.replace_file, [int(sys.argv[2])]
def killing(path, data):
    if not left[0]:
        os.kill(os.getpid(), signal.SIGKILL)
    left[0] -= 1
    replace(path, data)
writing.replace_file = killing
session.save()
"""


@pytest.mark.system
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
@pytest.mark.parametrize("at_file", [0, 1])
def test_killed_while_it_saves_nothing_is_lost_and_no_file_is_half_written(root: Path, at_file: int) -> None:
    before = snapshot(root / "annotations")
    words = [sys.executable, "-c", KILLED, str(root), str(at_file)]
    done = subprocess.run(words, cwd=repository_root(), check=False)
    assert done.returncode == (-signal.SIGKILL if at_file == 0 else 0)
    again = EditSession(root)
    if at_file == 0:
        assert snapshot(root / "annotations") == before
        assert again.unsaved == (ENTITIES,)
    again.save()
    assert "outside" in line(root, ENTITIES, "e15")


# --- who annotates alone, who decides -------------------------------------------------------------------


def test_who_annotates_alone_reads_nobody_elses_work(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(root, "annotations/GUIDELINES.md", "**Version 0.3**\n")
    put(root, "annotations/raw/alex-doe/000/entities.toml", text(root, ENTITIES))
    names: list[str] = []
    read = files.read
    monkeypatch.setattr(files, "read", lambda base, name, *more: names.append(name) or read(base, name, *more))
    session = EditSession(root, "kim")
    answers = Answers(session)
    answers.start({})
    view = answers.article({"article": "000"})
    assert view["by"] == "kim"
    assert view["records"] == []
    session.do("000", DATE, session.version)
    answers.status({})
    session.save()
    assert (root / "annotations/raw/kim/000/entities.toml").is_file()
    with pytest.raises(CannotDoError):
        answers.differences({"article": "000"})
    foreign = {n for n in names if n.startswith("annotations/") and not n.startswith("annotations/raw/kim/")}
    assert foreign <= {"annotations/GUIDELINES.md", "annotations/retired.toml"}


@pytest.mark.parametrize("name", ["../x", "gold", "A B", "unnamed", "corpus", "/etc"])
def test_what_is_no_name_of_an_annotator_becomes_no_folder(root: Path, name: str) -> None:
    before = snapshot(root)
    with pytest.raises(NoAnnotatorError):
        EditSession(root, name)
    assert snapshot(root) == before


def test_differences_are_shown_decided_and_carried_out(base: Path) -> None:
    put(base, "annotations/GUIDELINES.md", "**Version 0.3**\n")
    for layer in ("entities", "quantities", "attributions"):
        (base / gold(layer)).unlink()
    annotate(base, ALEX)
    annotate(base, KIM, *DIFFERENTLY)
    session = opened(base)
    assert differences_view(session.corpus, "000")["annotators"] == [ALEX, KIM]
    session.do("000", Compare("ed"), session.version)
    view = differences_view(session.corpus, "000")
    assert view["names"] == [ALEX, KIM]
    assert view["open"] == len(view["rows"]) > 0
    whole = next(row for row in view["rows"] if not row["field"])
    assert whole["choices"] == ["keep", "drop"]
    assert set(whole["sides"]) == {ALEX}
    for row in view["rows"]:
        choice = "keep" if "keep" in row["choices"] else ALEX if ALEX in row["choices"] else row["choices"][0]
        session.do("000", Decide(row["row"], choice, 'he says "so" in p2'), session.version)
    assert differences_view(session.corpus, "000")["open"] == 0
    while session.do("000", Compare("ed"), session.version).files:
        for row in differences_view(session.corpus, "000")["rows"]:
            if not (row["choice"] and row["reason"]):
                session.do("000", Decide(row["row"], ALEX, "so it is"), session.version)
    session.save()
    finish(base)
    assert serious(base) == []
    assert "he says" in text(base, "annotations/adjudication/000.toml")


# --- what to do next ------------------------------------------------------------------------------------


def test_what_to_do_next_is_always_said(session: EditSession, root: Path) -> None:
    def said(*clashes: str) -> str:
        return next_step(article_view(session.corpus, "000"), session.unsaved, clashes)["said"]

    assert said() == "Everything is done and saved"
    session.do("000", Add("entities", {"span": [Span(81, 88)]}, {"type": "GPE"}), session.version)
    assert said() == "Look at 1 error beside the text"
    session.undo(session.version)
    session.do("000", SetHead("entities", {"status": "draft"}), session.version)
    assert said("a.toml") == "a.toml was changed outside the editor. Choose what to keep."
    assert "mark the layer as complete" in said() or "Look at" in said()
    session.do("000", Delete("q1"), session.version)
    assert "not accounted for" in said()


def test_a_finding_points_to_its_record_its_field_and_its_words(session: EditSession) -> None:
    session.do("000", Amend("e6", {}, {"type": "GPE"}), session.version)
    view = article_view(session.corpus, "000")
    about = [f for f in view["findings"] if f["record"] == "e6"]
    assert about
    assert all(f["spans"] for f in about)
