"""One slip in a real article, annotated twice and adjudicated, gives one finding, and no slip a traceback.

What others say of an article that cannot be read, or of work that cannot be compared, is a consequence and not said.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.checks_support import copied, replace
from tests.checks_support import found as formatted_and_found
from vouchbank.checks import check
from vouchbank.cli import main
from vouchbank.corpus import Corpus, repository_root
from vouchbank.findings import Finding

pytestmark = pytest.mark.slow

ENTITIES = "annotations/004/entities.toml"
QUANTITIES = "annotations/004/quantities.toml"
ATTRIBUTIONS = "annotations/004/attributions.toml"
REGISTRY = "annotations/registry.toml"
FIGURES = "annotations/figures.toml"
CLAIMS = "annotations/claims.toml"
RAW = "annotations/raw/annotator-a/004/quantities.toml"
REUTERS = 'e11 = { q = "Reuters", type = "ORG", key = "reuters" }'


def left_out(folder: str, names: list[str]) -> set[str]:
    """The files and folders of the articles that are not needed, and what was decided of figures across them."""
    return {name for name in names if name.partition(".")[0] in ("000", "001", "002", "corpus")}


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Articles 003 and 004, the latter with raw annotations and adjudication: a third of the corpus."""
    root = tmp_path_factory.mktemp("two")
    for folder in ("seeds", "annotations"):
        shutil.copytree(repository_root() / folder, root / folder, ignore=left_out)
    raw = (*root.glob("annotations/raw/*/003"), *root.glob("annotations/raw/*/*.toml"))
    for path in (*raw, root / "annotations/adjudication/003.toml"):
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    for path in (*root.glob("annotations/raw/*/figures.toml"), *root.glob("annotations/raw/*/claims.toml")):
        path.unlink()
    for path in root.glob("annotations/003/*.toml"):
        replace(root, path.relative_to(root).as_posix(), 'status = "adjudicated"', 'status = "complete"')
    keep(root, FIGURES, lambda record: not re.search(r'"00[012]-', record))
    keep(root, CLAIMS, lambda record: not re.search(r'"00[012]-', record))
    keep(root, REGISTRY, lambda record: not re.search(r'^article = "00[012]"', record, re.MULTILINE))
    unused = {f"[{f.message.split()[-1]}]" for f in formatted_and_found(root) if f.slug == "unused-row"}
    keep(root, REGISTRY, lambda record: record.split("\n")[0] not in unused)
    assert formatted_and_found(root) == []
    return root


def keep(root: Path, file: str, wanted: Callable[[str], bool]) -> None:
    """Leave out the other records of a shared file."""
    records = re.split(r"^(?=\[)", (root / file).read_text("utf-8"), flags=re.MULTILINE)
    (root / file).write_text("".join(filter(wanted, records)), "utf-8")


@pytest.fixture
def root(two: Path, tmp_path: Path) -> Path:
    return copied(two, tmp_path)


def found(root: Path) -> list[Finding]:
    return check(Corpus(root))


