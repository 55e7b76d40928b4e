"""The annotators of an article: any number, each by its own guidelines, locked; work that no adjudication lists."""

from __future__ import annotations

import dataclasses
import json
import shutil
import tomllib
from hashlib import sha256
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.checks_support import BASE, copied, replace
from tests.git_support import commit, git, repository
from vouchbank.build.facts import annotation_facts
from vouchbank.change.adjudicate import adjudicated
from vouchbank.checks import check
from vouchbank.cli import main
from vouchbank.compare.adjudication import aligned_pairs, aligned_with_gold, differences, troubles
from vouchbank.compare.annotators import digest
from vouchbank.compare.document import agreement_document
from vouchbank.compare.makers import makers
from vouchbank.compare.pairs import Aligned
from vouchbank.compare.scores import field_scores, span_scores
from vouchbank.corpus import Corpus, repository_root
from vouchbank.corpus.git import resolved
from vouchbank.corpus.overlay import corpus_at
from vouchbank.errors import SchemaError
from vouchbank.findings import Finding
from vouchbank.schema import load_schema

pytestmark = pytest.mark.slow

ROOT = repository_root()
ENTITIES = "annotations/000/entities.toml"
DECIDED = "annotations/adjudication/000.toml"
ANNOTATORS = ("ann", "bo", "cy")
FILES = ("entities", "quantities", "attributions")
MONDAY = 'e2 = { q = "Monday", type = "DATE" }\n'


def run(root: Path, *words: str) -> Result:
    return CliRunner().invoke(main, [*words, "--root", str(root)])


def slugs(root: Path) -> list[str]:
    return [f.slug for f in check(Corpus(root))]


def raw(annotator: str, file: str = "entities", article: str = "000") -> str:
    return f"annotations/raw/{annotator}/{article}/{file}.toml"


def put(root: Path, file: str, text: str) -> None:
    (root / file).parent.mkdir(parents=True, exist_ok=True)
    (root / file).write_text(text, "utf-8")


def adjudicate(root: Path, *annotators: str, rows: str = "") -> None:
    """Write the adjudication of 000, with the digests as they are, and say that it is adjudicated."""
    corpus = Corpus(root)
    listed = "".join(f'{name} = "{digest(corpus.raw(name).article("000"))}"\n' for name in annotators)
    put(root, DECIDED, f'by = "dee"\nguidelines = "0.3"\n\n[annotators]\n{listed}{rows}')
    for file in FILES:
        path = root / f"annotations/000/{file}.toml"
        path.write_text(path.read_text("utf-8").replace('"complete"', '"adjudicated"', 1), "utf-8")


def annotate(root: Path, annotator: str, old: str = "", new: str = "") -> None:
    """Give one more annotator the work of the gold, with one thing done otherwise."""
    for file in FILES:
        text = (root / f"annotations/000/{file}.toml").read_text("utf-8").replace('"adjudicated"', '"complete"')
        text = text.replace('by = "annotator-a"', f'by = "{annotator}"', 1)
        put(root, raw(annotator, file), text)
    if old:
        replace(root, raw(annotator), old, new)


@pytest.fixture
def three(base: Path) -> Path:
    """An article of three annotators: cy has another type and one value more for a date, bo lacks an annotation."""
    annotate(base, "ann")
    annotate(base, "bo", MONDAY, "")
    annotate(base, "cy", 'q = "Monday", type = "DATE"', 'q = "Monday", type = "TIME"')
    adjudicate(base, *ANNOTATORS)
    return base


def row(kind: str, **values: object) -> str:
    lines = (f"{k} = {ids(v) if isinstance(v, dict) else json.dumps(v)}" for k, v in values.items())
    return "\n".join((f"\n[[{kind}]]", *lines, 'reason = "so it is"')) + "\n"


def ids(of: dict[str, str]) -> str:
    return "{ " + ", ".join(f'{annotator} = "{name}"' for annotator, name in of.items()) + " }"


