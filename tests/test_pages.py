"""docs/corpus.md and its plots: fresh, deterministic, escaped."""

from __future__ import annotations

import xml.etree.ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from vouchbank.corpus import repository_root
from vouchbank.pages.describe import corpus_pages, run_query
from vouchbank.pages.markdown import escaped, table
from vouchbank.pages.plots import Claim, interval_plot
from vouchbank.schema import default_schema_folder, load_schema

ROOT = repository_root()
SCHEMA = load_schema(default_schema_folder())


def test_the_pages_in_the_tree_are_fresh_and_there_are_no_others() -> None:
    pages = corpus_pages(ROOT, SCHEMA)
    for name, data in pages.items():
        assert (ROOT / name).read_bytes() == data, f"{name}: run vouchbank describe"
    plots = {p.relative_to(ROOT).as_posix() for p in (ROOT / "docs" / "plots").glob("*")}
    assert plots == {name for name in pages if name.startswith("docs/plots/")}


def test_every_figure_has_a_plot_that_is_shown_on_the_page() -> None:
    page = (ROOT / "docs" / "corpus.md").read_text("utf-8")
    for plot in (ROOT / "docs" / "plots").glob("*.svg"):
        assert f"(plots/{plot.name})" in page


def test_there_are_five_findings_each_with_its_query() -> None:
    page = (ROOT / "docs" / "corpus.md").read_text("utf-8")
    assert page.count("```sql") == 5


def test_a_query_runs_over_the_files_of_the_corpus() -> None:
    names, rows = run_query("SELECT count(*) AS n FROM 'corpus/data/articles.parquet'", ROOT)
    assert (names, rows) == (["n"], [(len(list((ROOT / "corpus" / "text").iterdir())),)])


HOSTILE = '<script>alert(1)</script> & "x" ]]> | `'


def test_a_plot_is_well_formed_whatever_the_words_are_and_the_same_each_time() -> None:
    claims = [
        Claim(HOSTILE, HOSTILE, 1.0, None, True, False, True, "claimed"),
        Claim("vague", "$several$", None, None, False, False, False, "asserted"),
        Claim("below", "up to 3", None, 3.0, False, True, False, "unverified"),
    ]
    svg = interval_plot(HOSTILE, claims)
    assert svg == interval_plot(HOSTILE, claims)
    texts = "".join(ET.fromstring(svg).itertext())
    assert HOSTILE in texts
    assert "$several$" in texts
    assert b"<script" not in svg


@given(st.text())
def test_escaped_text_holds_no_markup_and_no_line_end(text: str) -> None:
    cell = escaped(text)
    assert "<" not in cell
    assert ">" not in cell
    assert "\n" not in cell
    assert "|" not in cell.replace("\\|", "")


def test_a_table_has_a_cell_for_every_value() -> None:
    assert table(["a"], [[None], [1234567.0], [["x", "y|z"]]])[2:] == ["| – |", "| 1,234,567 |", "| x, y\\|z |"]
