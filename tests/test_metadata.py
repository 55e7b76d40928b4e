"""Croissant, DataCite, CITATION.cff, plots and digests: valid by the rules of others, and read by their own readers."""

from __future__ import annotations

import hashlib
import json
import re
import socket
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml

from tests.checks_support import TOY
from vouchbank._version import __version__
from vouchbank.build.citation import Citation, CitationError, bibtex, read_citation
from vouchbank.build.datacite import NO_DOI
from vouchbank.build.plots import figures_plot
from vouchbank.build.steps import write_corpus
from vouchbank.corpus import Corpus, repository_root
from vouchbank.schema import Column, Kind
from vouchbank.tables.digest import digest_of, logical_digest
from vouchbank.tables.make import make_tables

pytestmark = pytest.mark.system

ROOT = repository_root()
# mlcroissant uses what rdflib and pandas will take away
LIBRARY = pytest.mark.filterwarnings("ignore::DeprecationWarning")
# what NeurIPS asks for, and what else the vocabulary has for this kind of data
# https://docs.mlcommons.org/croissant/docs/croissant-rai-spec.html
RESPONSIBLE = {
    "dataCollection",
    "dataCollectionType",
    "dataCollectionMissingData",
    "dataCollectionRawData",
    "dataPreprocessingProtocol",
    "dataAnnotationProtocol",
    "dataAnnotationPlatform",
    "dataAnnotationAnalysis",
    "annotationsPerItem",
    "annotatorDemographics",
    "machineAnnotationTools",
    "dataBiases",
    "dataLimitations",
    "dataUseCases",
    "dataSocialImpact",
    "personalSensitiveInformation",
    "dataReleaseMaintenancePlan",
}


def written(root: Path, folder: Path) -> Path:
    corpus = Corpus(root)
    write_corpus(corpus, [make_tables(corpus)], folder)
    return folder


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(ROOT, tmp_path_factory.mktemp("released"))


def croissant(folder: Path) -> Any:
    return json.loads((folder / "croissant.json").read_text("utf-8"))


# --- Croissant ------------------------------------------------------------------------------------------


def opened(folder: Path) -> Any:
    import mlcroissant

    return mlcroissant.Dataset(str(folder / "croissant.json"))


def plain(value: Any) -> Any:
    """A value of mlcroissant as Parquet has it: text instead of bytes, short names instead of addresses."""
    if isinstance(value, bytes):
        return value.decode("utf-8")
    if isinstance(value, dict):
        return {key.rsplit("/", 1)[-1]: plain(inner) for key, inner in value.items()}
    return [plain(inner) for inner in value] if isinstance(value, list) else value


def readable(column: Column, value: Any) -> Any:
    """What mlcroissant can show of a value: within a list of records no lists, records flattened to paths."""
    inner = column.item or column
    if inner.kind is not Kind.RECORD:
        return value
    if value is None:
        empty = {name: None for name, _ in paths(inner)}
        return [empty] if column.item else empty
    shown = [{name: at(held, name) for name, _ in paths(inner)} for held in (value if column.item else [value])]
    return shown if column.item else shown[0]


def paths(record: Column) -> list[tuple[str, Column]]:
    found: list[tuple[str, Column]] = []
    for field in record.fields:
        if field.kind is Kind.RECORD:
            found += [(f"{field.name}.{name}", leaf) for name, leaf in paths(field)]
        elif field.item is None:
            found.append((field.name, field))
    return found


def at(held: Any, path: str) -> Any:
    for name in path.split("."):
        held = None if held is None else held[name]
    return held


@LIBRARY
def test_croissant_is_valid_without_a_warning(built: Path) -> None:
    issues = opened(built).metadata.ctx.issues
    assert not issues.errors
    assert not issues.warnings