TWO = {"ann": "e2", "cy": "e2"}
WHOLE = row("difference", layer="entities", ids=TWO, gold="e2", choice="keep")
TYPE = row("difference", layer="entities", ids=TWO, field="type", gold="e2", choice="ann")


# --- any number of annotators ------------------------------------------------------------------------------------


def test_three_annotators_differ_as_a_whole_and_in_a_field_of_those_that_have_it(three: Path) -> None:
    found = differences(aligned_with_gold(Corpus(three), "000"))
    assert [(m.layer, m.ids(ANNOTATORS), field) for m, field in found] == [
        ("entities", TWO, ""),
        ("entities", TWO, "type"),
    ]


def test_what_is_missing_is_counted_once_and_written_as_rows_that_decide_it(three: Path) -> None:
    (finding,) = check(Corpus(three))
    assert (finding.slug, finding.message) == (
        "difference-not-adjudicated",
        "2 undecided differences: 2 without a row",
    )
    found = troubles(aligned_with_gold(Corpus(three), "000"), {}, ["entities"])
    assert [trouble.text for trouble in found] == [
        "entities e2/–/e2 as a whole: 'Monday'",
        "entities e2/–/e2 type: 'DATE' or 'TIME'",
    ]
    rows = adjudicated(Corpus(three), "000").files[DECIDED].decode()
    put(three, DECIDED, rows)
    (finding,) = check(Corpus(three))
    assert finding.message == "2 undecided differences: 2 in incomplete rows"
    put(three, DECIDED, rows.replace("…", "so it is"))
    assert slugs(three) == []


def test_decisions_on_three_annotators_account_for_the_gold(three: Path) -> None:
    adjudicate(three, *ANNOTATORS, rows=WHOLE + TYPE)
    assert slugs(three) == []


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (WHOLE + TYPE.replace('"ann"\n', '"cy"\n'), ["gold-not-as-decided"]),
        (WHOLE + TYPE.replace('"ann"\n', '"other"\n'), ["gold-not-as-decided"]),
        (WHOLE + TYPE.replace('"ann"\n', '"bo"\n'), ["gold-not-as-decided"]),
        (WHOLE.replace('"keep"', '"drop"') + TYPE, ["gold-not-as-decided"]),
        (WHOLE + TYPE + TYPE, ["adjudication-of-no-difference"]),
        (
            WHOLE + TYPE.replace(ids(TWO), ids({"ann": "e2"})),
            ["difference-not-adjudicated", "adjudication-of-no-difference"],
        ),
        (WHOLE + TYPE.replace('"ann"\n', '"dee"\n'), ["malformed-adjudication"]),
        (WHOLE + TYPE.replace('"ann"\n', '"keep"\n'), ["malformed-adjudication"]),
        (WHOLE + TYPE.replace("cy =", "cee ="), ["malformed-adjudication"]),
        (WHOLE + TYPE.replace('"type"', '"typ"'), ["malformed-adjudication"]),
        (WHOLE + TYPE.replace('"entities"', '"entity"'), ["malformed-adjudication"]),
        (WHOLE + TYPE.replace('"entities"', '"registry"'), ["malformed-adjudication"]),
    ],
)
def test_decisions_that_do_not_fit_three_annotators_are_found(rows: str, said: list[str], three: Path) -> None:
    adjudicate(three, *ANNOTATORS, rows=rows)
    assert sorted(slugs(three)) == sorted(said)


def test_an_annotation_that_is_dropped_needs_no_decision_on_its_fields(three: Path) -> None:
    replace(three, ENTITIES, MONDAY, "")
    adjudicate(three, *ANNOTATORS, rows=WHOLE.replace('gold = "e2"\n', "").replace('"keep"', '"drop"'))
    assert slugs(three) == []


