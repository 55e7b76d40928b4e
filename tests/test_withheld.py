"""A corpus without the words of its articles: nothing survives, the words come back, and what differs is named."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import tomllib
import unicodedata
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

import datasets
import polars as pl
import pyarrow
import pyarrow.parquet
import pytest
import yaml
from click.testing import CliRunner

from tests import test_web_pages
from tests.checks_support import TOY, copied
from tests.test_web_pages import PAGE, here  # noqa: F401 - a fixture
from vouchbank.build import build
from vouchbank.build.steps import checksums
from vouchbank.cli import main
from vouchbank.corpus import Corpus, repository_root
from vouchbank.schema import default_schema_folder, load_schema
from vouchbank.tables.digest import logical_digest
from vouchbank.withhold import folders, rehydrate, withhold
from vouchbank.withhold.copies import Copies, words_of
from vouchbank.withhold.words import Words

pytestmark = pytest.mark.slow

ROOT = repository_root()
SCHEMA = load_schema(default_schema_folder())
DOCUMENT = ROOT / "docs" / "withheld-text.md"
# what an annotator or a collector wrote in words of their own or of the article: no offset leads to it
LEFT_OUT = {
    "articles.seed_file",
    "articles.outlet",
    "articles.rights",
    "articles.evidence.quote",
    "claims.label",
    "claims.note",
    "claims.pairs.reason",
    "figures.label",
    "figures.note",
    "figures.pairs.reason",
    "figures.pairs.despite",
    "quantities.vouched_by_reason",
    "registry.description",
    "registry.name",
    "registry.aliases",
    "registry.note",
    "registry.reason",
    "registry.qid_source",
    *(f"{table.name}.note" for table in SCHEMA.layers),
}
KEYS = {"registry.key": "registry", "entities.key": "registry", "attributions.source_key": "registry"}
KEYS |= {f"registry.{name}": "registry" for name in ("acts_for", "place", "seat_of")}
KEYS |= {"attributions.speaks_for": "registry"}
KEYS |= {"figures.id": "figures", "quantities.figure_id": "figures", "claims.id": "claims"}
STATED_FORMS = (
    r"[0-9a-f]{64}",  # hashes
    r"\d{3}(-[a-z]+\d+)?|p\d+|(registry|figures|claims)-\d+|Q\d+",  # ids
    r"\d\.\d|en|annotator-[a-z]|adjudicator",  # guidelines, languages, hands
    r"[\[(](-inf|[\d.]+), (inf|[\d.]+)[\])]",  # intervals
    r"[\dX]{4}(-[\dX]{2}){0,2}(/\.\.)?|\.\./[\dX]{4}(-[\dX]{2}){0,2}",  # dates
    r"[A-Za-z%]+|10\.a",  # unit codes
)
# set phrases of our own prose that an article happens to have too
GENERIC = {("the", "united", "states", "and")}

Folder = dict[str, bytes]


@pytest.fixture(scope="module", params=["the corpus", "the toy"])
def full(request: pytest.FixtureRequest, built_toy: Path) -> Path:
    return ROOT / "corpus" if request.param == "the corpus" else built_toy


@pytest.fixture(scope="module")
def withheld(full: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("withheld") / "corpus"
    withhold(full, target, SCHEMA)
    return target


@pytest.fixture(scope="module")
def toy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The toy without words, made by the command."""
    folder = tmp_path_factory.mktemp("toy") / "corpus"
    ran = run("build", "--root", str(TOY), "--withhold-text", "--out", str(folder))
    assert ran == (0, f"wrote {folder}\n")
    return folder


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, arguments)
    return result.exit_code, result.output


def contents(folder: Path) -> Folder:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def put(folder: Path, files: Mapping[str, bytes]) -> Path:
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


def seed(article: str) -> bytes:
    return (TOY / "seeds" / article / "raw.txt").read_bytes()


def seeds_of(folder: Path) -> Path:
    """Copies of the toy's articles under other names."""
    return put(folder, {"a.txt": seed("000"), "below/b": seed("001")})


def tables(folder: Path) -> dict[str, list[dict[str, Any]]]:
    return {p.stem: pyarrow.parquet.read_table(p).to_pylist() for p in sorted((folder / "data").glob("*.parquet"))}


def raws(full: Path) -> dict[str, str]:
    made: dict[str, str] = {}
    for row in tables(full)["segments"]:
        made[row["article_id"]] = made.get(row["article_id"], "") + row["raw_text"]
    return made