@LIBRARY
def test_mlcroissant_reads_every_record_of_every_table_offline_as_parquet_has_it(
    built: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*arguments: Any) -> None:
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    schema = Corpus(ROOT).schema
    dataset = opened(built)
    assert [rs.id for rs in dataset.metadata.record_sets] == list(schema.tables)
    for name, table in schema.tables.items():
        rows = pq.read_table(built / "data" / f"{name}.parquet").to_pylist()
        records = [plain(record) for record in dataset.records(name)]
        assert len(records) == len(rows), name
        for row, record in zip(rows, records, strict=True):
            for column in table.columns:
                assert record[column.name] == readable(column, row[column.name]), f"{name}.{column.name}"


@LIBRARY
def test_a_wrong_format_or_path_is_found_by_reading_and_not_by_validating(built: Path, tmp_path: Path) -> None:
    import mlcroissant

    held = croissant(built)
    for file in held["distribution"]:
        file["contentUrl"] = file["contentUrl"].replace(".parquet", ".gone")
    (tmp_path / "croissant.json").write_text(json.dumps(held))
    dataset = mlcroissant.Dataset(str(tmp_path / "croissant.json"))
    with pytest.raises(Exception, match="operation Download"):
        list(dataset.records("entities"))


def test_croissant_states_the_files_as_they_are(built: Path) -> None:
    files = {p.relative_to(built).as_posix() for p in (built / "data").iterdir()}
    assert {f["contentUrl"] for f in croissant(built)["distribution"]} == files
    for file in croissant(built)["distribution"]:
        data = (built / file["contentUrl"]).read_bytes()
        assert file["sha256"] == hashlib.sha256(data).hexdigest()
        assert file["contentSize"] == f"{len(data)} B"
        assert file["encodingFormat"] == "application/x-parquet"


def test_croissant_has_every_table_and_column_of_the_schema_with_its_meaning(built: Path) -> None:
    stated = {rs["@id"]: {f["name"]: f for f in rs["field"]} for rs in croissant(built)["recordSet"]}
    for name, table in Corpus(ROOT).schema.tables.items():
        assert tuple(stated[name]) == table.names
        for column in table.columns:
            assert stated[name][column.name]["description"].startswith(column.description)
    assert "1 B-PERSON" in json.dumps(stated["tokens"])


def test_croissant_has_the_fields_for_responsible_ai(built: Path) -> None:
    held = croissant(built)
    assert {key.removeprefix("rai:") for key in held if key.startswith("rai:")} == RESPONSIBLE
    assert all(held[f"rai:{name}"] for name in RESPONSIBLE)
    assert held["conformsTo"] == ["http://mlcommons.org/croissant/1.0", "http://mlcommons.org/croissant/RAI/1.0"]
    assert any("take sides" in bias for bias in held["rai:dataBiases"])


@LIBRARY
def test_mlcroissant_knows_the_fields_for_responsible_ai(built: Path) -> None:
    metadata = opened(built).metadata
    assert metadata.data_biases
    assert metadata.data_collection
    assert metadata.personal_sensitive_information
    assert metadata.data_release_maintenance_plan


@LIBRARY
def test_a_corpus_with_empty_tables_and_no_citation_has_a_valid_croissant_too(tmp_path: Path) -> None:
    folder = written(TOY, tmp_path)
    assert not opened(folder).metadata.ctx.issues.errors
    assert "creator" not in croissant(folder)


# --- DataCite -------------------------------------------------------------------------------------------

# the parts of the JSON Schema of kernel 4.5 (github.com/datacite/schema, inveniosoftware/datacite) that apply here
DATACITE_FIELDS = {
    "types", "creators", "titles", "publisher", "publicationYear", "subjects", "contributors", "dates", "language",
    "alternateIdentifiers", "relatedIdentifiers", "relatedItems", "sizes", "formats", "version", "rightsList",
    "descriptions", "geoLocations", "fundingReferences", "schemaVersion", "doi", "url",
}  # fmt: skip
DATACITE_REQUIRED = {"creators", "titles", "publisher", "publicationYear", "types", "schemaVersion"}
DESCRIPTIONS = {"Abstract", "Methods", "SeriesInformation", "TableOfContents", "TechnicalInfo", "Other"}