@pytest.mark.parametrize(
    ("file", "old", "new", "slug"),
    [
        (ENTITIES, REUTERS, REUTERS[:-2], "toml-syntax"),
        (ENTITIES, REUTERS, f"{REUTERS}\n{REUTERS}", "duplicate-key"),
        (ENTITIES, "[p3]", "<<<<<<< ours\n[p3]\n=======\n[p3]\n>>>>>>> theirs", "merge-marker"),
        (ENTITIES, "status", "\ufeffstatus", "byte-order-mark"),
        (ENTITIES, '"four U.S. officials"', '"four US officials"', "quote-not-found"),
        (ENTITIES, 'q = "Reuters"', 'q = "Reuters", n = 1', "wrong-type"),
        (ENTITIES, "e11 =", "E11 =", "stray-key"),
        (QUANTITIES, "[p3.q1]", "[p3.q1", "toml-syntax"),
        (QUANTITIES, 'number = "21"', 'number = "21"\ninterval = 21', "wrong-type"),
        (QUANTITIES, 'number = "four"', 'number = "four"\ninterval = 4', "wrong-type"),
        (QUANTITIES, 'number = "four"', 'number = "four"\ninterval = [4, 4]', "wrong-type"),
        (QUANTITIES, 'measured = "U.S. officials"', "measured = { q = 1 }", "malformed-quote"),
        (ATTRIBUTIONS, 'source = "four U.S. officials"', "source = [[]]", "malformed-quote"),
        (ATTRIBUTIONS, "[p4.a2]", "[p4.a2", "toml-syntax"),
        (REGISTRY, "[reuters]", "[reuters", "unreadable-shared-file"),
        (FIGURES, 'members = ["', 'members = [[], "', "malformed-shared-record"),
        (FIGURES, 'members = ["', 'members = "x"  # ["', "malformed-shared-record"),
        (RAW, 'interval = "[4, 4]"', "interval = 4", "raw-not-comparable"),
        (RAW, "[p3.q1]", "[p3.q1", "raw-not-comparable"),
        (RAW, 'number = "four"', 'number = "fuor"', "raw-not-comparable"),
    ],
)
def test_one_slip_is_one_finding(file: str, old: str, new: str, slug: str, root: Path) -> None:
    replace(root, file, old, new)
    assert [(f.slug, f.place.file) for f in found(root)] == [(slug, file)]


@pytest.mark.parametrize(
    ("file", "old", "new", "said", "help_"),
    [
        (
            ENTITIES,
            '"four U.S. officials"',
            '"four US officials"',
            "does not occur in p3",
            "did you mean 'four U.S. officials'?",
        ),
        (ENTITIES, '"Realist English"', '"Realist Englsh"', "does not occur in p2", "did you mean 'Realist English'?"),
        (ATTRIBUTIONS, "is … in", "is ... in", "does not occur in p3", "the single character …, between two spaces"),
        (ATTRIBUTIONS, "is … in", "is… in", "does not occur in p3", "the single character …, between two spaces"),
        (ENTITIES, "sure = false", 'sure = "false"', "must be true or false, not", "write true or false, without"),
        (
            ENTITIES,
            'q = "Reuters"',
            'q = "Reuters", n = 1',
            "must be text, not 1",
            "put the text in quotation marks",
        ),
        (ENTITIES, 'days", type', 'days", Type', "unknown field 'Type'", "did you mean 'type'?"),
        (ENTITIES, '"adjudicated"', '"done"', "invalid value 'done'", "choose one of: draft, complete, adjudicated"),
        (ENTITIES, "e11 =", "e_ =", "'e_' in p3 has no id yet", "vouchbank check --fix"),
        (ENTITIES, "e11 =", "e_2 =", "'e_2' in p3 has no id yet", "vouchbank check --fix"),
        (ENTITIES, "e11 =", "e =", "'e' in p3 has no id yet", "vouchbank check --fix"),
        (ENTITIES, "e11 =", "e_new =", "'e_new' in p3 has no id yet", "vouchbank check --fix"),
        (ENTITIES, "e11 =", '"e?" =', "'e?' in p3 has no id yet", "vouchbank check --fix"),
        (ENTITIES, "e11 =", "q_1 =", "'q_1' is not the id", "use an id like e1"),
        (ENTITIES, REUTERS, f"{REUTERS}\ne_1 = 3", "'e_1' is not the id", "followed by a table"),
        (ENTITIES, REUTERS, 'e_ = { q = "a", q = "b" }', "q occurs twice in this section", "remove one of the two"),
        (
            ENTITIES,
            "e11 =",
            "q11 =",
            "'q11' is not the id",
            "move it, and others of its kind, to annotations/004/quantities.toml",
        ),
    ],
)
def test_a_slip_is_told_with_what_to_do(file: str, old: str, new: str, said: str, help_: str, root: Path) -> None:
    replace(root, file, old, new)
    (finding,) = found(root)
    assert said in finding.message
    assert help_ in finding.help