def test_a_departure_is_from_all_hands_that_have_it(three: Path) -> None:
    replace(
        three, ENTITIES, '"Oxmere", type = "GPE", reading = "place"', '"Oxmere", type = "GPE", reading = "government"'
    )
    adjudicate(three, *ANNOTATORS, rows=WHOLE + TYPE)
    (finding,) = check(Corpus(three))
    assert (finding.slug, finding.annotation) == ("gold-not-explained", "000-e6")
    explained = row("all_wrong", layer="entities", field="reading", gold="e6")
    adjudicate(three, *ANNOTATORS, rows=WHOLE + TYPE + explained)
    assert slugs(three) == []


@pytest.mark.parametrize(
    ("of", "said"), [(dict.fromkeys(ANNOTATORS, "e6"), 0), ({"ann": "e6"}, 1), (dict.fromkeys(ANNOTATORS, "e1"), 1)]
)
def test_ids_in_an_explanation_are_those_of_all_annotators(of: dict[str, str], said: int, three: Path) -> None:
    replace(
        three, ENTITIES, '"Oxmere", type = "GPE", reading = "place"', '"Oxmere", type = "GPE", reading = "government"'
    )
    rows = row("all_wrong", layer="entities", ids=of, field="reading", gold="e6")
    adjudicate(three, *ANNOTATORS, rows=WHOLE + TYPE + rows)
    assert slugs(three) == ["gold-not-explained"] * said


def test_what_all_hands_had_and_the_gold_lacks_is_explained_by_its_ids(three: Path) -> None:
    replace(three, ENTITIES, 'e4 = { q = "Lake Post", type = "ORG", key = "lake-post" }\n', "")
    stated = tomllib.loads(WHOLE + TYPE)
    (trouble,) = troubles(aligned_with_gold(Corpus(three), "000"), stated, ["entities"])
    assert (trouble.problem, trouble.row) == (
        "unexplained",
        {"layer": "entities", "ids": dict.fromkeys(ANNOTATORS, "e4")},
    )
    stated["all_wrong"] = [dict(trouble.row)]
    assert list(troubles(aligned_with_gold(Corpus(three), "000"), stated, ["entities"])) == []


def test_a_hand_that_overlaps_only_a_later_hand_belongs_to_the_same_annotation(base: Path) -> None:
    words = ("inspector", "inspector of the lake", "the lake")
    replace(base, "seeds/000/raw.txt", "Brook", "inspector of the lake Brook")
    for annotator, quote in zip(ANNOTATORS, words, strict=True):
        put(base, raw(annotator), f'[p2]\ne1 = {{ q = "{quote}", type = "PERSON", mention = "nominal" }}\n')
    corpus = Corpus(base)
    articles = {annotator: corpus.raw(annotator).article("000") for annotator in ANNOTATORS}
    if not all(a.annotations["entities"][0].first() for a in articles.values()):
        pytest.fail("the words are not in the article")
    assert [m.ids(ANNOTATORS) for m in Aligned(articles).matches] == [dict.fromkeys(ANNOTATORS, "e1")]


def test_a_layer_that_is_not_adjudicated_yet_is_not_compared(three: Path) -> None:
    replace(three, ENTITIES, '"adjudicated"', '"complete"')
    assert slugs(three) == []


# --- the guidelines that a raw file names ---------------------------------------------------------------------


def with_new_field(root: Path, **stated: object) -> Path:
    """Give a corpus a schema in which entities have one more required field."""
    shutil.copytree(ROOT / "schema", root / "schema")
    file = root / "schema/entities.json"
    document = json.loads(file.read_text("utf-8"))
    column = {"description": "How it is seen.", "type": "string", "written": "required", **stated}
    document["properties"]["view"] = column
    date = {"required": ["type"], "properties": {"type": {"const": "DATE"}}}
    document["allOf"].append({"since": "0.5", "if": date, "then": {"description": "dated", "required": ["value"]}})
    file.write_text(json.dumps(document), "utf-8")
    return root