def test_datacite_has_what_a_doi_is_registered_with_and_no_doi_and_says_so(built: Path) -> None:
    held = json.loads((built / "datacite.json").read_text("utf-8"))
    assert DATACITE_REQUIRED <= set(held) <= DATACITE_FIELDS - {"doi"}
    assert held["types"]["resourceTypeGeneral"] == "Dataset"
    assert re.fullmatch(r"[0-9]{4}", held["publicationYear"])
    assert all(set(c) == {"name", "nameType"} and c["nameType"] == "Organizational" for c in held["creators"])
    assert {d["descriptionType"] for d in held["descriptions"]} <= DESCRIPTIONS
    assert NO_DOI in [d["description"] for d in held["descriptions"]]
    assert [d["dateType"] for d in held["dates"]] == ["Issued"]
    assert held["rightsList"][0]["rightsIdentifier"] == "CC-BY-4.0"
    assert "Their text remains theirs" in held["rightsList"][1]["rights"]


# --- CITATION.cff ---------------------------------------------------------------------------------------

# of the schema of the Citation File Format 1.2.0
CFF_FIELDS = {
    "abstract", "authors", "cff-version", "commit", "contact", "date-released", "doi", "identifiers", "keywords",
    "license", "license-url", "message", "preferred-citation", "references", "repository", "repository-artifact",
    "repository-code", "title", "type", "url", "version",
}  # fmt: skip


def test_the_citation_file_is_valid() -> None:
    held = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    assert {"authors", "cff-version", "message", "title"} <= set(held) <= CFF_FIELDS
    assert held["cff-version"] == "1.2.0"
    assert held["type"] == "dataset"
    assert held["license"] == "CC-BY-4.0", "a list would mean: choose one"
    assert re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", held["date-released"])
    assert all(isinstance(author, dict) and set(author) == {"name"} for author in held["authors"])
    assert len(set(held["keywords"])) == len(held["keywords"])


def test_card_croissant_and_datacite_cite_the_corpus_as_the_citation_file_does(built: Path) -> None:
    citation = read_citation(ROOT)
    held = json.loads((built / "datacite.json").read_text("utf-8"))
    assert bibtex(citation) in (built / "README.md").read_text("utf-8")
    assert croissant(built)["citeAs"] == bibtex(citation)
    assert croissant(built)["datePublished"] == held["dates"][0]["date"] == citation.released
    assert held["titles"][0]["title"] == citation.title


def test_bibtex_escapes_what_tex_would_obey() -> None:
    entry = bibtex(Citation(r"50% of A_1 & \input{x}", ("A & B", "C"), "1.0.0"))
    assert r"title     = {{50\% of A\_1 \& inputx}}" in entry
    assert r"author    = {{A \& B} and {C}}" in entry
    assert "year" not in entry, "an unknown year is left out"


@pytest.mark.parametrize("text", ["title: x\nversion: 1.0.0\n", "- a list\n", "title: [\n", "title: x\nauthors: 3\n"])
def test_a_citation_file_that_cannot_be_used_stops_the_build_with_a_sentence(tmp_path: Path, text: str) -> None:
    (tmp_path / "CITATION.cff").write_text(text)
    with pytest.raises(CitationError, match=r"CITATION\.cff: "):
        read_citation(tmp_path)


def test_names_of_persons_are_read_too(tmp_path: Path) -> None:
    text = "title: x\nversion: 1.0.0\nauthors: [{family-names: Doe, given-names: Jo}]\nrepository-code: https://a.example\n"
    (tmp_path / "CITATION.cff").write_text(text)
    assert read_citation(tmp_path) == Citation("x", ("Jo Doe",), "1.0.0", url="https://a.example")