def runs(text: str, length: int) -> set[tuple[str, ...]]:
    """Words in a row; numbers alone are nobody's wording."""
    words = re.findall(r"\w+", text.casefold())
    found = {tuple(words[i : i + length]) for i in range(len(words) - length + 1)}
    return {run for run in found if re.search(r"[^\W\d_]", "".join(run))}


def wording(full: Path, length: int) -> set[tuple[str, ...]]:
    return {run for raw in raws(full).values() for run in runs(raw, length)}


def values(path: str, value: Any) -> Iterator[tuple[str, Any]]:
    """Every value that is neither a list nor a record, with its column; rows within a row are of their own table."""
    if isinstance(value, list):
        for item in value:
            yield from values(path, item)
    elif isinstance(value, dict):
        for name, item in value.items():
            table = path.removeprefix("articles.") if path.removeprefix("articles.") in SCHEMA.tables else path
            yield from values(f"{table}.{name}", item)
    else:
        yield path, value


def cells(folder: Path) -> Iterator[tuple[str, Any]]:
    for name, rows in tables(folder).items():
        for row in rows:
            yield from values(name, row)


def lines(folder: Path) -> Iterator[tuple[str, str]]:
    """What stands together in a file that is not a table."""
    for name, data in contents(folder).items():
        if not name.endswith(".parquet"):
            yield from ((name, piece) for piece in re.split(r"\||\n\s*\n|[<>]|\"", data.decode()))


@pytest.mark.system
@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("copy", ["raw.txt", "the page"])
def test_an_article_that_came_from_a_page_comes_back_from_its_text_and_from_the_page(copy: str, tmp_path: Path) -> None:
    root = copied(TOY, tmp_path)
    page = PAGE.replace(
        "</p></article>", "</p><p>What “she” said – ½ of it – was caf&eacute; talk.</p></article>"
    ).encode()
    assert test_web_pages.new(root, page, "--id", "boats", "--url", "https://lake.example/boats").exit_code == 0
    build(Corpus(root), tmp_path / "full")
    withhold(tmp_path / "full", tmp_path / "withheld", SCHEMA)
    left = [value for path, value in cells(tmp_path / "withheld") if isinstance(value, str)]
    assert not [value for value in left if "Brook" in value or "Lake" in value or "Tide" in value]
    ours = page if copy == "the page" else (root / "seeds/boats/raw.txt").read_bytes()
    done = rehydrate(tmp_path / "withheld", put(tmp_path / "mine", {"x": ours}), tmp_path / "out", partial=True)
    assert (done.restored, done.without_raw) == (("boats",), ())
    for table in ("articles", "segments", "tokens"):
        was, now = ([r for r in tables(tmp_path / f)[table] if r["article_id"] == "boats"] for f in ("full", "out"))
        keys = ("text", "paragraphs") if table == "articles" else was[0].keys()
        assert [{k: row[k] for k in keys} for row in was] == [{k: row[k] for k in keys} for row in now]
    assert any(row["rule"].startswith("trafilatura") for row in tables(tmp_path / "out")["segments"])


# --- nothing survives ----------------------------------------------------------------------------------


def test_no_cell_has_three_words_in_a_row_of_any_article(full: Path, withheld: Path) -> None:
    three = wording(full, 3)
    found = [(path, value) for path, value in cells(withheld) if isinstance(value, str) and runs(value, 3) & three]
    assert len(three) > 50
    assert found == []


def test_every_string_that_is_left_is_a_label_or_has_a_stated_form(withheld: Path) -> None:
    labels = set(re.findall(r'"const": "([^"]+)"', json.dumps(list(SCHEMA.documents.values()))))
    rules = {value for path, value in cells(withheld) if path == "segments.rule"}
    names = {*SCHEMA.tables, "outlet", "published", "rights"}  # which layer, which field
    left = {value for path, value in cells(withheld) if isinstance(value, str)} - labels - rules - names
    assert all(re.fullmatch(r"[a-z0-9-]+", rule) for rule in rules)
    assert {value for value in left if not any(re.fullmatch(form, value) for form in STATED_FORMS)} == set()


def test_no_file_has_four_words_in_a_row_of_an_article_not_even_our_own_prose(full: Path, withheld: Path) -> None:
    four = wording(full, 4) - GENERIC
    assert [(name, piece) for name, piece in lines(withheld) if runs(piece, 4) & four] == []


