"""A second annotation and its adjudication: what is read, what is compared, what is written, and nothing else."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.checks_support import BASE, replace, snapshot
from tests.git_support import repository
from vouchbank import files
from vouchbank.change.adjudicate import Adjudicated, CannotAdjudicateError, adjudicated
from vouchbank.checks import check
from vouchbank.checks.adjudicated import unusable
from vouchbank.cli import main
from vouchbank.compare.annotators import listed_annotators
from vouchbank.compare.document import agreement_document
from vouchbank.compare.makers import makers
from vouchbank.corpus import Corpus
from vouchbank.findings import errors

LAYERS = ("entities", "quantities", "attributions")
DECIDED = "annotations/adjudication/000.toml"
ALEX, KIM = "alex-doe", "kim"
MAYOR = 'q = "Ada Brook", type = "PERSON", key = "ada-brook", title = "Mayor"'
BROOK = 'q = "Brook", n = "1/2", type = "PERSON", key = "ada-brook"'
MONDAY = 'e2 = { q = "Monday", type = "DATE" }\n'
DIFFERENTLY = (
    (MONDAY, ""),
    ('e5 = { q = "Lake Post", type = "ORG"', 'e5 = { q = "Lake Post", type = "FAC"'),
    (MAYOR, BROOK),
    ('about = ["a1"]', ""),
)


def run(root: Path, *words: str) -> Result:
    return CliRunner().invoke(main, [*words, "--root", str(root)])


def raw(annotator: str, layer: str = "entities") -> str:
    return f"annotations/raw/{annotator}/000/{layer}.toml"


def gold(layer: str = "entities") -> str:
    return f"annotations/000/{layer}.toml"


def text(root: Path, file: str) -> str:
    return (root / file).read_text("utf-8")


def put(root: Path, file: str, said: str) -> None:
    (root / file).parent.mkdir(parents=True, exist_ok=True)
    (root / file).write_text(said, "utf-8")


def annotate(
    root: Path, name: str, *changes: tuple[str, str], layers: tuple[str, ...] = LAYERS, via: str = "hand"
) -> None:
    """Give an annotator the work of the toy corpus, with some things done otherwise."""
    for layer in layers:
        said = (BASE / gold(layer)).read_text("utf-8")
        for old, new in changes:
            said = said.replace(old, new)
        said = re.sub(r"^by = .*", f'by = "{name}"', said, count=1, flags=re.MULTILINE)
        put(root, raw(name, layer), re.sub(r"^via = .*", f'via = "{via}"', said, count=1, flags=re.MULTILINE))


def bring_together(root: Path, **more: str) -> Adjudicated:
    """Adjudicate 000, and write what that makes."""
    done = adjudicated(Corpus(root), "000", **more)
    for file, data in done.files.items():
        put(root, file, data.decode())
    return done


def decide(root: Path, *wanted: str, reason: str = "so it is") -> None:
    """Complete every row with the first of these choices that it offers."""

    def choice(match: re.Match[str]) -> str:
        offered = match[1].split(", ")
        return f'choice = "{next(w for w in wanted if w in offered)}"  # {match[1]}'

    said = re.sub(r'choice = "…"  # (.*)', choice, text(root, DECIDED))
    put(root, DECIDED, said.replace('reason = "…"', f'reason = "{reason}"'))


def finish(root: Path) -> None:
    for layer in LAYERS:
        said = re.sub('status = "[a-z]+"', 'status = "adjudicated"', text(root, gold(layer)), count=1)
        put(root, gold(layer), said.replace('"unnamed"', '"ed"'))
    put(root, DECIDED, text(root, DECIDED).replace('"unnamed"', '"ed"'))


def serious(root: Path) -> list[str]:
    return [f.slug for f in errors(check(Corpus(root)))]


@pytest.fixture
def root(base: Path) -> Path:
    """An article that two have annotated, and that has no gold: one annotation, one type and one boundary differ."""
    put(base, "annotations/GUIDELINES.md", "**Version 0.3**\n")
    for layer in LAYERS:
        (base / gold(layer)).unlink()
    annotate(base, ALEX)
    annotate(base, KIM, *DIFFERENTLY)
    return base


# --- an independent annotation --------------------------------------------------------------------------------


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files below the root that are read from now on, by the only function that reads them."""
    names: list[str] = []
    read = files.read

    def noting(root: Path, name: str, *more: int) -> bytes | None:
        names.append(name)
        return read(root, name, *more)

    monkeypatch.setattr(files, "read", noting)
    return names


