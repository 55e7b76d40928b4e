"""A corpus without the words of its articles: nothing survives, everything comes back, and what differs is named."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import datasets
import polars as pl
import pytest
import yaml
from click.testing import CliRunner

from tests.checks_support import TOY
from vouchbank.build import build
from vouchbank.cli import main
from vouchbank.corpus import Corpus, repository_root
from vouchbank.schema import default_schema_folder, load_schema
from vouchbank.withhold import files as room
from vouchbank.withhold import tables as parquet
from vouchbank.withhold.columns import Withholder
from vouchbank.withhold.documents import document_without_words, own_prose, with_other_hashes
from vouchbank.withhold.folders import contents, rehydrate
from vouchbank.withhold.problems import CannotWithholdError, NotWithheldError, RestoredWrongError
from vouchbank.withhold.wording import Source

ROOT = repository_root()
SCHEMA = load_schema(default_schema_folder())
# what stays: ids and keys, and names and labels unless they are as long as a quotation
IDS = {"id", "article_id", "key", "source_key", "figure_id", "a", "b", "members", "unit_code", "interval", "published"}
NAMES = {"articles.outlet", "registry.name", "figures.label", "claims.label"}
PROSE = (*ROOT.glob("src/vouchbank/build/*.md"), *ROOT.glob("src/vouchbank/build/*.toml"))
NOTICE = ROOT / "src/vouchbank/withhold/notice.md"

Folder = dict[str, bytes]


@pytest.fixture(scope="module", params=["the corpus", "the toy"])
def full(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Folder:
    if request.param == "the corpus":
        return contents(ROOT / "corpus")
    target = tmp_path_factory.mktemp("toy") / "corpus"
    build(Corpus(TOY), target)
    return contents(target)


@pytest.fixture(scope="module")
def withheld(full: Folder) -> Folder:
    return room.withheld_files(full, SCHEMA)


@pytest.fixture(scope="module")
def toy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The toy, made by the command."""
    folder = tmp_path_factory.mktemp("withheld") / "corpus"
    ran = run("build", "--root", str(TOY), "--withhold-text", "--out", str(folder))
    assert ran == (0, f"wrote {folder}\n")
    return folder


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, arguments)
    return result.exit_code, result.output


def put(folder: Path, files: Mapping[str, bytes]) -> Path:
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


def seeds_of(folder: Path) -> Path:
    """Copies of the toy's articles under other names."""
    return put(folder, {"a.txt": seed("000"), "below/b": seed("001")})


def seed(article: str) -> bytes:
    return (TOY / "seeds" / article / "raw.txt").read_bytes()


def runs(text: str, length: int) -> set[tuple[str, ...]]:
    """Words in a row, counted in another way than the code does; numbers alone are nobody's wording."""
    words = re.findall(r"\w+", text.casefold())
    found = {tuple(words[i : i + length]) for i in range(len(words) - length + 1)}
    return {run for run in found if re.search(r"[^\W\d_]", "".join(run))}