def with_views(root: Path, file: str) -> None:
    """Write the new field into every record of a file, which then follows guidelines 0.5."""
    text = (root / file).read_text("utf-8").replace('"0.3"', '"0.5"', 1)
    text = text.replace(" }\n", ', view = "near" }\n').replace('type = "DATE"', 'type = "DATE", value = "2025"')
    put(root, file, text)


def test_raw_work_is_not_asked_for_fields_that_came_after_its_guidelines(three: Path) -> None:
    with_new_field(three, since="0.5")
    found = check(Corpus(three))
    assert {f.place.file for f in found if f.slug == "missing-field"} == {ENTITIES}
    assert [f for f in found if f.slug == "raw-not-comparable"] == []
    with_views(three, ENTITIES)
    adjudicate(three, *ANNOTATORS, rows=WHOLE + TYPE + row("all_wrong", layer="entities", field="value", gold="e2"))
    assert slugs(three) == []


def test_a_field_without_since_is_asked_for_in_raw_work_too(three: Path) -> None:
    with_new_field(three)
    files = {f.place.file for f in check(Corpus(three)) if f.slug == "raw-not-comparable"}
    assert files == {raw(annotator) for annotator in ANNOTATORS}


@pytest.mark.parametrize(
    ("version", "field", "said"),
    [("0.5", "", True), ("0.10", "", True), ("0.4", ', view = "x"', True), ("0.4", "", False)],
)
def test_a_raw_file_is_judged_by_the_version_that_it_names(version: str, field: str, said: bool, three: Path) -> None:
    with_new_field(three, since="0.5")
    text = (three / raw("ann")).read_text("utf-8").replace('"0.3"', f'"{version}"').replace(" }\n", f"{field} }}\n", 1)
    put(three, raw("ann"), text)
    found = [f for f in check(Corpus(three)) if f.slug == "raw-not-comparable"]
    assert {f.place.file for f in found} == ({raw("ann")} if said else set())
    assert all("view" in f.message for f in found)


def test_a_field_is_compared_in_the_hands_whose_guidelines_have_it(three: Path) -> None:
    with_new_field(three, since="0.5")
    for file in (ENTITIES, raw("ann")):
        with_views(three, file)
    pairs = aligned_pairs(Corpus(three))
    table = Corpus(three).schema.tables["entities"]
    scores = {tuple(p.articles): {s.field: s for s in field_scores([p], table)} for p in pairs}
    assert {names: s["view"].counts for names, s in scores.items()} == dict.fromkeys(scores, (0, 0))
    assert scores["ann", "bo"]["type"].counts == (6, 5)
    assert all("view" not in m.differing(ANNOTATORS) for m in aligned_with_gold(Corpus(three), "000").matches)
    replace(three, ENTITIES, 'view = "near"', 'view = "far"')
    adjudicate(three, *ANNOTATORS, rows=WHOLE + TYPE)
    found = [f for f in check(Corpus(three)) if f.slug == "gold-not-explained"]
    assert [f.message for f in found] == ["entities e1 view departs from what the annotators had"]


def test_a_span_that_came_later_is_scored_where_both_know_it(three: Path) -> None:
    with_new_field(three)
    file = three / "schema/entities.json"
    span = '{"$ref": "common.json#/$defs/span", "description": "Words.", "written": "optional", "since": "0.5"}'
    document = json.loads(file.read_text("utf-8"))
    document["properties"]["view"] = json.loads(span)
    file.write_text(json.dumps(document), "utf-8")
    corpus = Corpus(three)
    (pair,) = [p for p in aligned_pairs(corpus) if set(p.articles) == {"ann", "cy"}]
    columns = {s.column: s.counts for s in span_scores([pair], corpus.schema.tables["entities"])}
    assert columns == {"span": (6, 6), "title": (1, 1), "view": (0, 0)}


@pytest.mark.parametrize("since", ["five", "0.5\n", 0.5, ["0.5"], None])
def test_since_is_a_version_of_the_guidelines(since: object, base: Path) -> None:
    with_new_field(base, since=since)
    with pytest.raises(SchemaError, match="is not a version of the guidelines"):
        load_schema(base / "schema")