def test_no_words_of_an_article_stand_in_the_bytes_of_any_file(full: Path, withheld: Path) -> None:
    everything = b"\n".join(contents(withheld).values())
    for raw in raws(full).values():
        pieces = {raw[start : start + 20] for start in range(0, len(raw) - 20, 7)}
        assert pieces
        assert not [piece for piece in pieces if piece.encode() in everything]


def test_the_files_are_few_and_none_holds_a_text(full: Path, withheld: Path) -> None:
    kept = {name for name in contents(full) if name.startswith("data/")}
    more = {"README.md", "DICTIONARY.md", "SHA256SUMS", "digests.json", "withheld.json"}
    assert set(contents(withheld)) == kept | more


def test_the_annotation_stays_as_it_is(full: Path, withheld: Path) -> None:
    for name in SCHEMA.tables:
        old, new = (pl.read_parquet(folder / "data" / f"{name}.parquet") for folder in (full, withheld))
        assert old.schema == new.schema
        assert old.height == new.height
    for (path, old_value), (_, new_value) in zip(cells(full), cells(withheld), strict=True):
        assert new_value == old_value or new_value is None or path in KEYS, path
        assert isinstance(old_value, str) or new_value == old_value, path


def test_a_number_stands_for_a_key_wherever_it_is_referred_to(full: Path, withheld: Path) -> None:
    stands_for: dict[tuple[str, str], set[str]] = {}
    for (path, old), (_, new) in zip(cells(full), cells(withheld), strict=True):
        if path in KEYS and old is not None:
            stands_for.setdefault((KEYS[path], old), set()).add(new)
            assert re.fullmatch(rf"{KEYS[path]}-[1-9]\d*", new)
    assert all(len(numbers) == 1 for numbers in stands_for.values())
    assert len({number for numbers in stands_for.values() for number in numbers}) == len(stands_for) > 5


def test_the_hashes_of_paragraphs_are_those_of_the_sources(toy: Path) -> None:
    listed = json.loads((toy / "withheld.json").read_text("utf-8"))["paragraphs"]
    metas = {name: tomllib.loads((TOY / "seeds" / name / "meta.toml").read_text("utf-8")) for name in listed}
    assert listed == {name: meta["paragraphs"] for name, meta in metas.items()}


def test_the_same_corpus_gives_the_same_bytes(full: Path, withheld: Path, tmp_path: Path) -> None:
    withhold(full, tmp_path / "again", SCHEMA)
    assert contents(tmp_path / "again") == contents(withheld)


# --- it is a dataset all the same ----------------------------------------------------------------------


def test_load_dataset_loads_it_with_the_same_features(full: Path, withheld: Path, tmp_path: Path) -> None:
    for config in ("articles", "tokens", "registry"):
        loaded, whole = (
            datasets.load_dataset(str(folder), config, split="test", cache_dir=str(tmp_path / str(number)))
            for number, folder in enumerate((withheld, full))
        )
        assert loaded.features == whole.features
        assert loaded.num_rows == whole.num_rows
    tokens = datasets.load_dataset(str(withheld), "tokens", split="test", cache_dir=str(tmp_path / "0"))[0]
    assert tokens["text"] is None
    assert set(tokens["tokens"]) == {None}
    assert len(tokens["tokens"]) == len(tokens["offsets"]) == len(tokens["entity_tags"])


def test_the_card_says_so_and_its_front_matter_is_the_same(full: Path, withheld: Path) -> None:
    cards = [(folder / "README.md").read_text("utf-8") for folder in (full, withheld)]
    heads = [yaml.safe_load(card.split("---\n")[1]) for card in cards]
    assert heads[0] == heads[1]
    assert cards[1].split("---\n", 2)[2].startswith("\n# VouchBank without the words of its articles\n")
    assert "vouchbank rehydrate" in cards[1]


def test_checksums_and_digests_are_those_of_the_files(withheld: Path) -> None:
    files = contents(withheld)
    stated = [line.split("  ") for line in files["SHA256SUMS"].decode().splitlines()]
    assert {name: hashlib.sha256(files[name]).hexdigest() for name in files if name != "SHA256SUMS"} == {
        name: digest for digest, name in stated
    }
    for name, told in json.loads(files["digests.json"]).items():
        assert told["sha256"] == logical_digest(pyarrow.parquet.read_table(withheld / "data" / f"{name}.parquet"))


