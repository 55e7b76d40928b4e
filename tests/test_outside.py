"""Raw annotations outside adjudication, how sure a score is, and what the card counts of who vouches."""

from __future__ import annotations

from pathlib import Path

import pytest

from vouchbank.build.vouching import KINDS, unused_labels, voucher_kind, vouching, who_vouches
from vouchbank.checks import check
from vouchbank.compare.adjudication import GOLD, aligned
from vouchbank.compare.bootstrap import estimate, layer_estimates
from vouchbank.compare.outside import Recall, outsiders, recalls
from vouchbank.compare.scores import ALL_FIELDS, exact_f1, field_scores
from vouchbank.corpus import Corpus, repository_root

RAW = "Ann Lee left. Bo Roe came. Cy Poe stayed. Di Fox slept.\n"
HEAD = 'status = "{}"\nguidelines = "0.4"\nby = "{}"\nvia = "model"\n\n[p1]\n'
NAMES = {"e1": "Ann Lee", "e2": "Bo Roe", "e3": "Cy Poe", "e4": "Di Fox"}
ROW = '\n[[outside]]\nannotator = "{}"\nlayer = "entities"\n{}\nchoice = "{}"\nreason = "a name"\n'


def layer(by: str, *ids: str, status: str = "complete") -> str:
    rows = (
        f'{i} = {{ q = "{NAMES[i]}", type = "PERSON", key = "{NAMES[i].lower().replace(" ", "-")}" }}\n' for i in ids
    )
    return HEAD.format(status, by) + "".join(rows)


def corpus(root: Path, gold: tuple[str, ...], outside: tuple[str, ...], rows: str = "") -> Corpus:
    """A page of four sentences, adjudicated between a and b, and annotated by x too."""
    seed = root / "seeds/000"
    seed.mkdir(parents=True)
    (seed / "raw.txt").write_text(RAW, "utf-8")
    (seed / "meta.toml").write_text('seed_file = "x.txt"\nsha256 = ""\nlanguage = "en"\n', "utf-8")
    files = {"000/entities": layer("c", *gold, status="adjudicated"), "raw/x/000/entities": layer("x", *outside)}
    files |= {f"raw/{name}/000/entities": layer(name, *gold) for name in "ab"}
    digests = dict.fromkeys("ab", "")
    decided = 'by = "c"\nguidelines = "0.4"\n\n[annotators]\n' + "".join(f'{n} = "{d}"\n' for n, d in digests.items())
    files["adjudication/000"] = decided + rows
    for name, text in files.items():
        path = root / "annotations" / f"{name}.toml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return Corpus(root)


def entities(found: Corpus) -> Recall:
    (name, articles), *_ = outsiders(found).items()
    return next(recall for recall in recalls(found, name, articles) if recall.layer == "entities")


def test_an_estimate_is_the_score_of_the_scores_and_its_interval_holds_it() -> None:
    root = Corpus(repository_root())
    pairs = [aligned(root, i, ("annotator-a", "annotator-b")) for i in root.article_ids]
    for found in layer_estimates(pairs, root.schema.exhaustive_layers):
        table = root.schema.tables[found.layer]
        whole = next(score for score in field_scores(pairs, table) if score.field == ALL_FIELDS)
        assert found.counts == whole.counts
        assert found.fields is not None
        assert found.fields.score == pytest.approx(whole.f1)
        assert found.fields.low <= found.fields.score <= found.fields.high
        spans = exact_f1(pairs, table, (c.name for c in table.written if c.span or c.spans))
        assert found.spans is not None
        assert found.spans.score == pytest.approx(spans)


def test_the_interval_is_the_same_every_time_and_narrows_with_more_sentences() -> None:
    few, many = [(1, 1, 1), (0, 1, 1)] * 10, [(1, 1, 1), (0, 1, 1)] * 200
    one, other = estimate(few), estimate(many)
    assert one == estimate(few)
    assert one is not None
    assert other is not None
    assert one.score == other.score == 0.5
    assert one.high - one.low > 2 * (other.high - other.low) > 0


def test_an_interval_covers_what_theory_says() -> None:
    found = estimate([(1, 1, 1)] * 80 + [(0, 1, 1)] * 20)  # a share of 0.8 of 100: ± 1.96 · 0.04
    assert found is not None
    assert found.low == pytest.approx(0.72, abs=0.02)
    assert found.high == pytest.approx(0.88, abs=0.02)


def test_where_nobody_differs_the_interval_has_no_width() -> None:
    assert str(estimate([(2, 2, 2), (1, 1, 1)])) == "1.000 (1.000–1.000)"


def test_what_outside_work_finds_counts_as_missing_until_it_is_read(tmp_path: Path) -> None:
    found = entities(corpus(tmp_path, ("e1", "e2"), ("e2", "e3", "e4")))
    assert (found.gold, found.theirs, found.both, found.unread) == (2, 3, 1, 2)
    assert (found.found, found.of_gold) == (0.5, pytest.approx(1 / 3))


