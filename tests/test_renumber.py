"""Two branches gave an id to two annotations: `check --fix --against` renumbers what is new, and what refers to it."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from tests.checks_support import TOY, copied, replace, snapshot
from tests.git_support import commit, git
from vouchbank.change.edits import FixResult
from vouchbank.change.renumber import Sides, renumber
from vouchbank.cli import main
from vouchbank.corpus import Corpus
from vouchbank.corpus.overlay import OverlayCorpus
from vouchbank.toml.duplicate_keys import with_unique_keys

pytestmark = pytest.mark.slow

ENTITIES = "annotations/000/entities.toml"
QUANTITIES = "annotations/000/quantities.toml"
ATTRIBUTIONS = "annotations/000/attributions.toml"
FIGURES = "annotations/figures.toml"
ADJUDICATION = "annotations/adjudication/000.toml"


def read(root: Path, file: str) -> dict[str, Any]:
    return tomllib.loads((root / file).read_text("utf-8"))


def fix(root: Path, *words: str) -> Result:
    return CliRunner().invoke(main, ["check", "--fix", "--against", "main", "--root", str(root), *words])


def add(root: Path, file: str, text: str, behind: str = "") -> None:
    """Add lines to a file, behind a line or at its end."""
    old = (root / file).read_text("utf-8")
    (root / file).write_text(old.replace(behind, behind + text, 1) if behind else old + text, "utf-8")


def states(root: Path, **of: dict[str, str]) -> dict[str, OverlayCorpus]:
    """The toy corpus with other files, for each of some names."""
    schema = Corpus(root).schema
    return {name: OverlayCorpus(root, schema, {f: t.encode() for f, t in files.items()}) for name, files in of.items()}


# --- a file in which keys stand twice ---------------------------------------------------------------------


def test_a_table_that_stands_twice_gets_another_key_with_all_of_its_fields() -> None:
    text, old = with_unique_keys('[p1.a1]\nq = "x"\n\n[p1.a1]\nq = "y"\n', lambda name: "a2")
    assert tomllib.loads(text) == {"p1": {"a1": {"q": "x"}, "a2": {"q": "y"}}}
    assert old == {("p1", "a2"): "a1"}


def test_a_section_that_stands_twice_becomes_one_and_loses_nothing() -> None:
    free = iter(["e3", "e4"])
    text, old = with_unique_keys(
        "[p1]\ne1 = {}\n\n[p2]\n# a\ne2 = {}\n\n[p1] # b\n# c\ne1 = { x = 1 }  # d\n\n[p3]\ne9 = {}\n",
        lambda name: next(free),
    )
    assert tomllib.loads(text) == {"p1": {"e1": {}, "e3": {"x": 1}}, "p2": {"e2": {}}, "p3": {"e9": {}}}
    assert all(f"# {mark}" in text for mark in "abcd")
    assert old == {("p1", "e3"): "e1"}


@pytest.mark.parametrize("text", ["a = 1\na = 2\n", '[p1]\ne1 = { q = "a", q = "b" }\n', "[p1\n", "[[a]]\n[[a]]\n"])
def test_what_is_no_annotation_is_left(text: str) -> None:
    assert with_unique_keys(text, lambda name: "") == (text, {})


# --- a merge -----------------------------------------------------------------------------------------------


@pytest.fixture
def root(committed_toy: Path, tmp_path: Path) -> Path:
    return copied(committed_toy, tmp_path)


@pytest.mark.parametrize("command", ["merge", "rebase"])
def test_a_merge_or_a_rebase_with_a_conflict_keeps_both_and_renumbers_what_is_new(command: str, root: Path) -> None:
    """Both take e20 and a8, and refer to them; what they added in one place is a conflict, and git mixes the fields."""
    last = "[p5]\n"
    git(root, "switch", "--quiet", "--create", "mine")
    add(root, ENTITIES, 'e20 = { q = "pilot", type = "PERSON", mention = "nominal", note = "mine" }\n', last)
    add(root, ATTRIBUTIONS, '\n[p5.a8]\nsource = "one pilot"\ncue = "said"\ncontent = "mine"\n')
    add(root, ATTRIBUTIONS, '\n[p5.a9]\nsource = "one deckhand"\ncue = "called"\nabout = ["a8"]\nparent = "000-a8"\n')
    add(
        root,
        FIGURES,
        '\n[mine]\nlabel = "x"\nmembers = ["000-a8", "001-q1"]\npairs = [{ a = "000-a8", b = "001-q1" }]\n',
    )
    commit(root)
    git(root, "switch", "--quiet", "main")
    add(root, ENTITIES, 'e20 = { q = "deckhand", type = "PERSON", mention = "nominal" }\n', last)
    add(root, ATTRIBUTIONS, '\n[p5.a8]\nsource = "one deckhand"\ncue = "called"\ncontent = "theirs"\n')
    commit(root)
    git(root, "switch", "--quiet", "mine")
    with pytest.raises(Exception, match="returned non-zero exit status 1"):
        git(root, command, "--quiet", "main")
    said = fix(root).output
    assert f"{ENTITIES}: both sides of the conflict are kept" in said
    assert f"{ENTITIES}: 000-e20 in p5 is now 000-e21: main has another e20" in said
    entities, attributions, figures = (read(root, f) for f in (ENTITIES, ATTRIBUTIONS, FIGURES))
    assert entities["p5"]["e20"]["q"] == "deckhand"
    assert entities["p5"]["e21"]["note"] == "mine"
    assert attributions["p5"]["a8"]["content"] == "theirs"
    assert attributions["p5"]["a10"]["content"] == "mine"
    assert (attributions["p5"]["a9"]["about"], attributions["p5"]["a9"]["parent"]) == (["a10"], "000-a10")
    assert figures["mine"]["members"] == ["000-a10", "001-q1"]
    assert figures["mine"]["pairs"] == [{"a": "000-a10", "b": "001-q1"}]
    before = snapshot(root)
    assert " is now " not in fix(root).output
    assert snapshot(root) == before


def test_before_the_merge_what_both_branches_added_is_renumbered_too(root: Path) -> None:
    git(root, "switch", "--quiet", "--create", "mine")
    add(root, ENTITIES, 'e20 = { q = "pilot", type = "PERSON", mention = "nominal" }\n', "[p5]\n")
    git(root, "stash", "--quiet")
    git(root, "switch", "--quiet", "main")
    add(root, ENTITIES, 'e20 = { q = "deckhand", type = "PERSON", mention = "nominal" }\n', "[p5]\n")
    commit(root)
    git(root, "switch", "--quiet", "mine")
    git(root, "stash", "pop", "--quiet")
    assert "000-e20 in p5 is now 000-e21" in fix(root).output
    commit(root)
    git(root, "merge", "--quiet", "--no-edit", "main")
    found = read(root, ENTITIES)["p5"]
    assert (found["e20"]["q"], found["e21"]["q"]) == ("deckhand", "pilot")


def test_a_conflict_in_which_both_changed_the_same_lines_is_left(root: Path) -> None:
    old = 'q = "one deckhand", type = "PERSON"'
    git(root, "switch", "--quiet", "--create", "mine")
    replace(root, ENTITIES, old, 'q = "one deckhand", type = "ORG"')
    commit(root)
    git(root, "switch", "--quiet", "main")
    replace(root, ENTITIES, old, 'q = "one deckhand", type = "NORP"')
    commit(root)
    git(root, "switch", "--quiet", "mine")
    with pytest.raises(Exception, match="returned non-zero exit status 1"):
        git(root, "merge", "--quiet", "main")
    before = (root / ENTITIES).read_bytes()
    assert "the merge is unfinished here" in fix(root).output
    assert (root / ENTITIES).read_bytes() == before


def test_rows_that_both_added_to_what_articles_share_are_kept(root: Path) -> None:
    row = '\n[{}]\nname = "{}"\ntype = "ORG"\nqid_status = "unverified"\naliases = []\n'
    for branch, name in (("mine", "zeta"), ("main", "zulu")):
        git(root, "switch", "--quiet", *(["--create"] if branch == "mine" else []), branch)
        add(root, "annotations/registry.toml", row.format(name, name.title()))
        commit(root)
    git(root, "switch", "--quiet", "mine")
    with pytest.raises(Exception, match="returned non-zero exit status 1"):
        git(root, "merge", "--quiet", "main")
    assert "annotations/registry.toml: both sides of the conflict are kept" in fix(root).output
    assert {"zeta", "zulu"} <= read(root, "annotations/registry.toml").keys()


# --- what refers to what ------------------------------------------------------------------------------------

BASE = (TOY / ATTRIBUTIONS).read_text("utf-8") + '\n[p5.a8]\nsource = "one pilot"\ncue = "said"\ncontent = "theirs"\n'
MERGED = BASE + '\n[p5.a8]\nsource = "one deckhand"\ncue = "called"\ncontent = "mine"\n'
THEIRS = '\n[p5.a9]\nsource = "a"\ncue = "b"\nabout = ["a8"]\n'


def numbers(
    here: dict[str, str], base: dict[str, str], **more: dict[str, str]
) -> tuple[dict[str, Any], dict[str, str]]:
    """The files that become other ones, read, and those that are left."""
    made = states(TOY, here=here, base=base, **more)
    done = FixResult()
    renumber(made["here"], Sides("main", made["base"], made.get("own"), made.get("fork")), done)
    return {f: tomllib.loads(data.decode()) for f, data in done.files.items()}, done.left


def test_a_reference_that_the_base_has_means_that_of_the_base() -> None:
    files, left = numbers({ATTRIBUTIONS: MERGED + THEIRS}, {ATTRIBUTIONS: BASE + THEIRS})
    assert not left
    assert files[ATTRIBUTIONS]["p5"]["a9"]["about"] == ["a8"]
    assert files[ATTRIBUTIONS]["p5"]["a10"]["content"] == "mine"


def test_a_reference_that_was_added_to_a_record_of_the_base_means_the_new_one() -> None:
    old = '\n[p5.a9]\nsource = "a"\ncue = "b"\nabout = ["a1"]\n'
    files, _ = numbers({ATTRIBUTIONS: MERGED + old.replace('"a1"', '"a1", "a8"')}, {ATTRIBUTIONS: BASE + old})
    assert files[ATTRIBUTIONS]["p5"]["a9"]["about"] == ["a1", "a10"]


def test_the_base_keeps_its_id_whichever_of_the_two_stands_first() -> None:
    mine, theirs = MERGED.rpartition("\n[p5.a8]")[2], BASE.rpartition("\n[p5.a8]")[2]
    swapped = BASE.rpartition("\n[p5.a8]")[0] + f"\n[p5.a8]{mine}\n[p5.a8]{theirs}"
    files, _ = numbers({ATTRIBUTIONS: swapped}, {ATTRIBUTIONS: BASE})
    assert files[ATTRIBUTIONS]["p5"]["a8"]["content"] == "theirs"
    assert files[ATTRIBUTIONS]["p5"]["a9"]["content"] == "mine"


def test_the_same_annotation_of_both_branches_stands_once() -> None:
    files, left = numbers({ATTRIBUTIONS: BASE + "\n[p5.a8]" + BASE.rpartition("\n[p5.a8]")[2]}, {ATTRIBUTIONS: BASE})
    assert not left
    assert files[ATTRIBUTIONS] == tomllib.loads(BASE)


def test_an_id_in_two_paragraphs_is_found_though_toml_allows_it() -> None:
    here = BASE + '\n[p6.a8]\nsource = "x"\ncue = "said"\ncontent = "mine"\n'
    files, _ = numbers({ATTRIBUTIONS: here}, {ATTRIBUTIONS: BASE})
    assert files[ATTRIBUTIONS]["p6"] == {"a9": {"source": "x", "cue": "said", "content": "mine"}}


def test_where_neither_is_as_in_the_base_nothing_is_guessed() -> None:
    here = MERGED.replace('content = "theirs"', 'content = "changed"')
    files, left = numbers({ATTRIBUTIONS: here}, {ATTRIBUTIONS: BASE})
    assert not files
    assert left == {ATTRIBUTIONS: "a8 occurs 2 times, and never as in main; give the new annotation an id of its own"}
    own = BASE.replace('"one pilot"', '"one deckhand"').replace(
        '"said"\ncontent = "theirs"', '"called"\ncontent = "mine"'
    )
    files, left = numbers({ATTRIBUTIONS: here}, {ATTRIBUTIONS: BASE}, own={ATTRIBUTIONS: own}, fork={})
    assert not left
    assert files[ATTRIBUTIONS]["p5"]["a8"]["content"] == "changed"


def test_a_reference_that_both_branches_added_alike_is_not_guessed() -> None:
    old = '\n[p5.a9]\nsource = "a"\ncue = "b"\nabout = ["a1"]\n'
    new = old.replace('["a1"]', '["a1", "a8"]')
    own = {
        ATTRIBUTIONS: MERGED.replace(BASE.rpartition("\n[p5.a8]")[2], "", 1).replace("\n[p5.a8]\n[p5.a8]", "\n[p5.a8]")
        + new.replace('"b"', '"c"')
    }
    fork = {ATTRIBUTIONS: (TOY / ATTRIBUTIONS).read_text("utf-8") + old}
    files, left = numbers({ATTRIBUTIONS: MERGED + new}, {ATTRIBUTIONS: BASE + new}, own=own, fork=fork)
    assert not files
    assert "000-a9: about 000-a8 may mean main's annotation or this branch's" in left[ATTRIBUTIONS]


def test_decisions_of_this_branch_follow_and_those_of_the_base_stay() -> None:
    row = '\n[[difference]]\nlayer = "attributions"\nids = { annotator-a = "a8" }\ngold = "a8"\nreason = "{}"\n'
    base, here = row.replace("{}", "theirs"), row.replace("{}", "theirs") + row.replace("{}", "mine")
    files, _ = numbers({ATTRIBUTIONS: MERGED, ADJUDICATION: here}, {ATTRIBUTIONS: BASE, ADJUDICATION: base})
    rows = files[ADJUDICATION]["difference"]
    assert [(r["reason"], r["gold"], r["ids"]) for r in rows] == [
        ("theirs", "a8", {"annotator-a": "a8"}),
        ("mine", "a9", {"annotator-a": "a8"}),
    ]


def test_ids_of_the_base_are_never_given_to_what_is_new() -> None:
    higher = BASE + '\n[p5.a30]\nsource = "a"\ncue = "b"\n'
    files, _ = numbers({ATTRIBUTIONS: MERGED}, {ATTRIBUTIONS: higher})
    assert files[ATTRIBUTIONS]["p5"]["a31"]["content"] == "mine"


def test_what_does_not_collide_is_not_touched() -> None:
    assert numbers({ATTRIBUTIONS: BASE}, {ATTRIBUTIONS: BASE}) == ({}, {})
    assert numbers({}, {ATTRIBUTIONS: BASE}) == ({}, {})
    assert numbers({ATTRIBUTIONS: BASE.replace('"theirs"', '"corrected"')}, {ATTRIBUTIONS: BASE}) == ({}, {})