# --- the words come back -------------------------------------------------------------------------------


def came_back(full: Path, restored: Path, without_raw: Collection[str] = ()) -> None:
    """Every value is the published one, but for what no offset leads to, and the raw texts of some articles."""
    for name, rows in tables(full).items():
        for old_row, new_row in zip(rows, tables(restored)[name], strict=True):
            for (path, old), (_, new) in zip(values(name, old_row), values(name, new_row), strict=True):
                if path in LEFT_OUT or (path == "segments.raw_text" and old_row["article_id"] in without_raw):
                    assert new is None, path
                elif path not in KEYS:
                    assert new == old, path


def test_all_words_come_back_from_the_seeds(full: Path, withheld: Path, tmp_path: Path) -> None:
    mine = put(tmp_path / "mine", {f"{number}.html": raw.encode() for number, raw in enumerate(raws(full).values())})
    made = rehydrate(withheld, mine, tmp_path / "out")
    assert made.restored == tuple(raws(full))
    assert (made.problems, made.without_raw) == ({}, ())
    came_back(full, tmp_path / "out")
    texts = {name: data for name, data in contents(full).items() if name.startswith("text/")}
    assert {name: data for name, data in contents(tmp_path / "out").items() if name.startswith("text/")} == texts
    assert (tmp_path / "out/SHA256SUMS").read_text("utf-8") == checksums(tmp_path / "out")


MENU = "Home\nNews\nSubscribe to our newsletter today, and never miss a story of ours again.\n\n"


# how a copy may have been saved, and whether the seed can be told from it
SAVED: dict[str, tuple[Callable[[str], bytes], bool]] = {
    "CRLF": (lambda t: t.replace("\n", "\r\n").encode(), True),
    "BOM": (lambda t: t.encode("utf-8-sig"), True),
    "CRLF and BOM": (lambda t: t.replace("\n", "\r\n").encode("utf-8-sig"), True),
    "UTF-16": (lambda t: t.encode("utf-16"), True),
    "CR": (lambda t: t.replace("\n", "\r").encode(), False),
    "more line ends": (lambda t: f"{t}\n\n".encode(), False),
    "no last line end": (lambda t: f"{t.rstrip()}".encode(), False),
    "NFC": (lambda t: unicodedata.normalize("NFC", t).encode(), False),
    "NFD": (lambda t: unicodedata.normalize("NFD", t).encode(), False),
    "no-break spaces": (lambda t: t.replace(" ", "\u00a0").encode(), False),
    "menus around": (lambda t: f"{MENU}{t}\n{MENU}".encode(), False),
    "menus within": (lambda t: t.replace("\n", "\nAdvertisement\n").encode(), False),
}


def test_a_copy_that_an_editor_or_a_browser_saved_gives_the_same_words(
    full: Path, withheld: Path, subtests: pytest.Subtests
) -> None:
    articles = folders._read(withheld, SCHEMA)[2]
    assert [article.id for article in articles] == list(raws(full))
    for saved, (changed, is_seed) in SAVED.items():
        for article, raw in zip(articles, raws(full).values(), strict=True):
            with subtests.test(saved=saved, article=article.id):
                words = words_of(article, Copies.of([("x", changed(raw))], articles))
                text = (full / "text" / f"{article.id}.txt").read_text("utf-8")
                same = is_seed or changed(raw) == raw.encode()
                assert words == Words(text.removesuffix("\n"), raw if same else None)


@pytest.mark.system
def test_words_come_back_from_copies_with_menus_in_them(full: Path, withheld: Path, tmp_path: Path) -> None:
    mine = put(tmp_path / "mine", {name: SAVED["menus within"][0](raw) for name, raw in raws(full).items()})
    made = rehydrate(withheld, mine, tmp_path / "out")
    assert (made.restored, made.without_raw, made.problems) == (tuple(raws(full)), tuple(raws(full)), {})
    came_back(full, tmp_path / "out", made.without_raw)


def test_a_copy_in_the_encoding_of_windows_gives_the_same_words(full: Path, withheld: Path) -> None:
    article = folders._read(withheld, SCHEMA)[2][0]
    raw = raws(full)["000"]
    in_windows = raw.encode("cp1252", "replace")  # the toy has letters that Windows had not
    found = words_of(article, Copies.of([("x", in_windows)], [article]))
    assert (found is None) == (in_windows.decode("cp1252") != raw) == (b"?" in in_windows)