BLIND = (
    ("annotate-again", "000", "--by", "sam-poe"),
    ("check", "000", "--by", ALEX),
    ("check", "--by", ALEX),
    ("check", "annotations/raw", "--by", ALEX),
    ("check", "000", "--fix", "--by", ALEX),
    ("show", "000", "--by", ALEX),
    ("show", "--quantities", "--by", ALEX),
    ("show", "000", "--format", "json", "--by", ALEX),
    ("format", "--by", ALEX),
)


@pytest.mark.parametrize("words", BLIND, ids=" ".join)
def test_a_command_given_by_reads_nothing_of_the_gold_and_of_others(
    words: tuple[str, ...], base: Path, opened: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    put(base, "annotations/GUIDELINES.md", "**Version 0.3**\n")
    for name in (ALEX, KIM):
        annotate(base, name, ('"complete"', '"draft"'))
    asked: list[list[str]] = []
    monkeypatch.setattr("vouchbank.corpus.git.run_git", lambda _root, asks, *_more, **_: asked.append(asks))
    opened.clear()
    assert run(base, *words).exit_code in (0, 1)
    free = ("annotations/GUIDELINES.md", "annotations/raw/alex-doe/", "annotations/raw/sam-poe/")
    assert [n for n in opened if n.startswith("annotations/") and not n.startswith(free)] == []
    assert any(name.startswith("seeds/000/") for name in opened)
    assert [a for a in asked if "cat-file" in a or "ls-tree" in a] == []


def test_what_git_has_of_others_is_not_read_for_the_next_free_id(base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr("vouchbank.corpus.corpus.at_head", lambda _root, folder: asked.append(folder) or {})
    annotate(base, ALEX, ('"complete"', '"draft"'), ("e2 =", "e_new ="))
    assert run(base, "check", "000", "--fix", "--by", ALEX).exit_code == 0
    assert set(asked) == {f"annotations/raw/{ALEX}"}
    assert "e2 = " not in text(base, raw(ALEX))
    assert 'q = "Monday"' in text(base, raw(ALEX))


def test_an_annotation_is_begun_as_new_begins_one(base: Path) -> None:
    refused = run(base, "annotate-again", "000", "--by", "sam-poe")
    assert "GUIDELINES.md states no version" in refused.output  # and it is not looked for in the gold
    put(base, "annotations/GUIDELINES.md", "**Version 0.3**\n")
    before = snapshot(base)
    done = run(base, "annotate-again", "000", "--by", "sam-poe")
    assert done.exit_code == 0
    assert "you promise that" in done.output
    assert {name for name in snapshot(base).keys() - before.keys() if name.endswith(".toml")} == {
        raw("sam-poe", layer) for layer in LAYERS
    }
    header = tomllib.loads(text(base, raw("sam-poe")))
    assert (header["status"], header["by"], header["via"]) == ("draft", "sam-poe", "hand")
    assert "#" in text(base, raw("sam-poe"))
    assert check(Corpus(base)) == []
    assert "no findings" in run(base, "check", "000", "--by", "sam-poe").output
    assert run(base, "annotate-again", "000", "--by", "sam-poe").exit_code == 2


@pytest.mark.parametrize("name", ["Kim", "gold", "keep", "drop", "other", "unnamed", "kim1", "../kim", "raw", ""])
def test_a_name_that_is_no_id_is_refused_by_every_command(name: str, base: Path) -> None:
    before = snapshot(base)
    for words in (("annotate-again", "000"), ("check", "000"), ("show", "000"), ("format",)):
        done = run(base, *words, "--by", name)
        assert done.exit_code == 2, words
        assert "is not a valid annotator name" in done.output, words
    assert {n for n in snapshot(base) if not n.startswith(".vouchbank")} == {*before}


def test_an_annotator_who_works_alone_is_told_commands_that_look_at_the_own_work(base: Path) -> None:
    annotate(base, KIM, (MONDAY, 'e2 = {q="Monday",   type="DATE"}\n'))
    assert "run: vouchbank format --by kim\n" in run(base, "check", "000", "--by", KIM).output
    put(base, raw(KIM), text(base, raw(KIM)).replace("e2 = {", "e_1 = {"))
    assert "run: vouchbank check --fix --by kim, which assigns" in run(base, "check", "000", "--by", KIM).output


def test_an_annotator_who_has_not_begun_is_told_how(base: Path) -> None:
    done = run(base, "check", "000", "--by", "sam-poe")
    assert done.exit_code == 2
    assert "vouchbank annotate-again 000 --by sam-poe" in done.output


def test_finished_raw_work_keeps_its_values_once_it_is_committed_and_a_draft_is_fixed(base: Path) -> None:
    annotate(base, ALEX, ("e2 =", "e_new ="))
    finished = text(base, raw(ALEX))
    repository(base)
    assert "finished and committed" in run(base, "check", "000", "--fix", "--by", ALEX).output
    assert text(base, raw(ALEX)) == finished
    put(base, raw(ALEX), finished.replace('"complete"', '"draft"'))
    run(base, "check", "000", "--fix", "--by", ALEX)
    assert "e_new" not in text(base, raw(ALEX))
    annotate(base, "bo-lim", ("e2 =", "e_new ="))
    run(base, "check", "000", "--fix", "--by", "bo-lim")
    assert "e_new" not in text(base, raw("bo-lim"))


# --- the differences, as rows to complete -----------------------------------------------------------------------


def test_every_difference_is_a_row_with_both_readings_the_words_and_the_rule(root: Path) -> None:
    bring_together(root)
    said = text(root, DECIDED)
    rows = tomllib.loads(said)["difference"]
    assert [(row["ids"], row.get("field"), row.get("gold")) for row in rows] == [
        ({ALEX: "e1", KIM: "e1"}, "span", "e1"),
        ({ALEX: "e1", KIM: "e1"}, "title", "e1"),
        ({ALEX: "e2"}, None, None),
        ({ALEX: "e5", KIM: "e5"}, "type", "e4"),
    ]
    assert all(row["choice"] == row["reason"] == "…" for row in rows)
    told = [line for line in said.splitlines() if line.startswith("# ")][3:]
    assert told[:2] == [
        "# alex-doe: p2: Mayor [Ada Brook] said at least 21 boats were moved on Monday,…",
        "# kim: p2: Mayor Ada [Brook] said at least 21 boats were moved on Monday,…",
    ]
    assert "# kim: –" in told
    assert '# kim: type = "FAC"  p3: The [Lake Post] of Oxmere called the dam “a tired wall”…' in told
    assert 'choice = "…"  # alex-doe, kim, other' in said
    assert 'choice = "…"  # keep, drop' in said


def test_the_rule_is_the_heading_of_the_guidelines_and_a_finding_on_a_value(root: Path) -> None:
    put(root, "annotations/GUIDELINES.md", "**Version 0.3**\n\n## 3. Entities (`entities`)\n\n### Type\n\n### Title\n")
    replace(root, raw(KIM), BROOK, 'q = "Mayor Ada Brook", type = "PERSON", key = "ada-brook"')
    bring_together(root)
    said = text(root, DECIDED)
    assert said.count("# see GUIDELINES.md: Type\n") == 1
    assert "# see GUIDELINES.md: 3. Entities\n" in said
    assert "# finding on kim [title-in-name]: 'Mayor Ada Brook' begins with a title\n" in said


def test_the_gold_is_begun_with_what_all_agree_on_and_nothing_else(root: Path) -> None:
    done = bring_together(root)
    begun = {layer: tomllib.loads(text(root, gold(layer))) for layer in LAYERS}
    assert {held["status"] for held in begun.values()} == {"draft"}
    assert [a.record.values["q"] for a in Corpus(root).article("000").annotations["entities"]] == [
        *("Ada Brook", "Brook", "Lake Post", "Lake Post", "Oxmere"),
    ]
    assert "by" not in begun["entities"]["p2"]["e1"]
    assert len(done.begun) == 3
    (finding,) = check(Corpus(root))
    assert (finding.slug, str(finding.severity)) == ("difference-not-adjudicated", "warning")
    assert finding.message == "4 undecided differences: 4 in incomplete rows"
    assert "vouchbank adjudicate 000" in finding.help


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        ((ALEX, "keep"), ["Ada Brook", "Monday", "Brook", "Lake Post", "Lake Post", "Oxmere"]),
        ((KIM, "drop"), ["Brook", "Brook", "Lake Post", "Lake Post", "Oxmere"]),
        (("other", "keep"), ["Ada Brook", "Monday", "Brook", "Lake Post", "Lake Post", "Oxmere"]),
    ],
)
def test_decisions_are_carried_out_and_then_all_is_clean(wanted: tuple[str, ...], words: list[str], root: Path) -> None:
    bring_together(root)
    decide(root, *wanted)
    done = bring_together(root, by="ed")
    assert done.open == done.added == 0
    found = [a.record for a in Corpus(root).article("000").annotations["entities"]]
    assert [record.values["q"] for record in found] == words
    if "other" in wanted:  # the gold has its own value
        replace(root, gold(), MAYOR, MAYOR.replace("Ada", "Mayor Ada", 1).replace('"Mayor"', '"Ada"'))
        replace(root, gold(), 'e4 = { q = "Lake Post", type = "ORG"', 'e4 = { q = "Lake Post", type = "LOC"')
    finish(root)
    stopped = {"gold-not-as-decided", "difference-not-adjudicated", "gold-not-explained", "malformed-adjudication"}
    assert not stopped & {f.slug for f in check(Corpus(root))}
    before = snapshot(root)
    bring_together(root)
    assert snapshot(root) == before