def test_a_file_in_the_place_of_another_is_one_finding_and_those_about_what_is_not_there(root: Path) -> None:
    shutil.copy(root / ENTITIES, root / QUANTITIES)
    said = [f for f in found(root) if f.slug != "unknown-shared-reference"]
    assert [(f.slug, f.place.file) for f in said] == [("stray-key", QUANTITIES)]
    assert said[0].help == f"move it, and others of its kind, to {ENTITIES}"


def test_keys_that_are_no_ids_are_all_named(root: Path) -> None:
    replace(root, ENTITIES, 'e1 = { q = "U.S."', 'e011 = { q = "U.S."')
    replace(root, ENTITIES, "e11 =", "E11 =")
    replace(root, ENTITIES, "e12 = {", "e12 = [{")
    replace(root, ENTITIES, 'title = "President" }', 'title = "President" }]')
    assert [f.slug for f in found(root)] == ["stray-key", "stray-key", "not-canonical", "stray-key"]


def test_a_layer_that_is_gone_is_one_departure_and_names_the_file(root: Path) -> None:
    (root / QUANTITIES).unlink()
    (said,) = [f for f in found(root) if f.slug == "gold-not-explained"]
    assert said.message == f"{QUANTITIES} is missing, but annotators have this layer"


def test_an_adjudicated_file_without_raw_work_is_said_once_for_each_annotator(root: Path) -> None:
    for name in ("annotator-a", "annotator-b"):
        (root / f"annotations/raw/{name}/004/quantities.toml").unlink()
    said = found(root)
    assert [(f.slug, str(f.place)) for f in said] == [("raw-not-comparable", f"{QUANTITIES}:1:10")] * 2
    assert [f.message.split()[-3] for f in said] == [f"annotations/raw/annotator-{x}/004/quantities.toml" for x in "ab"]


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        (FIGURES, 'members = ["', 'members = [[], "'),
        (FIGURES, "pairs = [", "pairs = [1,"),
        (FIGURES, 'label = "', 'lable = "'),
        (FIGURES, '"003-q1", "004-q9"]', '"003-q1", "004-q99"]'),
        (QUANTITIES, 'number = "four"', 'number = "four"\ninterval = 4'),
    ],
)
def test_figures_that_have_not_their_shape_are_left_out_and_nothing_is_proposed_from_them(
    file: str, old: str, new: str, root: Path
) -> None:
    replace(root, file, old, new)
    result = CliRunner().invoke(main, ["show", "--figures", "--root", str(root)])
    assert (result.exit_code, "finding" in result.stderr) == (0, True)
    result = CliRunner().invoke(main, ["show", "--figures", "--propose", "--root", str(root)])
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("vouchbank: not shown: the sources have ")


RAW = "annotations/raw/annotator-b/004/quantities.toml"


@pytest.mark.parametrize("file", [QUANTITIES, RAW])
def test_raw_files_that_have_not_their_shape_are_not_compared_and_it_is_said_in_a_sentence(
    file: str, root: Path
) -> None:
    replace(root, file, 'number = "four"', 'number = "four"\nvague = 4')
    result = CliRunner().invoke(main, ["agree", "--root", str(root)])
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("vouchbank: not compared: the sources have ")


def test_figures_without_a_relation_are_listed_and_proposed(root: Path) -> None:
    text = (root / FIGURES).read_text("utf-8")
    first = text[text.index("pairs = [") : text.index("\n]\n") + 3]
    replace(root, FIGURES, first, "pairs = []\n")
    result = CliRunner().invoke(main, ["show", "--figures", "--propose", "--root", str(root)])
    assert result.exit_code == 0
    assert 'a = "003-q1", b = "004-q9"' in result.stdout


def empty(root: Path) -> None:
    (root / "seeds/004/raw.txt").write_bytes(b"")


def gone(root: Path) -> None:
    shutil.rmtree(root / "annotations/raw/annotator-b/004")


@pytest.mark.parametrize("damage", [empty, gone])
def test_what_cannot_be_compared_at_all_is_no_traceback(damage: Callable[[Path], None], root: Path) -> None:
    damage(root)
    assert {f.slug for f in found(root)} <= {"empty-seed", "seed-changed", "raw-not-comparable"}