def test_the_command_restores_from_copies_of_any_name(toy: Path, tmp_path: Path) -> None:
    mine = seeds_of(tmp_path / "mine")
    code, said = run("rehydrate", str(toy), "--seeds", str(mine), "--out", str(tmp_path / "out"))
    assert (code, said) == (0, f"restored 000, 001 in {tmp_path / 'out'}\n")


def test_the_command_says_what_only_a_seed_can_restore(toy: Path, tmp_path: Path) -> None:
    mine = put(tmp_path / "mine", {"a": MENU.encode() + seed("000"), "b": seed("001")})
    folder = Path(shutil.copytree(toy, tmp_path / "corpus"))
    code, said = run("rehydrate", str(folder), "--seeds", str(mine))
    assert code == 0
    assert said.endswith("segments.raw_text is still withheld where no copy equals the seed: 000\n")
    for copies in (TOY / "seeds", mine):  # what a seed has restored, stays
        again = run("rehydrate", str(folder), "--seeds", str(copies))
        assert again == (0, f"restored 000, 001 in {folder}\n")
    assert all(row["raw_text"] for row in tables(folder)["segments"])


def test_it_restores_in_place_and_from_the_layout_of_seeds(toy: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(toy, tmp_path / "corpus"))
    assert run("rehydrate", str(folder), "--seeds", str(TOY / "seeds"))[0] == 0
    assert all(row["text"] for row in tables(folder)["articles"])
    assert sorted(p.name for p in tmp_path.iterdir()) == ["corpus"]


def test_partial_restores_what_it_can_and_goes_on_later(toy: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(toy, tmp_path / "corpus"))
    mine = put(tmp_path / "mine", {"a": seed("000")})
    code, said = run("rehydrate", str(folder), "--seeds", str(mine), "--partial")
    assert (code, "restored 000" in said, "still withheld" in said) == (0, True, True)
    assert not [n for n, d in contents(folder).items() if seed("001")[:40] in d]
    assert {r["article_id"]: r["raw_text"] is None for r in tables(folder)["segments"]} == {"000": False, "001": True}
    mine = put(tmp_path / "more", {"b": seed("001")})
    assert run("rehydrate", str(folder), "--seeds", str(mine)) == (0, f"restored 001 in {folder}\n")
    rehydrate(toy, TOY / "seeds", tmp_path / "at once")
    assert contents(folder) == contents(tmp_path / "at once")


# --- what differs is named -----------------------------------------------------------------------------


def differing(toy: Path, tmp_path: Path, changed: bytes) -> str:
    """What is said of 000 when a copy differs; nothing is written."""
    mine = put(tmp_path / "mine", {"x.txt": changed, "b": seed("001")})
    before = contents(toy)
    code, said = run("rehydrate", str(toy), "--seeds", str(mine))
    assert code == 1
    assert said.endswith("\nnothing was restored; use --partial to restore the articles that were found\n")
    assert contents(toy) == before
    assert sorted(p.name for p in toy.parent.iterdir()) == ["corpus"]
    return said.splitlines()[0]


def test_the_first_difference_is_named_with_paragraph_file_and_line(toy: Path, tmp_path: Path) -> None:
    changed = seed("000").replace(b"roughly 15", b"roughly 16").replace(b"one deckhand", b"a deckhand")
    said = differing(toy, tmp_path, MENU.replace("\n\n", "\n").encode() + changed)
    assert said in DOCUMENT.read_text("utf-8")
    assert said == (
        "000: 2 of 5 paragraphs are in no copy; the first is p4 (characters 194 to 282); "
        "in its place, line 12 of x.txt begins 'Pilots believe roughly 16 of the boats carry grain, she sai…'"
    )


def test_marks_that_an_editor_straightened_are_a_difference(toy: Path, tmp_path: Path) -> None:
    changed = seed("000").decode().replace("“", '"').replace("”", '"').encode()
    assert differing(toy, tmp_path, changed).endswith(
        """line 11 of x.txt begins '"The ferry 海風 holds 200 people," one pilot said, and one de…'"""
    )