def test_a_reading_says_what_the_gold_lacks(tmp_path: Path) -> None:
    rows = ROW.format("x", 'id = "e3"', "x") + ROW.format("x", 'id = "e4"', GOLD)
    found = entities(corpus(tmp_path, ("e1", "e2"), ("e2", "e3", "e4"), rows))
    assert (found.confirmed, found.refused, found.unread, found.of_gold) == (1, 1, 0, 0.5)


@pytest.mark.parametrize(
    ("row", "slug"),
    [
        (ROW.format("x", 'id = "e3"', "x"), ""),
        (ROW.format("x", 'gold = "e1"', GOLD), ""),
        (ROW.format("x", 'id = "e2"', "x"), "adjudication-of-no-difference"),
        (ROW.format("x", 'gold = "e2"', "x"), "adjudication-of-no-difference"),
        (ROW.format("x", 'id = "e3"', "x") * 2, "adjudication-of-no-difference"),
        (ROW.format("x", 'id = "e3"\ngold = "e1"', "x"), "adjudication-of-no-difference"),
        (ROW.format("a", 'id = "e1"', "a"), "malformed-adjudication"),
        (ROW.format("y", 'id = "e1"', "y"), "malformed-adjudication"),
        (ROW.format("x", 'id = "e3"', "keep"), "malformed-adjudication"),
        (ROW.format("x", 'id = "e3"', "x").replace("a name", " "), "malformed-adjudication"),
    ],
)
def test_a_judgement_is_of_what_only_one_of_them_has(row: str, slug: str, tmp_path: Path) -> None:
    def made(folder: str, decided: str) -> Corpus:
        return corpus(tmp_path / folder, ("e1", "e2"), ("e2", "e3"), decided)

    locked = made("first", "")
    digests = [f.paste[0] for f in check(locked) if f.slug == "raw-changed"]
    found = made("second", row)
    path = found.root / "annotations/adjudication/000.toml"
    text = path.read_text("utf-8")
    for line in digests:
        text = text.replace(f'{line[0]} = ""\n', f"{line}\n")
    path.write_text(text, "utf-8")
    slugs = {f.slug for f in check(Corpus(found.root)) if "adjudication" in f.slug}
    assert slugs == ({slug} if slug else set())


REGISTRY = {"ann": {"key": "ann", "named": True}, "they": {"key": "they", "named": False}}
ATTRIBUTIONS = {
    "a1": {"id": "a1", "source": [{}], "source_key": "ann"},
    "a2": {"id": "a2", "source": [{}], "source_key": "they"},
    "a3": {"id": "a3", "source": [], "source_key": None},
    "a4": {"id": "a4", "source": [{}], "source_key": None},
}


@pytest.mark.parametrize(
    ("chain", "kind"),
    [(None, "unknown"), ([], "article"), (["a1"], "named"), (["a2", "a1"], "unnamed"), (["a3"], "unexpressed"),
     (["a4"], "unnamed")],
)  # fmt: skip
def test_who_vouches_is_told_by_the_innermost_link(chain: list[str] | None, kind: str) -> None:
    assert voucher_kind({"vouched_by": chain}, ATTRIBUTIONS, REGISTRY) == kind
    assert kind in KINDS


def test_the_card_counts_vouchers_and_chains() -> None:
    chains = [["a1"], ["a2", "a1"], [], []]
    rows = {
        "quantities": [{"vouched_by": chain} for chain in chains],
        "attributions": [*ATTRIBUTIONS.values()],
        "registry": [*REGISTRY.values()],
    }
    assert who_vouches(rows) == {"named": 1, "unnamed": 1, "article": 2}
    assert vouching(rows) == (
        "Of the 4 numbers, a source with a name vouches for 1, a source without a name for 1 and only the "
        "article for 2. This counts the innermost link of each chain of vouchers: 1 with 1 link and 1 with 2 links."
    )
    assert vouching({**rows, "quantities": [{"vouched_by": ["a1"]}]}) == (
        "Of the 1 number, a source with a name vouches for 1. No chain of vouchers has more than one link."
    )
    assert vouching({**rows, "quantities": []}) == "No numbers are annotated yet."


def test_labels_that_never_occur_are_named() -> None:
    schema = Corpus(repository_root()).schema
    rows = {table.name: [] for table in schema.layers}
    listed = list(unused_labels(schema, rows))
    assert any(line.startswith("- `entities.type`: `PERSON`, `NORP`") for line in listed)
    rows["quantities"] = [dict.fromkeys(schema.tables["quantities"].names) | {"scope": ["a"], "arguments": []}]
    (line,) = (line for line in unused_labels(schema, rows) if line.startswith("- fields that no row fills: "))
    assert "`quantities.per`" in line
    assert "scope" not in line