def test_a_second_run_changes_nothing_and_a_decision_is_never_written_over(root: Path) -> None:
    bring_together(root)
    said = text(root, DECIDED)
    row = said.index('field = "type"')
    half = said[:row] + said[row:].replace('choice = "…"', 'choice = "kim"').replace('"…"', '"it is a place, I say"')
    put(root, DECIDED, half + "\n# a remark\n")
    bring_together(root)
    assert text(root, DECIDED) == half + "\n# a remark\n"
    assert 'type = "FAC"' in text(root, gold())
    (finding,) = [f for f in check(Corpus(root)) if f.slug == "difference-not-adjudicated"]
    assert finding.message == "3 undecided differences: 3 in incomplete rows"


@pytest.mark.parametrize("reason", ["", " ", "…", "… …"])
def test_a_row_without_a_reason_is_undecided_whatever_its_choice(reason: str, root: Path) -> None:
    bring_together(root)
    decide(root, ALEX, "keep", reason=reason)
    bring_together(root)
    finish(root)
    assert serious(root).count("difference-not-adjudicated") == 1


def test_only_what_is_new_is_added(root: Path) -> None:
    bring_together(root)
    decide(root, ALEX, "keep")
    bring_together(root)
    before = text(root, DECIDED)
    replace(root, DECIDED, "kim = ", "# kim = ")
    said = re.sub('kim = "[0-9a-f]{64}"', 'kim = ""', before)
    put(root, DECIDED, said)
    replace(root, raw(KIM), 'q = "Oxmere", type = "GPE", reading = "place"', 'q = "Oxmere", type = "LOC"')
    done = bring_together(root)
    assert done.added == 2
    assert text(root, DECIDED).startswith(before.split("[annotators]")[0])
    fields = [row.get("field") for row in tomllib.loads(text(root, DECIDED))["difference"]]
    assert fields[-2:] == ["type", "reading"]
    assert 'kim = ""' not in text(root, DECIDED)