# --- one place of the version ---------------------------------------------------------------------------


def test_the_version_has_one_place_and_all_others_equal_it_or_derive_from_it(built: Path) -> None:
    assert read_citation(ROOT).version == __version__
    assert croissant(built)["version"] == __version__
    assert json.loads((built / "datacite.json").read_text("utf-8"))["version"] == __version__
    assert f"version {__version__}" in (built / "README.md").read_text("utf-8")
    project = (ROOT / "pyproject.toml").read_text("utf-8")
    assert 'dynamic = ["version"]' in project
    assert 'path = "src/vouchbank/_version.py"' in project
    assert not re.search(r"(?m)^version\s*=", project)


def test_no_module_states_the_version_again() -> None:
    for path in (ROOT / "src").rglob("*.py"):
        if path.name != "_version.py":
            assert f'"{__version__}"' not in path.read_text("utf-8").split('"""', 2)[-1], path


# --- the plot -------------------------------------------------------------------------------------------


def test_the_plot_is_well_formed_and_shows_every_telling(built: Path) -> None:
    text = (built / "plots" / "figures.svg").read_text("utf-8")
    shown = {element.text for element in ElementTree.fromstring(text).iter() if element.tag.endswith("text")}
    quantities = {row["id"]: row for row in pq.read_table(built / "data" / "quantities.parquet").to_pylist()}
    for figure in pq.read_table(built / "data" / "figures.parquet").to_pylist():
        bounded = any(quantities[name]["interval"] for name in figure["members"])
        assert (figure["label"] in shown) == (len(figure["members"]) > 1 and bounded)
    assert "no less than 5,000" in shown


def test_each_figure_has_an_axis_and_what_shows_nothing_is_not_drawn() -> None:
    def plot(*ends: tuple[float | None, float | None]) -> list[str | None]:
        quantities = [
            {
                "id": f"000-q{i}", "article_id": "000", "span": {"text": "w"}, "lower": low, "upper": high,
                "lower_closed": True, "upper_closed": True, "approximate": False, "status": "claimed", "vouched_by": [],
                "unit_code": "USD", "dimension": "money",
            }
            for i, (low, high) in enumerate(ends)
        ]  # fmt: skip
        figures = [{"label": "f", "members": [row["id"] for row in quantities]}]
        svg = figures_plot({"figures": figures, "quantities": quantities, "attributions": [], "registry": []})
        return [element.text for element in ElementTree.fromstring(svg).iter() if element.tag.endswith("text")]

    shown = plot((1000.0, 1000.0), (2000.0, None))
    assert {"1,000", "2,000", "USD", "claimed", "bound excluded", "approximate", "f"} <= set(shown)
    assert "disputed" not in shown
    assert "f" not in plot((None, None), (None, None))
    assert "f" not in plot((1.0, 1.0))


def test_the_words_of_the_plot_stay_in_the_picture(built: Path) -> None:
    svg = (built / "plots" / "figures.svg").read_text("utf-8")
    width = float(re.findall(r'viewBox="0 0 (\d+)', svg)[0])
    labels = re.findall(r'<text x="([\d.]+)"[^>]*font-size="12" text-anchor="(\w+)"[^>]*>([^<]*)<', svg)
    assert labels
    for x, anchor, words in labels:
        long = 0.62 * 12 * len(words)  # wide for a sans-serif
        start = float(x) - {"start": 0, "middle": long / 2, "end": long}[anchor]
        assert start > 0, words
        assert start + long < width, words