def test_a_changed_part_of_a_line_that_the_rules_cut_is_named(toy: Path, tmp_path: Path) -> None:
    said = differing(
        toy, tmp_path, seed("000").replace(b"(Tide Post)", b"(TP)").replace(b"Share this", b"See our other")
    )
    assert said == (
        "000: 1 of 5 paragraphs is in no copy: p2 (characters 33 to 55); "
        "in its place, line 7 of x.txt begins 'PORT LUNE (TP). At least 40 boats waited outside Port Lune …'"
    )


def test_a_paragraph_that_a_copy_lacks_is_named(toy: Path, tmp_path: Path) -> None:
    lines = seed("000").splitlines(keepends=True)
    said = differing(toy, tmp_path, b"".join(line for line in lines if not line.startswith(b"Pilots")))
    assert said == (
        "000: 1 of 5 paragraphs is in no copy: p4 (characters 194 to 282); "
        "x.txt has nothing in its place, between lines 7 and 10"
    )


def test_a_missing_copy_is_named(toy: Path, tmp_path: Path) -> None:
    mine = put(tmp_path / "mine", {"a": seed("000")})
    code, said = run("rehydrate", str(toy), "--seeds", str(mine), "--out", str(tmp_path / "out"))
    assert code == 1
    digest = hashlib.sha256(seed("001")).hexdigest()
    line = f"001: no copy was found (its text has 487 characters, its seed the SHA-256 {digest})\n"
    assert said.startswith(line)
    assert line in DOCUMENT.read_text("utf-8")
    assert not (tmp_path / "out").exists()


def test_where_no_copy_is_right_nothing_is_promised_of_partial(toy: Path, tmp_path: Path) -> None:
    mine = put(tmp_path / "mine", {"a": b"Something else.\n", "b": b""})
    for words in ((), ("--partial",)):
        code, said = run("rehydrate", str(toy), "--seeds", str(mine), "--out", str(tmp_path / "out"), *words)
        assert code == 1
        assert said.endswith("nothing was restored; no copy has all words of an article\n")


def test_the_right_copy_counts_whatever_stands_beside_it(toy: Path, tmp_path: Path) -> None:
    mine = seeds_of(tmp_path / "mine")
    put(mine, {"0-changed.txt": seed("000").replace(b"15", b"16"), "9": seed("000")[:99], "twice": seed("000") * 2})
    assert rehydrate(toy, mine, tmp_path / "out").restored == ("000", "001")


def test_hidden_huge_and_binary_files_are_no_copies(toy: Path, tmp_path: Path) -> None:
    mine = put(tmp_path / "mine", {".trash/a": seed("000"), "b": seed("001"), "c": b"\0" + seed("000")})
    put(mine, {"huge.txt": seed("000") + b" " * 10_000_000, "picture": bytes(range(256)), "wide": b"\xff\xfe\x00"})
    (mine / "loop").symlink_to(mine)
    (mine / "nowhere").symlink_to(mine / "not here")
    assert list(rehydrate(toy, mine, tmp_path / "out").problems) == ["000"]


def test_names_and_lines_of_copies_are_shown_and_never_obeyed(toy: Path, tmp_path: Path) -> None:
    changed = seed("000").replace(b"Pilots", b"\x1b[2J##[error]Pilots\xe2\x80\xae")
    mine = put(tmp_path / "mine", {"\x1b[2J\n::error::x": changed, "b": seed("001")})
    said = run("rehydrate", str(toy), "--seeds", str(mine))[1]
    assert "Pilots" in said
    assert not any(mark in said for mark in ("\x1b", "\n::error::", "##[", "\u202e"))


def test_another_version_is_named_where_a_copy_seems_to_differ(toy: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(toy, tmp_path / "corpus"))
    change(folder, "withheld.json", lambda text: re.sub(r'"vouchbank": "[^"]+"', '"vouchbank": "0.0.9"', text))
    mine = put(tmp_path / "mine", {"b": seed("001")})
    hint = "if your copies are right, use vouchbank 0.0.9, which made this folder\n"
    assert hint in run("rehydrate", str(folder), "--seeds", str(mine))[1]
    assert hint not in run("rehydrate", str(folder), "--seeds", str(TOY / "seeds"))[1]


# --- what cannot be ------------------------------------------------------------------------------------


def change(folder: Path, file: str, changed: Callable[[str], str]) -> None:
    """Change a file of a corpus, and its list of checksums so that it does not show."""
    text = (folder / file).read_text("utf-8")
    assert changed(text) != text
    (folder / file).write_text(changed(text), "utf-8")
    (folder / "SHA256SUMS").write_text(checksums(folder), "utf-8")