# --- the lock -------------------------------------------------------------------------------------------------


def sources(root: Path) -> Path:
    for folder in ("seeds", "annotations", "schema", "corpus/text"):
        shutil.copytree(ROOT / folder, root / folder)
    return root


@pytest.fixture
def real(tmp_path: Path) -> Path:
    return sources(tmp_path / "copy")


A, B, GOLD = (f"annotations/{x}004/quantities.toml" for x in ("raw/annotator-a/", "raw/annotator-b/", ""))


def test_a_changed_value_is_a_finding_that_prints_the_right_digest(real: Path) -> None:
    replace(real, A, 'interval = "[4, 4]"', 'interval = "[5, 5]"')
    (finding,) = check(Corpus(real))
    assert (finding.slug, str(finding.place)) == ("raw-changed", "annotations/adjudication/004.toml:5:15")
    assert finding.paste == (f'annotator-a = "{digest(Corpus(real).raw("annotator-a").article("004"))}"',)


@pytest.mark.parametrize("stated", ["", "x" * 64])
def test_a_digest_that_was_never_right_is_printed_too(stated: str, three: Path) -> None:
    right = digest(Corpus(three).raw("bo").article("000"))
    adjudicate(three, *ANNOTATORS, rows=WHOLE + TYPE)
    replace(three, DECIDED, f'bo = "{right}"', f'bo = "{stated}"')
    (finding,) = check(Corpus(three))
    assert (finding.slug, finding.paste) == ("raw-changed", (f'bo = "{right}"',))


def test_gold_and_both_hands_changed_alike_are_found(real: Path) -> None:
    for file in (A, B):
        replace(real, file, 'interval = "[4, 4]"', 'interval = "[5, 5]"')
    replace(real, GOLD, 'number = "four"', 'number = "four"\ninterval = "[5, 5]"')
    found = [f for f in check(Corpus(real)) if f.slug == "raw-changed"]
    assert [f.place.line for f in found] == [5, 6]


def overwrite(root: Path, article: str = "004") -> None:
    """Overwrite both annotators with the gold, and delete all decisions."""
    for name in ("annotator-a", "annotator-b"):
        for file in FILES:
            text = (root / f"annotations/{article}/{file}.toml").read_text("utf-8")
            text = text.replace('"adjudicated"', '"complete"', 1).replace('"adjudicator"', f'"{name}"')
            put(root, raw(name, file, article), text)
    path = root / f"annotations/adjudication/{article}.toml"
    path.write_text(path.read_text("utf-8").split("\n[[")[0], "utf-8")


@pytest.mark.system
def test_annotators_overwritten_with_the_gold_are_found_by_the_lock(real: Path) -> None:
    overwrite(real)
    assert slugs(real) == ["raw-changed"] * 2
    assert run(real, "agree").exit_code == 2


@pytest.mark.system
def test_annotators_overwritten_with_their_digests_are_found_against_the_base(real: Path) -> None:
    repository(real)
    overwrite(real)
    corpus = Corpus(real)
    for name, line in (("annotator-a", 5), ("annotator-b", 6)):
        path = real / "annotations/adjudication/004.toml"
        lines = path.read_text("utf-8").split("\n")
        lines[line - 1] = f'{name} = "{digest(corpus.raw(name).article("004"))}"'
        path.write_text("\n".join(lines), "utf-8")
    assert slugs(real) == []
    result = run(real, "check", "--against", "HEAD", "--format", "json")
    said = json.loads(result.stdout)["findings"]
    assert (result.exit_code, {f["slug"] for f in said}) == (1, {"raw-differs-from-base"})
    assert {f["file"] for f in said} == {raw(n, f, "004") for n in ("annotator-a", "annotator-b") for f in FILES}