def test_the_first_annotation_in_the_gold_is_kept_as_raw_work(base: Path) -> None:
    annotate(base, KIM, (MONDAY, ""))
    before = {layer: text(base, gold(layer)) for layer in LAYERS}
    done = bring_together(base)
    assert done.kept == "annotator-a"
    assert done.names == ["annotator-a", KIM]
    for layer in LAYERS:
        assert text(base, raw("annotator-a", layer)) == before[layer] == text(base, gold(layer))
    decide(base, "drop")
    bring_together(base)
    assert MONDAY not in text(base, gold())
    finish(base)
    assert serious(base) == []


def test_a_layer_that_one_annotator_did_is_not_begun(root: Path) -> None:
    (root / raw(KIM, "quantities")).unlink()
    (root / raw(KIM, "attributions")).unlink()
    done = bring_together(root)
    assert {row["layer"] for row in tomllib.loads(text(root, DECIDED))["difference"]} == {"entities"}
    assert "\n[p2" not in text(root, gold("quantities"))
    assert "a1" not in done.gold.added
    decide(root, ALEX, "keep")
    bring_together(root)
    said = text(root, gold())
    put(root, gold(), said.replace('"draft"', '"adjudicated"').replace('"unnamed"', '"ed"'))
    put(root, DECIDED, text(root, DECIDED).replace('"unnamed"', '"ed"'))
    assert serious(root) == []