def test_words_in_the_plot_are_never_markup() -> None:
    quantity = {
        "id": "000-q1", "article_id": "000", "span": {"text": "</text><script>x</script>&\x1b"}, "lower": 1.0,
        "upper": None, "lower_closed": True, "upper_closed": False, "approximate": False, "status": "asserted",
        "vouched_by": [], "unit_code": None, "dimension": "count",
    }  # fmt: skip
    figures = [{"label": "<a href='x'>", "members": ["000-q1", "000-q1"]}]
    text = figures_plot({"figures": figures, "quantities": [quantity], "attributions": [], "registry": []})
    tags = {element.tag.rpartition("}")[2] for element in ElementTree.fromstring(text).iter()}
    assert tags == {"svg", "title", "rect", "text", "path", "circle", "g"}


def test_the_plot_draws_closed_open_endless_and_vague_amounts_differently() -> None:
    def drawn(**values: Any) -> str:
        quantity = {
            "id": "000-q1", "article_id": "000", "span": {"text": "w"}, "lower": 1.0, "upper": 2.0,
            "lower_closed": True, "upper_closed": True, "approximate": False, "status": "asserted", "vouched_by": [],
            "unit_code": None, "dimension": "count",
        }  # fmt: skip
        rows = {"figures": [{"label": "f", "members": ["000-q1", "000-q1"]}], "attributions": [], "registry": []}
        return figures_plot({**rows, "quantities": [{**quantity, **values}]})

    vague = {"lower": None, "upper": None, "lower_closed": False, "upper_closed": False}
    pictures = [drawn(), drawn(lower_closed=False), drawn(upper=None, upper_closed=False), drawn(approximate=True)]
    assert len({*pictures, drawn(**vague)}) == 5
    assert "<circle" not in drawn(**vague)


def test_a_corpus_without_figures_has_an_empty_plot_and_what_is_told_once_is_not_drawn() -> None:
    empty = figures_plot({"figures": [], "quantities": [], "attributions": [], "registry": []})
    assert empty.startswith("<svg")
    once = [{"label": "f", "members": ["000-q1"]}]
    assert (
        figures_plot({"figures": once, "quantities": [{"id": "000-q1"}], "attributions": [], "registry": []}) == empty
    )


# --- digests: these run with another pyarrow too, in the session `digests` -------------------------------


def test_digests_of_the_committed_tables_are_those_of_their_rows_whichever_pyarrow_reads_them() -> None:
    stated = json.loads((ROOT / "corpus" / "digests.json").read_text("utf-8"))
    assert set(stated) == {path.stem for path in (ROOT / "corpus" / "data").iterdir()}
    for name, digest in stated.items():
        assert digest_of(pq.read_table(ROOT / "corpus" / "data" / f"{name}.parquet")) == digest, name


def test_the_digest_of_rows_is_the_same_for_every_way_to_hold_them(tmp_path: Path) -> None:
    rows = [{"a": "é\u2028", "b": [1, 2], "c": 0.1, "d": None, "e": {"x": True}}, {"a": "", "b": [], "c": 1.0, "d": 3}]
    kind = pa.schema(
        [("a", pa.string()), ("b", pa.list_(pa.int32())), ("c", pa.float64()), ("d", pa.int32()),
         ("e", pa.struct([("x", pa.bool_())]))]
    )  # fmt: skip
    table = pa.Table.from_pylist(rows, schema=kind)
    large = kind.set(0, pa.field("a", pa.large_string())).set(1, pa.field("b", pa.large_list(pa.int64())))
    pq.write_table(table, tmp_path / "t.parquet", compression="none", use_dictionary=False, row_group_size=1)
    others = [table.cast(large), pq.read_table(tmp_path / "t.parquet"), pa.concat_tables([table[:1], table[1:]])]
    assert {logical_digest(other) for other in others} == {logical_digest(table)}
    assert logical_digest(table[:1]) != logical_digest(table)


def test_the_digest_of_a_small_table_is_what_it_has_always_been() -> None:
    table = pa.table({"id": ["004-q1"], "lower": [21.0], "upper": pa.array([None], pa.float64())})
    line = b'{"id":"004-q1","lower":21.0,"upper":null}\n'
    assert logical_digest(table) == hashlib.sha256(line).hexdigest()