@pytest.mark.parametrize("name", ["annotator-a", "annotator-b"])
def test_raw_work_that_is_gone_is_found_where_it_is_listed(name: str, real: Path) -> None:
    shutil.rmtree(real / "annotations/raw" / name)
    found = check(Corpus(real))
    assert {(f.slug, f.message) for f in found} == {
        ("raw-not-comparable", f"annotations/raw/{name}/{article} has no finished annotations")
        for article in Corpus(real).article_ids
    }


def test_an_adjudicated_layer_needs_an_adjudication_and_is_told_how_to_begin(three: Path) -> None:
    adjudicate(three, *ANNOTATORS, rows=WHOLE + TYPE)
    (three / DECIDED).unlink()
    (finding,) = check(Corpus(three))
    assert (finding.slug, str(finding.place)) == ("malformed-adjudication", "annotations/000/attributions.toml:1:10")
    assert finding.help == "run: vouchbank adjudicate 000; or set `status` to `complete`"
    put(three, DECIDED, adjudicated(Corpus(three), "000", "dee").files[DECIDED].decode().replace("…", "so it is"))
    assert slugs(three) == []


# --- against a base -------------------------------------------------------------------------------------------


def against(root: Path, revision: str = "HEAD") -> list[Finding]:
    """What `check --against` finds that `check` does not find."""
    corpus = Corpus(root)
    corpus.base = corpus_at(root, resolved(root, revision), corpus.schema)
    return [f for f in check(corpus) if f.slug == "raw-differs-from-base"]


@pytest.fixture
def committed(three: Path) -> Path:
    shutil.copy(three / "annotations/registry.toml", three / "annotations/raw/ann/registry.toml")
    put(three, "corpus/text/000.txt", f"{Corpus(three).article('000').text}\n")
    return repository(three)


def test_nothing_that_is_as_it_was_is_a_finding(committed: Path) -> None:
    assert against(committed) == []
    assert "raw-differs-from-base" not in run(committed, "check", "--against", "main").stdout


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        (raw("ann"), 'type = "DATE"', 'type = "TIME"', "raw annotations were changed: e2"),
        (raw("ann"), 'q = "Monday"', 'q = "Lake"', "raw annotations were changed: e2"),
        (raw("ann"), MONDAY, "", "raw annotations were changed: e2"),
        (
            raw("ann"),
            MONDAY,
            f'{MONDAY}e9 = {{ q = "boats", type = "PRODUCT", n = "1/2" }}\n',
            "raw annotations were changed: e9",
        ),
        (raw("ann"), '"complete"', '"draft"', "raw annotations were changed: the header"),
        (raw("ann"), "[p2]", "[p2", ""),
        (raw("ann"), 'q = "Monday"', 'n = "1/1", q = "Monday"', ""),
        ("annotations/raw/ann/registry.toml", 'name = "Oxmere"', 'name = "Ox"', "raw annotations were changed: oxmere"),
    ],
)
def test_raw_work_that_was_changed_is_a_finding(file: str, old: str, new: str, said: str, committed: Path) -> None:
    replace(committed, file, old, new)
    assert [(f.place.file, f.message) for f in against(committed)] == ([(file, said)] if said else [])


def test_many_changes_of_a_file_are_one_finding(committed: Path) -> None:
    path = committed / raw("ann")
    path.write_text(path.read_text("utf-8").replace(" }\n", ", sure = false }\n"), "utf-8")
    assert [f.message for f in against(committed)] == ["raw annotations were changed: e1, e2, e3 and 3 more"]


def test_a_raw_file_that_is_gone_is_a_finding_and_one_that_is_new_is_none(committed: Path) -> None:
    annotate(committed, "new-one")
    (committed / raw("bo")).unlink()
    assert [(f.place.file, f.message) for f in against(committed)] == [(raw("bo"), "this raw file was removed")]


def test_a_new_row_of_a_raw_registry_is_welcome(committed: Path) -> None:
    path = committed / "annotations/raw/ann/registry.toml"
    path.write_text(f'{path.read_text("utf-8")}\n[new]\nname = "New"\ntype = "ORG"\n', "utf-8")
    assert against(committed) == []