def test_a_reference_is_written_with_the_ids_of_the_gold(root: Path) -> None:
    for name in (ALEX, KIM):
        said = text(root, raw(name, "attributions"))
        said = said.replace("p2.a1]", "p2.a7]").replace("[p3.a3]\n", '[p3.a3]\nabout = ["a7"]\n')
        put(root, raw(name, "attributions"), said)
    bring_together(root)
    held = tomllib.loads(text(root, gold("attributions")))
    assert held["p3"]["a3"]["about"] == ["a1"]


@pytest.mark.parametrize("words", ["\x1b[2J", "\u202eevil", "]]\n[[difference]]\nreason = "])
def test_words_of_an_article_stay_words_in_the_comments(words: str, root: Path) -> None:
    said = text(root, raw(KIM)).replace('type = "FAC"', f'type = "FAC", note = {words!a}'.replace("'", '"'))
    put(root, raw(KIM), said.replace("\\x1b", "\\u001b"))
    done = bring_together(root)
    assert done.added == 4
    assert len(tomllib.loads(text(root, DECIDED))["difference"]) == 4


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda root: [(root / raw(KIM, layer)).unlink() for layer in LAYERS], "annotate-again 000 --by NAME"),
        (lambda root: annotate(root, KIM, ('"complete"', '"draft"')), "is a draft"),
        (lambda root: replace(root, raw(KIM), '"FAC"', '"FACE"'), "cannot be compared"),
        (lambda root: put(root, raw(KIM), "[p2\n"), "cannot be compared"),
        (lambda root: put(root, DECIDED, "[annotators\n"), "cannot be compared"),
        (lambda root: put(root, gold(), "[p2\n"), "annotations/000/entities.toml:"),
    ],
    ids=[
        "one annotator",
        "a draft",
        "a label",
        "raw annotations that are no TOML",
        "an adjudication that is no TOML",
        "gold",
    ],
)
def test_what_cannot_be_adjudicated_is_said_and_nothing_is_written(make, said: str, root: Path) -> None:  # type: ignore[no-untyped-def]
    make(root)
    before = snapshot(root)
    with pytest.raises(CannotAdjudicateError, match=re.escape(said)):
        adjudicated(Corpus(root), "000")
    assert snapshot(root) == before