def test_a_write_that_fails_leaves_the_folder_as_it_was(
    toy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = Path(shutil.copytree(toy, tmp_path / "corpus"))
    real, written = folders.write_rows, []

    def full_disk(rows: pyarrow.Table, target: Path) -> None:
        written.append(target)
        if len(written) == 5:
            raise OSError(28, "No space left on device")
        real(rows, target)

    monkeypatch.setattr(folders, "write_rows", full_disk)
    with pytest.raises(OSError, match="No space left"):
        rehydrate(folder, TOY / "seeds")
    assert contents(folder) == contents(toy)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["corpus"]


@pytest.mark.parametrize(
    ("file", "changed", "why"),
    [
        (
            "withheld.json",
            lambda t: t.replace('"format": 3', '"format": 2'),
            "it has the format 2; this version reads 3",
        ),
        ("withheld.json", lambda t: t.replace('"p4"', '"p9"'), "it cannot be read: KeyError('p4')"),
        ("withheld.json", lambda t: t[1:], "it cannot be read: JSONDecodeError("),
    ],
)
def test_a_folder_that_was_not_made_by_withholding_is_a_message(
    file: str, changed: Callable[[str], str], why: str, toy: Path, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(toy, tmp_path / "corpus"))
    change(folder, file, changed)
    code, said = run("rehydrate", str(folder), "--seeds", str(TOY / "seeds"))
    assert code == 2
    assert said.startswith(f"vouchbank: this folder cannot be rehydrated: {why}")


def test_a_folder_that_was_changed_or_lacks_a_file_is_a_message(toy: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(toy, tmp_path / "corpus"))
    (folder / "DICTIONARY.md").write_text("changed")
    assert "its files do not match SHA256SUMS" in run("rehydrate", str(folder), "--seeds", str(TOY))[1]
    (folder / "data/claims.parquet").unlink()
    (folder / "SHA256SUMS").write_text(checksums(folder), "utf-8")
    assert "claims.parquet" in run("rehydrate", str(folder), "--seeds", str(TOY))[1]
    assert "withheld.json is missing" in run("rehydrate", str(ROOT / "corpus"), "--seeds", str(TOY))[1]


def change_rows(folder: Path, table: str, changed: Callable[[pyarrow.Table], pyarrow.Table]) -> None:
    path = folder / "data" / f"{table}.parquet"
    pyarrow.parquet.write_table(changed(pyarrow.parquet.read_table(path)), path)
    (folder / "SHA256SUMS").write_text(checksums(folder), "utf-8")


def test_a_table_of_another_version_is_a_message(toy: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(toy, tmp_path / "corpus"))
    change_rows(folder, "claims", lambda table: table.drop_columns(["note"]))
    said = run("rehydrate", str(folder), "--seeds", str(TOY / "seeds"))[1]
    assert "the table 'claims' has other columns than in this version of vouchbank" in said


@pytest.mark.parametrize("name", ["../../x", "/tmp/x", "000\n", ""])
def test_an_article_id_never_becomes_a_path(name: str, toy: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(toy, tmp_path / "corpus"))
    change_rows(folder, "articles", lambda table: table.set_column(0, "article_id", pyarrow.array([name, "001"])))
    code, said = run("rehydrate", str(folder), "--seeds", str(TOY / "seeds"))
    assert (code, f"{name!r} is not a valid article id" in said) == (2, True)


def test_the_full_corpus_is_never_overwritten_nor_another_folder(tmp_path: Path) -> None:
    root = copied(TOY, tmp_path)
    assert run("build", "--root", str(root), "--withhold-text")[0] == 2
    assert run("build", "--root", str(root), "--withhold-text", "--out", str(root / "corpus"))[0] == 2
    assert run("build", "--root", str(root), "--withhold-text", "--check", "--out", str(tmp_path / "x"))[0] == 2
    code, said = run("build", "--root", str(root), "--withhold-text", "--out", str(root))
    assert (code, "has other files" in said) == (2, True)
    assert (root / "seeds").is_dir()


def test_check_of_tables_says_that_it_is_for_the_full_form(toy: Path, tmp_path: Path) -> None:
    root = copied(TOY, tmp_path)
    shutil.copytree(toy, root / "corpus")
    code, said = run("check", "--root", str(root), "--tables")
    assert (code, "--tables checks a full corpus" in said) == (2, True)