def test_a_draft_of_the_base_may_change(committed: Path) -> None:
    replace(committed, raw("ann"), '"complete"', '"draft"')
    commit(committed)
    replace(committed, raw("ann"), 'type = "DATE"', 'type = "TIME"')
    assert against(committed) == []
    assert len(against(committed, "HEAD~1")) == 1


def test_the_work_on_an_article_goes_when_it_is_retired(committed: Path) -> None:
    for folder in ("seeds/000", "annotations/000", *(f"annotations/raw/{annotator}/000" for annotator in ANNOTATORS)):
        shutil.rmtree(committed / folder)
    assert len(against(committed)) == len(ANNOTATORS) * len(FILES)
    put(committed, "annotations/retired.toml", '[000]\nreason = "withdrawn"\n')
    assert against(committed) == []


def test_anchors_follow_a_text_that_changed_and_nothing_is_found(tmp_path: Path) -> None:
    root = copied(BASE, tmp_path)
    annotate(root, "ann")
    annotate(root, "bo")
    adjudicate(root, "ann", "bo")
    put(root, "corpus/text/000.txt", f"{Corpus(root).article('000').text}\n")
    repository(root)
    seed = (root / "seeds/000/raw.txt").read_bytes()
    replace(root, "seeds/000/raw.txt", "Mayor Ada", "Brook, Mayor Ada")
    new = (root / "seeds/000/raw.txt").read_bytes()
    replace(root, "seeds/000/meta.toml", sha256(seed).hexdigest(), sha256(new).hexdigest())
    assert run(root, "rebase").exit_code == 0
    assert run(root, "normalise").exit_code == 0
    assert "raw/ann/000/entities.toml" in git(root, "diff", "--name-only")
    assert slugs(root) == []
    assert against(root) == []


@pytest.mark.parametrize("revision", ["", "nowhere", "--all", "\0"])
def test_a_revision_that_git_does_not_know_stops_with_a_sentence(revision: str, committed: Path) -> None:
    result = run(committed, "check", "--against", revision)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == f"vouchbank: unknown revision {revision!r}; name a commit, a branch or a tag\n"


def test_without_git_there_is_nothing_to_check_against(three: Path) -> None:
    result = run(three, "check", "--against", "main")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "is not in a git repository" in result.stderr


# --- work that no adjudication lists --------------------------------------------------------------------------


def third(root: Path, article: str = "004", name: str = "aaa") -> None:
    """Put the work of a third one beside the others, before them in the alphabet, in two words otherwise."""
    folder = root / "annotations/raw" / name / article
    shutil.copytree(root / "annotations/raw/annotator-a" / article, folder)
    for file in folder.glob("*.toml"):
        text = file.read_text("utf-8").replace("annotator-a", name).replace('via = "model"', 'via = "hand"')
        file.write_text(text.replace('"MARKET"', '"x"'), "utf-8")


def test_one_annotator_more_changes_nothing_that_was_adjudicated(three: Path) -> None:
    adjudicate(three, *ANNOTATORS, rows=WHOLE + TYPE)
    before, facts = agreement_document(Corpus(three)), annotation_facts(Corpus(three))
    annotate(three, "aaa", 'q = "Monday", type = "DATE"', 'q = "Monday", type = "TIME"')
    assert slugs(three) == []
    after = agreement_document(Corpus(three))
    assert after.startswith(before.rstrip("\n").split("\n## All annotators together")[0])
    assert "## aaa and ann, outside adjudication\n\n1 article.\n" in after
    assert "## aaa and gold, outside adjudication" in after
    assert dataclasses.replace(annotation_facts(Corpus(three)), outside=()) == facts