def test_the_hands_are_those_that_are_named_and_others_stay_outside(root: Path) -> None:
    annotate(root, "dot-lee")
    assert bring_together(root, annotators=(ALEX, KIM)).names == [ALEX, KIM]
    with pytest.raises(CannotAdjudicateError, match=r"dot-lee = \"\""):
        adjudicated(Corpus(root), "000", annotators=("dot-lee",))
    assert makers(Corpus(root)).outside["000"].keys() == {"dot-lee"}


# --- annotators are of an article ------------------------------------------------------------------------------------


@pytest.fixture
def two_articles(root: Path) -> Path:
    """000 by alex-doe and kim, a layer of it by dot-lee, who is not adjudicated; 001 by three others."""
    bring_together(root, by="ed")
    decide(root, ALEX, "keep")
    bring_together(root)
    finish(root)
    annotate(root, "dot-lee", layers=("entities",))
    first = {n: d for n, d in snapshot(root).items() if d is not None and "/000" in n}
    for name, data in first.items():
        said = data.decode("utf-8")
        target = name.replace("/000", "/001")
        for old, new in ((ALEX, "ann-x"), (KIM, "bo-x"), ("dot-lee", "cy-x")):
            target, said = target.replace(old, new), said.replace(old, new)
        put(root, target, said)
    more = "annotations/raw/{}/001/quantities.toml"
    put(root, more.format("cy-x"), text(root, more.format("ann-x")).replace('"ann-x"', '"cy-x"'))
    decided = DECIDED.replace("000", "001")
    put(root, decided, re.sub('"[0-9a-f]{64}"', '""', text(root, decided)))
    put(root, decided, adjudicated(Corpus(root), "001").files[decided].decode())
    return root


def test_articles_have_hands_of_their_own_and_one_whom_nobody_lists(two_articles: Path) -> None:
    corpus = Corpus(two_articles)
    assert listed_annotators(corpus, "000") == (ALEX, KIM)
    assert listed_annotators(corpus, "001") == ("ann-x", "bo-x")
    who = makers(corpus)
    assert {i: [*held] for i, held in who.outside.items()} == {"000": ["dot-lee"], "001": ["cy-x"]}
    assert {f.slug for f in check(corpus)} <= {"same-seed", "value-as-computed"}
    said = agreement_document(corpus)
    assert "## alex-doe and kim\n" in said
    assert "## ann-x and bo-x\n" in said
    assert "## alex-doe and ann-x" not in said
    assert "All annotators together\n\n" not in said
    assert "## dot-lee and gold, outside adjudication\n" in said


@pytest.mark.parametrize(
    ("vias", "said"),
    [
        (("hand", "hand"), "**The annotators are alex-doe (a person) and kim (a person)**"),
        (("hand", "model"), "**The annotators are alex-doe (a person) and kim (a language model)**"),
        (("model", "model"), "**The annotators are language models** (`alex-doe`, `kim`)"),
    ],
)
def test_who_annotated_is_said_as_the_data_have_it(vias: tuple[str, str], said: str, root: Path) -> None:
    annotate(root, ALEX, via=vias[0])
    annotate(root, KIM, *DIFFERENTLY, via=vias[1])
    bring_together(root)
    assert said in agreement_document(Corpus(root))