def strings(table: str, value: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield f"{table}.{path}", value
    elif isinstance(value, list):
        for item in value:
            yield from strings(table, item, path)
    elif isinstance(value, dict):
        for name, item in value.items():
            yield from strings(table, item, name)


def tables(files: Folder) -> dict[str, list[dict[str, Any]]]:
    return {n[5:-8]: parquet.read_table(d).to_pylist() for n, d in files.items() if n.endswith(".parquet")}


def wording_of(full: Folder, length: int) -> set[tuple[str, ...]]:
    texts = [data.decode() for name, data in full.items() if name.startswith("text/")]
    return {run for text in (*texts, *room.raw_articles(full).values()) for run in runs(text, length)}


def cells(data: bytes) -> list[str]:
    """What stands together in a document."""
    return re.split(r"\||\n\s*\n|[<>]|\"", data.decode())


# --- nothing survives ----------------------------------------------------------------------------------


def test_no_string_of_any_table_has_three_words_in_a_row_of_any_article(full: Folder, withheld: Folder) -> None:
    three, eight = wording_of(full, 3), wording_of(full, 8)
    looked_at = 0
    for table, rows in tables(withheld).items():
        for row in rows:
            for path, string in strings(table, row, ""):
                if path.rsplit(".", 1)[1] in IDS:
                    continue
                looked_at += 1
                assert not runs(string, 8) & eight, (path, string)
                assert path in NAMES or not runs(string, 3) & three, (path, string)
    assert looked_at > 100


def test_no_document_has_three_words_in_a_row_of_an_article_that_are_not_our_own(
    full: Folder, withheld: Folder
) -> None:
    held = tables(full)
    named = [row[c.split(".")[1]] or "" for c in NAMES for row in held[c.split(".")[0]]]
    prose = [p.read_text("utf-8") for p in (*PROSE, NOTICE)]
    schema = [string for document in SCHEMA.documents.values() for _, string in strings("", document, "")]
    own = {run for text in (*named, *prose, *schema) for run in runs(text, 3)}
    three = wording_of(full, 3) - own
    for name, data in withheld.items():
        if not name.endswith((".parquet", ".png")):
            for cell in cells(data):
                assert not runs(cell, 3) & three, name


# set phrases of our own prose that an article happens to have too
GENERIC = {"the united states and"}


def test_no_file_has_four_words_in_a_row_of_an_article_not_even_our_own_prose(full: Folder, withheld: Folder) -> None:
    """Our prose is taken for ours: so nobody but this test would see an article quoted in schema/ or in the card."""
    held = tables(full)
    named = {run for c in NAMES for row in held[c.split(".")[0]] for run in runs(row[c.split(".")[1]] or "", 4)}
    four = wording_of(full, 4) - named - {tuple(phrase.split()) for phrase in GENERIC}
    left = {n: [s for row in rows for _, s in strings(n, row, "")] for n, rows in tables(withheld).items()}
    left |= {n: cells(data) for n, data in withheld.items() if not n.endswith((".parquet", ".png"))}
    assert len(left) >= len(withheld) - 1
    found = {n: set().union(*(runs(text, 4) & four for text in texts)) for n, texts in left.items()}
    assert {n: words for n, words in found.items() if words} == {}


def test_no_words_of_an_article_stand_in_the_bytes_of_any_file(full: Folder, withheld: Folder) -> None:
    named = "\n".join(row[c.split(".")[1]] or "" for c in NAMES for row in tables(full)[c.split(".")[0]])
    everything = b"\n".join(data for name, data in withheld.items() if name not in PROSE_FILES)
    for raw in room.raw_articles(full).values():
        pieces = {raw[start : start + 20] for start in range(0, len(raw) - 20, 7)}
        assert not [piece for piece in pieces if piece.encode() in everything and piece not in named]


PROSE_FILES = ("README.md", "DICTIONARY.md", "croissant.json", "datacite.json")  # the test above looks at these


def test_every_span_token_and_text_is_withheld_be_it_one_letter(withheld: Folder) -> None:
    held = tables(withheld)
    for table, rows in held.items():
        for row in rows:
            for path, string in strings(table, row, ""):
                if path in (f"{table}.text", "tokens.tokens", "segments.raw_text", "articles.title", "articles.quote"):
                    assert re.fullmatch("withheld:[0-9a-f]{32}", string), path
    assert [n for n in withheld if n.startswith("text/")]
    assert all(re.fullmatch(b"withheld:[0-9a-f]{32}\n", d) for n, d in withheld.items() if n.startswith("text/"))


def test_aliases_that_stand_in_an_article_go_and_names_and_keys_stay(full: Folder, withheld: Folder) -> None:
    before, after = tables(full)["registry"], tables(withheld)["registry"]
    texts = "".join(data.decode() for name, data in full.items() if name.startswith("text/"))
    assert [(r["key"], r["name"]) for r in before] == [(r["key"], r["name"]) for r in after]
    for old, new in zip(before, after, strict=True):
        for alias, left in zip(old["aliases"], new["aliases"], strict=True):
            assert left.startswith("withheld:") == (alias in texts)


def test_equal_words_have_different_markers_so_that_they_cannot_be_counted(full: Folder, withheld: Folder) -> None:
    tokens = [t for row in tables(full)["tokens"] for t in row["tokens"]]
    markers = [t for row in tables(withheld)["tokens"] for t in row["tokens"]]
    assert len(set(tokens)) < len(tokens) == len(set(markers))


def test_no_published_hash_is_the_key_nor_is_a_word_hashed_without_one(full: Folder, withheld: Folder) -> None:
    row = tables(full)["tokens"][0]
    (shown,) = {tables(withheld)["tokens"][0]["tokens"][0].removeprefix("withheld:")}
    article = next(r for r in tables(full)["articles"] if r["article_id"] == row["article_id"])
    word = row["tokens"][0].encode()
    messages = (word, b"tokens/0/tokens.0\0" + word)
    keys = [article["seed_sha256"], article["text_sha256"]]
    keys_as_bytes = [k.encode() for k in keys] + [bytes.fromhex(k) for k in keys] + [b"", b"vouchbank-withheld\0"]
    guesses = {hashlib.sha256(m).hexdigest()[:32] for m in messages}
    guesses |= {hmac.new(k, m, "sha256").hexdigest()[:32] for k in keys_as_bytes for m in messages}
    assert shown not in guesses
    key = hashlib.sha256(b"vouchbank-withheld\0" + room.raw_articles(full)[row["article_id"]].encode()).digest()
    assert hmac.new(key, messages[1], "sha256").hexdigest()[:32] == shown  # and this is how it is made


def test_the_digest_of_no_single_table_can_be_checked_by_guessing_its_words(full: Folder, withheld: Folder) -> None:
    changed = {n: data for n, data in full.items() if withheld.get(n) != data and n != "SHA256SUMS"}
    hashes = {hashlib.sha256(data).hexdigest() for data in changed.values()}
    hashes |= {stated["sha256"] for name, stated in json.loads(full["digests.json"]).items()} - {
        stated["sha256"] for stated in json.loads(withheld["digests.json"]).values()
    }
    articles = {h for row in tables(full)["articles"] for h in (row["seed_sha256"], row["text_sha256"])}
    everything = b"".join(withheld.values()).decode("latin-1")
    assert not [h for h in hashes - articles if h in everything]


def test_the_annotation_stays_as_it_is(full: Folder, withheld: Folder) -> None:
    for name, data in full.items():
        if name.endswith(".parquet"):
            old, new = (pl.read_parquet(source) for source in (data, withheld[name]))
            assert old.schema == new.schema
            kept = [c for c in old.columns if old.schema[c] in (pl.Int32, pl.Float64, pl.Boolean)]
            kept += [c for c in ("id", "key", "type", "status", "paragraph_id", "name", "label") if c in old.columns]
            assert old.select(kept).equals(new.select(kept))
        if name.startswith("map/"):
            assert withheld[name] == data


# --- it is a dataset all the same ----------------------------------------------------------------------


def test_load_dataset_loads_it_with_the_same_features(full: Folder, withheld: Folder, tmp_path: Path) -> None:
    folder = put(tmp_path / "withheld", withheld)
    put(tmp_path / "full", full)
    for config in ("articles", "tokens"):
        loaded, whole = (
            datasets.load_dataset(str(tmp_path / f), config, split="test", cache_dir=str(tmp_path / "cache" / f))
            for f in ("withheld", "full")
        )
        assert loaded.features == whole.features
        assert loaded.num_rows == whole.num_rows
    assert "The text of this corpus is withheld" in (folder / "README.md").read_text("utf-8")


def test_the_card_says_so_and_its_front_matter_is_the_same(full: Folder, withheld: Folder) -> None:
    cards = [files["README.md"].decode() for files in (full, withheld)]
    heads = [yaml.safe_load(card.split("---\n")[1]) for card in cards]
    assert heads[0] == heads[1]
    assert "vouchbank rehydrate" not in cards[0]
    assert (
        cards[1].split("---\n", 2)[2].startswith("<!-- text withheld -->\n> **The text of this corpus is withheld.**")
    )


def test_checksums_and_digests_are_those_of_the_withheld_files(withheld: Folder) -> None:
    for line in withheld["SHA256SUMS"].decode().splitlines():
        stated, name = line.split("  ")
        assert hashlib.sha256(withheld[name]).hexdigest() == stated
    assert {line.split("  ")[1] for line in withheld["SHA256SUMS"].decode().splitlines()} == set(withheld) - {
        "SHA256SUMS"
    }
    for name, stated in json.loads(withheld["digests.json"]).items():
        table = parquet.read_table(withheld[f"data/{name}.parquet"])
        assert stated["sha256"] == room.logical_digest(table)


def test_metadata_that_state_hashes_and_sizes_of_files_state_the_new_ones() -> None:
    old, new, other = "a" * 64, "b" * 64, "c" * 64
    text = f'[{{"contentSize": "7 B", "sha256": "{old}"}}, {{"contentSize": "7 B", "sha256": "{other}"}}]'
    made = with_other_hashes(text, {old: new}, {old: (7, 9)})
    assert made == f'[{{"contentSize": "9 B", "sha256": "{new}"}}, {{"contentSize": "7 B", "sha256": "{other}"}}]'
    assert with_other_hashes(made, {new: old}, {new: (9, 7)}) == text


# --- everything comes back -----------------------------------------------------------------------------


def test_what_is_restored_is_the_normal_build_byte_for_byte(full: Folder, withheld: Folder) -> None:
    made = room.restored_files(withheld, room.raw_articles(full))
    assert made.files == full
    assert not made.other_bytes


def test_articles_restored_one_by_one_come_to_the_same_bytes(full: Folder, withheld: Folder) -> None:
    files: Mapping[str, bytes] = withheld
    for article, raw in reversed(room.raw_articles(full).items()):
        before, files = files, room.restored_files(files, {article: raw}).files
        assert files[f"text/{article}.txt"] == full[f"text/{article}.txt"] != before[f"text/{article}.txt"]
    assert files == full


def test_the_command_restores_from_copies_of_any_name(toy: Path, tmp_path: Path) -> None:
    code, said = run("rehydrate", str(toy), "--seeds", str(seeds_of(tmp_path / "mine")), "--out", str(tmp_path / "out"))
    assert (code, said) == (0, f"restored 000, 001 in {tmp_path / 'out'}\nevery byte is as it was\n")
    build(Corpus(TOY), tmp_path / "normal")
    assert contents(tmp_path / "out") == contents(tmp_path / "normal")


def test_it_restores_in_place_and_from_the_layout_of_seeds(toy: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(toy, tmp_path / "corpus"))
    assert run("rehydrate", str(folder), "--seeds", str(TOY / "seeds"))[0] == 0
    assert "withheld.json" not in contents(folder)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["corpus"]
    code, said = run("rehydrate", str(folder), "--seeds", str(TOY / "seeds"))
    assert (code, "it has no withheld.json" in said) == (2, True)


def test_two_articles_of_the_same_bytes_need_one_copy() -> None:
    from vouchbank.withhold.copies import Wanted, sorted_out

    digest = hashlib.sha256(b"Rain").hexdigest()
    wanted = [Wanted(name, digest, "x", 4, (), ()) for name in ("000", "001")]
    assert sorted_out(wanted, {"a": b"Rain"}).raws == {"000": "Rain", "001": "Rain"}


def test_another_pyarrow_gives_the_same_rows_and_is_named(
    toy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = Path(shutil.copytree(toy, tmp_path / "corpus"))
    change(folder, "withheld.json", '"pyarrow": "', '"pyarrow": "1.')
    real = parquet.write_rows
    monkeypatch.setattr(parquet, "write_rows", lambda rows, target: real(rows.replace_schema_metadata(None), target))
    code, said = run("rehydrate", str(folder), "--seeds", str(TOY / "seeds"))
    assert code == 0
    assert "every row is as it was; for the same bytes of the Parquet files use pyarrow 1." in said


# --- what differs is named -----------------------------------------------------------------------------


def change(folder: Path, file: str, old: str, new: str) -> None:
    """Change a file of a corpus, and its list of checksums so that it does not show."""
    text = (folder / file).read_text("utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), "utf-8")
    (folder / "SHA256SUMS").write_bytes(room._sums(contents(folder)))


def test_a_changed_copy_is_named_with_its_place_and_nothing_is_written(toy: Path, tmp_path: Path) -> None:
    mine = seeds_of(tmp_path / "mine")
    text = (mine / "below/b").read_text("utf-8")
    at = len(text) // 2
    (mine / "below/b").write_text(f"{text[:at]}§{text[at + 1 :]}", "utf-8")
    before = contents(toy)
    code, said = run("rehydrate", str(toy), "--seeds", str(mine))
    assert code == 1
    place = re.search(
        r"001: below/b differs from the article in 1 place:\n  characters (\d+) to (\d+) of .*line (\d+)", said
    )
    assert place, said
    assert int(place[1]) <= at < int(place[2])
    assert int(place[3]) == text[: int(place[1])].count("\n") + 1
    assert "paragraph" not in said
    assert "segment" in said
    assert contents(toy) == before


def test_a_missing_copy_is_named(toy: Path, tmp_path: Path) -> None:
    mine = put(tmp_path / "mine", {"a": seed("000")})
    code, said = run("rehydrate", str(toy), "--seeds", str(mine), "--out", str(tmp_path / "out"))
    assert code == 1
    assert said.startswith("001: there is no copy of this article\nnothing was restored")
    assert not (tmp_path / "out").exists()


def test_partial_restores_what_it_can_and_goes_on_later(toy: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(toy, tmp_path / "corpus"))
    mine = put(tmp_path / "mine", {"a": seed("000")})
    code, said = run("rehydrate", str(folder), "--seeds", str(mine), "--partial")
    assert (code, "restored 000" in said, "still withheld" in said) == (0, True, True)
    text = seed("001").decode()
    assert not [n for n, d in contents(folder).items() if text[:40].encode() in d]
    rows = pl.read_parquet(folder / "data/segments.parquet").rows(named=True)
    assert {r["article_id"]: r["raw_text"].startswith("withheld:") for r in rows} == {"000": False, "001": True}
    mine = put(tmp_path / "more", {"b": seed("001")})
    assert run("rehydrate", str(folder), "--seeds", str(mine)) == (
        0,
        f"restored 001 in {folder}\nevery byte is as it was\n",
    )


@pytest.mark.parametrize(
    ("said", "changed"),
    [
        ("its line ends are CRLF", lambda d: d.replace(b"\n", b"\r\n")),
        ("it begins with a byte order mark", lambda d: b"\xef\xbb\xbf" + d),
        ("it ends with a line end", lambda d: d + b"\n"),
        ("it lacks the line end", lambda d: d.removesuffix(b"\n")),
        ("is not UTF-8: byte 0xff at 3", lambda d: d[:3] + b"\xff" + d[3:]),
        ("is not UTF-8: it is UTF-16; save it as UTF-8", lambda d: d.decode().encode("utf-16")),
        ("is not UTF-8: it is UTF-16", lambda d: d.decode().encode("utf-16-be")),
        ("is another text", lambda d: b"Something else.\n"),
    ],
)
def test_well_known_changes_are_called_by_name(said: str, changed: Any, toy: Path, tmp_path: Path) -> None:
    assert seed("000").endswith(b"\n")
    mine = put(tmp_path / "mine", {"000/raw.txt": changed(seed("000")), "001/raw.txt": seed("001")})
    outcome = rehydrate(toy, mine, tmp_path / "out")
    assert said in str(outcome.problems[0])
    assert not outcome.restored


def test_a_copy_in_another_encoding_is_found_under_any_name(toy: Path, tmp_path: Path) -> None:
    mine = put(tmp_path / "mine", {"x": seed("000").decode().encode("utf-16"), "b": seed("001")})
    outcome = rehydrate(toy, mine, tmp_path / "out")
    assert [str(p) for p in outcome.problems] == ["000: x is not UTF-8: it is UTF-16; save it as UTF-8"]


def test_where_no_copy_is_right_nothing_is_promised_of_partial(toy: Path, tmp_path: Path) -> None:
    mine = put(tmp_path / "mine", {"a": seed("000") + b"x", "b": seed("001") + b"x"})
    for words in ((), ("--partial",)):
        code, said = run("rehydrate", str(toy), "--seeds", str(mine), "--out", str(tmp_path / "out"), *words)
        assert code == 1
        assert said.endswith("nothing was restored; no article has its right copy\n")
    put(mine, {"c": seed("001")})
    said = run("rehydrate", str(toy), "--seeds", str(mine), "--out", str(tmp_path / "out"))[1]
    assert said.endswith("nothing was restored; --partial restores the articles whose copies are right\n")


def test_the_words_of_the_plot_stay_in_the_picture(full: Folder, withheld: Folder) -> None:
    for files in (full, withheld):
        svg = files["plots/figures.svg"].decode()
        width = float(re.findall(r'viewBox="0 0 (\d+)', svg)[0])
        labels = re.findall(r'<text x="([\d.]+)"[^>]*font-size="12" text-anchor="(\w+)"[^>]*>([^<]*)<', svg)
        assert labels
        for x, anchor, words in labels:
            long = 0.62 * 12 * len(words)  # wide for a sans-serif
            start = float(x) - {"start": 0, "middle": long / 2, "end": long}[anchor]
            assert start > 0, words
            assert start + long < width, words


def test_names_of_files_are_shown_and_never_obeyed(toy: Path, tmp_path: Path) -> None:
    mine = put(tmp_path / "mine", {"\x1b[2J\n::error::x": seed("000") + b"\n", "b": seed("001")})
    said = run("rehydrate", str(toy), "--seeds", str(mine))[1]
    assert "\x1b" not in said
    assert "\n::error::" not in said


# --- what cannot be ------------------------------------------------------------------------------------


def test_a_changed_folder_is_not_restored(toy: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(toy, tmp_path / "corpus"))
    (folder / "DICTIONARY.md").write_text("changed")
    with pytest.raises(NotWithheldError, match=r"DICTIONARY\.md is not the one that SHA256SUMS speaks of"):
        rehydrate(folder, TOY / "seeds")
    (folder / "SHA256SUMS").write_bytes(room._sums(contents(folder)))
    with pytest.raises(RestoredWrongError, match="a file is not what was withheld"):
        rehydrate(folder, TOY / "seeds")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"format": 1', '"format": 2'),
        ('"recipes": {', '"recipes": {"withheld:../x": [],'),
        ('"articles": {', '"articles": {"../../x": [],'),
        ('"restored_tables": {', '"restored_tables": {"x": 1,'),
        ("{", "["),
    ],
)
def test_a_record_that_is_none_is_a_message(old: str, new: str, toy: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(toy, tmp_path / "corpus"))
    change(folder, "withheld.json", old, new)
    code, said = run("rehydrate", str(folder), "--seeds", str(TOY / "seeds"))
    assert code == 2
    assert said.startswith("vouchbank: this is no corpus with its text withheld")


def test_a_recipe_that_leads_elsewhere_is_found_out(toy: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(toy, tmp_path / "corpus"))
    record = json.loads((folder / "withheld.json").read_text("utf-8"))
    name, (place, _, _, parts) = next((n, r) for n, r in record["recipes"].items() if not isinstance(r[3][0], str))
    change(folder, "withheld.json", json.dumps(parts), json.dumps([[0, 3]]))
    assert name
    with pytest.raises(RestoredWrongError, match=re.escape(place)):
        rehydrate(folder, TOY / "seeds")


def test_the_full_corpus_is_never_overwritten_nor_another_folder(tmp_path: Path) -> None:
    root = Path(shutil.copytree(TOY, tmp_path / "root"))
    assert run("build", "--root", str(root), "--withhold-text")[0] == 2
    assert run("build", "--root", str(root), "--withhold-text", "--out", str(root / "corpus"))[0] == 2
    assert run("build", "--root", str(root), "--withhold-text", "--check", "--out", str(tmp_path / "x"))[0] == 2
    code, said = run("build", "--root", str(root), "--withhold-text", "--out", str(root))
    assert (code, "holds other files" in said) == (2, True)
    assert (root / "seeds").is_dir()


def test_a_file_of_unknown_kind_stops_it_and_a_picture_does_not(full: Folder) -> None:
    with pytest.raises(CannotWithholdError, match=r"x\.bin"):
        room.withheld_files(with_file(full, "x.bin", b"\xff\xfe"), SCHEMA)
    with pytest.raises(CannotWithholdError, match="other"):
        room.withheld_files(with_file(full, "data/other.parquet", full["data/claims.parquet"]), SCHEMA)
    assert room.withheld_files(with_file(full, "plots/x.png", b"\xff\xfe"), SCHEMA)["plots/x.png"] == b"\xff\xfe"


def with_file(full: Folder, name: str, data: bytes) -> Folder:
    files = {**full, name: data}
    del files["SHA256SUMS"]
    return {**files, "SHA256SUMS": room._sums(files)}


def test_a_string_of_ours_that_looks_like_a_marker_is_refused() -> None:
    with pytest.raises(CannotWithholdError, match="already holds a marker"):
        Withholder.of({}).text("claims/0/label", f"see withheld:{'0' * 32}")


def test_a_document_keeps_its_syntax_and_loses_the_words() -> None:
    withholder = Withholder.of({"000": Source("The river rose overnight.", "The river rose overnight.")})
    card = "---\na: The river\nb: rose\n---\n| the river | rose overnight |\n\nHe read: the RIVER rose\novernight.\n"
    made = document_without_words(withholder, "README.md", card, frozenset())
    assert made.startswith("---\na: The river\nb: rose\n---\n| the river | rose overnight |\n\nHe read: withheld:")
    assert made.endswith(".\n")
    metadata = '{"a": "the river", "b": "rose so: The river rose!", "c": "tab\\there"}'
    made = document_without_words(withholder, "x.json", metadata, frozenset())
    assert json.loads(made)["b"].startswith("rose so: withheld:")
    with pytest.raises(CannotWithholdError, match="escapes"):
        document_without_words(withholder, "x.json", '{"a": "the\\triver rose"}', frozenset())


def test_our_own_prose_stays_whoever_else_uses_it() -> None:
    own = own_prose(SCHEMA)
    assert ("there", "is", "no") in own
    withholder = Withholder.of({"000": Source("There is no cue, he wrote.", "")})
    assert document_without_words(withholder, "DICTIONARY.md", "There is no cue", own) == "There is no cue"


def test_a_label_of_ours_stays_and_one_as_long_as_a_quotation_goes() -> None:
    text = "The river rose overnight and closed the old bridge to all."
    withholder = Withholder.of({"000": Source(text, text)})
    claims = SCHEMA.tables["claims"]
    labels = ("The river rose overnight", "He says the river rose overnight and closed the old bridge")
    rows = [
        withholder.row(claims, i, {"id": "x", "label": label, "members": [], "pairs": [], "note": label})
        for i, label in enumerate(labels)
    ]
    assert rows[0]["label"] == labels[0]
    assert re.fullmatch(r"He says withheld:[0-9a-f]{32}", rows[1]["label"])
    assert all("withheld:" in row["note"] for row in rows)


def test_names_that_stay_in_the_tables_stay_in_the_card(full: Folder, withheld: Folder) -> None:
    card, kept = full["README.md"].decode(), withheld["README.md"].decode()
    for row in tables(full)["articles"]:
        for cell in {f"| {row['outlet']} |", f"| `{row['outlet']}` |"}:
            assert kept.count(cell) == card.count(cell)


def test_hidden_files_are_no_copies(toy: Path, tmp_path: Path) -> None:
    mine = put(tmp_path / "mine", {".trash/a": seed("000"), "b": seed("001")})
    assert rehydrate(toy, mine, tmp_path / "out").problems[0].file == ""