def test_each_article_has_the_hands_that_its_adjudication_lists(real: Path) -> None:
    third(real)
    path = real / "annotations/adjudication/004.toml"
    one = digest(Corpus(real).raw("aaa").article("004"))
    text = path.read_text("utf-8").replace("annotator-a =", "aaa =")
    text = text.replace(f'aaa = "{digest(Corpus(real).raw("annotator-a").article("004"))}"', f'aaa = "{one}"')
    path.write_text(text.replace('choice = "annotator-a"', 'choice = "aaa"'), "utf-8")
    assert slugs(real) == []
    document = agreement_document(Corpus(real))
    assert "| 004 | aaa, annotator-b, annotator-c, annotator-d |" in document
    assert "## annotator-a and annotator-b\n\n4 articles." in document
    assert "## annotator-a and annotator-b, outside adjudication\n\n1 article." in document


def test_outside_work_that_cannot_be_compared_is_a_finding_and_agree_refuses_it(real: Path) -> None:
    third(real)
    replace(real, "annotations/raw/aaa/004/quantities.toml", 'number = "four"', 'number = "fuor"')
    (finding,) = check(Corpus(real))
    assert (finding.slug, finding.place.file) == ("raw-not-comparable", "annotations/raw/aaa/004/quantities.toml")
    assert run(real, "agree").exit_code == 2


def test_outside_work_need_not_have_every_layer(three: Path) -> None:
    adjudicate(three, *ANNOTATORS, rows=WHOLE + TYPE)
    annotate(three, "aaa")
    (three / raw("aaa", "attributions")).unlink()
    assert slugs(three) == []
    assert run(three, "agree").exit_code == 0


def test_agree_refuses_nothing_that_check_calls_clean(three: Path) -> None:
    seed = three / "seeds/000/raw.txt"
    data = seed.read_bytes().replace(b"\n", b"\r\n")
    meta = (three / "seeds/000/meta.toml").read_text("utf-8")
    meta = meta.replace(sha256(seed.read_bytes()).hexdigest(), sha256(data).hexdigest())
    seed.write_bytes(data)
    put(three, "seeds/000/meta.toml", meta)
    adjudicate(three, *ANNOTATORS, rows=WHOLE + TYPE)
    checked = run(three, "check")
    assert "seed-line-ends" in checked.stdout
    assert (checked.exit_code, run(three, "agree").exit_code) == (0, 0)


# --- what is said of who annotated ----------------------------------------------------------------------------


def test_the_document_says_who_annotated_as_the_data_show_it(three: Path) -> None:
    text = agreement_document(Corpus(three))
    assert "**The annotators are ann (a person), bo (a person) and cy (a person)**" in text
    assert "language model" not in text
    for annotator in ANNOTATORS:
        for file in FILES:
            replace(three, raw(annotator, file), 'via = "hand"', 'via = "model"')
    assert "**The annotators are language models** (`ann`, `bo`, `cy`)" in agreement_document(Corpus(three))
    replace(three, raw("bo"), 'via = "model"', 'via = "hand"')
    said = agreement_document(Corpus(three))
    assert "**The annotators are ann (a language model), bo (a person and a language model) and cy" in said


def test_more_than_two_hands_have_pairs_and_one_alpha_together(three: Path) -> None:
    text = agreement_document(Corpus(three))
    for pair in ("ann and bo", "ann and cy", "bo and cy", "ann and gold", "bo and gold", "cy and gold"):
        assert f"## {pair}\n\n1 article.\n" in text
    assert "| 000 | ann, bo, cy | 2 |" in text
    overall = text.split("## All annotators together")[1]
    assert "| quantities | number | 1.000 |" in overall
    assert "| entities | span | 0." in overall
    assert annotation_facts(Corpus(three)).annotators == ANNOTATORS
    assert makers(Corpus(three)).per_item == "3"


def test_an_article_is_aligned_once_whoever_asks(three: Path) -> None:
    corpus = Corpus(three)
    assert aligned_with_gold(corpus, "000") is aligned_with_gold(corpus, "000")
    assert aligned_pairs(corpus)[0] is aligned_pairs(corpus)[0]
    assert aligned_with_gold(Corpus(three), "000") is not aligned_with_gold(corpus, "000")
