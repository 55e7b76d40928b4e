"""Whatever stands in the files of an article that was annotated twice, `check` has findings and raises nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.checks_support import TOY
from tests.property.test_reader_fuzz import mutated
from vouchbank.checks import check
from vouchbank.corpus import Corpus

pytestmark = pytest.mark.system

HEAD = """by = "adjudicator"
guidelines = "0.3"

[annotators]
annotator-a = "5ec97e36bf767f4dcaec3d4f4014a4671914861b5c6fe9f619ea1b119e54bc93"
annotator-b = "8cde8465d386443d6c1fc3f6695e701d5ecc176c83e212c70c250a04841d508a"

"""
DECISION = """[[difference]]
layer = "entities"
ids = {{ annotator-a = "{0}", annotator-b = "{0}" }}
field = "type"
gold = "{0}"
choice = "annotator-a"
reason = "a newspaper"
"""
GOLD = "annotations/000/quantities.toml"
RAW = "annotations/raw/annotator-b/000/quantities.toml"
FIGURES = "annotations/figures.toml"


def twice_annotated() -> dict[str, bytes]:
    """The toy corpus, its first article annotated by two who differ in the type of one paper, and adjudicated."""
    files = {p.relative_to(TOY).as_posix(): p.read_bytes() for p in sorted(TOY.rglob("*")) if p.is_file()}
    gold = [name for name in files if name.startswith("annotations/000/")]
    for name in gold:
        for annotator in ("annotator-a", "annotator-b"):
            files[f"annotations/raw/{annotator}/{name.removeprefix('annotations/')}"] = files[name]
        files[name] = files[name].replace(b'status = "complete"', b'status = "adjudicated"')
    theirs = "annotations/raw/annotator-b/000/entities.toml"
    files[theirs] = files[theirs].replace(b'"Tide Post", type = "ORG"', b'"Tide Post", type = "FAC"')
    files["annotations/adjudication/000.toml"] = "\n".join((HEAD, *map(DECISION.format, ("e3", "e7")))).encode()
    files["annotations/floors.toml"] = b"[entities]\nexact_f1 = 0.5\n"
    files["annotations/retired.toml"] = b'["000-e99"]\nreason = "twice"\nsuccessor = "000-e3"\n'
    return files


FILES = twice_annotated()
TOMLS = sorted(name for name in FILES if name.endswith(".toml"))


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("twice")
    for name, data in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


def with_value(name: str, old: str, new: str) -> tuple[str, bytes]:
    text = FILES[name].decode()
    assert old in text
    return name, text.replace(old, new, 1).encode()


def test_undamaged_it_is_clean(root: Path) -> None:
    assert check(Corpus(root)) == []


@given(st.sampled_from(TOMLS).flatmap(lambda name: st.tuples(st.just(name), mutated(source=FILES[name]))))
@example(with_value(GOLD, 'interval = "[40, inf)"', "interval = 40"))
@example(with_value(GOLD, 'interval = "[40, inf)"', "vouched_by = 4"))
@example(with_value(RAW, 'interval = "[40, inf)"', "interval = 40"))
@example(with_value(RAW, "[p", "[[p"))
@example(with_value(FIGURES, 'members = ["', 'members = [[], "'))
@example(("annotations/adjudication/000.toml", b"difference = 1"))
@example(("annotations/adjudication/000.toml", b"annotators = [1]"))
@example(("annotations/adjudication/000.toml", b'[annotators]\n"../.." = 1\nannotator-a = []\n'))
@example(("annotations/adjudication/000.toml", b"[[difference]]\nlayer = []\n"))
@example(("annotations/adjudication/000.toml", b"[[all_wrong]]\ngold = [1]\nfield = {}\n"))
@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_damage_gives_findings_not_an_exception(root: Path, file: tuple[str, bytes]) -> None:
    name, data = file
    try:
        (root / name).write_bytes(data)
        assert all(finding.message for finding in check(Corpus(root)))
    finally:
        (root / name).write_bytes(FILES[name])


@given(st.lists(st.sampled_from(TOMLS), min_size=1, max_size=4, unique=True))
@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
def test_files_that_are_gone_give_findings_not_an_exception(root: Path, names: list[str]) -> None:
    try:
        for name in names:
            (root / name).unlink()
        check(Corpus(root))
    finally:
        for name in names:
            (root / name).write_bytes(FILES[name])