def test_three_hands_have_a_number_for_every_two_and_one_for_all(root: Path) -> None:
    annotate(root, "dot-lee")
    bring_together(root)
    said = agreement_document(Corpus(root))
    for two in ("alex-doe and dot-lee", "alex-doe and kim", "dot-lee and kim"):
        assert f"## {two}\n" in said
    together = said.partition("## All annotators together")[2]
    assert re.search(r"\| entities \| span \| 0\.\d{3} \| 0\.\d{3} \|\n", together)


# --- what is usable ---------------------------------------------------------------------------------------------

BROKEN_WORK = {
    "not UTF-8": lambda root: (root / raw(KIM)).write_bytes(b"\xff\xfe"),
    "no TOML": lambda root: put(root, raw(KIM), "[p2\n"),
    "a folder": lambda root: ((root / raw(KIM)).unlink(), (root / raw(KIM)).mkdir()),
    "a link": lambda root: ((root / raw(KIM)).unlink(), (root / raw(KIM)).symlink_to(root / raw(ALEX))),
    "an unknown field": lambda root: replace(root, raw(KIM), '"FAC"', '"FAC", colour = "red"'),
    "an unknown label": lambda root: replace(root, raw(KIM), '"FAC"', '"FACE"'),
    "words without a place": lambda root: replace(root, raw(KIM), "Oxmere", "Oxford"),
    "an unknown paragraph": lambda root: replace(root, raw(KIM), "[p3]", "[p9]"),
    "a placeholder": lambda root: replace(root, raw(KIM), "e5 =", "e_5 ="),
    "no header": lambda root: put(root, raw(KIM), text(root, raw(KIM)).split("\n", 4)[4]),
    "another version": lambda root: replace(root, raw(KIM), '"0.3"', '"9.9"'),
    "no version": lambda root: replace(root, raw(KIM), '"0.3"', '"new"'),
    "an id twice": lambda root: replace(root, raw(KIM), "e6 =", "e5 ="),
    "a file gone": lambda root: (root / raw(KIM)).unlink(),
    "a draft": lambda root: replace(root, raw(KIM), '"complete"', '"draft"'),
    "another value": lambda root: replace(root, raw(KIM), '"FAC"', '"LOC"'),
    "a registry that is none": lambda root: put(root, "annotations/raw/kim/registry.toml", "[a\n"),
    "a reference to nothing": lambda root: replace(
        root, raw(KIM, "attributions"), 'source_kind = "named"', 'source_kind = "named"\nparent = "a99"'
    ),
    "a circle": lambda root: replace(
        root, raw(KIM, "attributions"), 'source_kind = "named"', 'source_kind = "named"\nparent = "a1"'
    ),
    "gold that is a draft": lambda root: replace(root, gold(), '"adjudicated"', '"draft"'),
    "gold without a place": lambda root: replace(root, gold(), "Oxmere", "Oxford"),
    "no decisions": lambda root: (root / DECIDED).unlink(),
    "a stranger in it": lambda root: replace(root, DECIDED, "kim =", 'jo = ""\nkim ='),
    "work outside that is broken": lambda root: put(root, raw("jo"), "[p2\n"),
    "work outside that is a draft": lambda root: annotate(root, "jo", ('"complete"', '"draft"')),
    "work outside that is well": lambda root: annotate(root, "jo"),
    "a folder that is no name": lambda root: put(root, "annotations/raw/Jo/000/entities.toml", ""),
    "a folder named gold": lambda root: annotate(root, "gold"),
}


@pytest.mark.system
@pytest.mark.parametrize("name", BROKEN_WORK)
def test_agree_and_check_agree_on_what_is_usable(name: str, root: Path) -> None:
    bring_together(root)
    decide(root, ALEX, "keep")
    bring_together(root, by="ed")
    finish(root)
    BROKEN_WORK[name](root)
    found = check(Corpus(root))
    done = run(root, "agree")
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    assert (done.exit_code == 2) == bool(unusable(found)), [str(f) for f in found]
    if done.exit_code == 2:
        assert errors(found)
        assert "vouchbank check" in done.output
