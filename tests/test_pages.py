"""docs/corpus.md and its plots: fresh, deterministic, escaped."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from scripts.describe import corpus_pages, run_query
from scripts.plots import Claim, interval_plot
from vouchbank.corpus import repository_root
from vouchbank.report.markdown import escaped, table
from vouchbank.report.text import printable
from vouchbank.schema import default_schema_folder, load_schema

ROOT = repository_root()
SCHEMA = load_schema(default_schema_folder())


@pytest.mark.slow
def test_the_pages_in_the_tree_are_fresh_and_there_are_no_others() -> None:
    pages = corpus_pages(ROOT, SCHEMA)
    for name, data in pages.items():
        assert (ROOT / name).read_bytes() == data, f"{name}: run python -m scripts.pages corpus"
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


@pytest.mark.slow
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


def rendered(markdown: str) -> str:
    return MarkdownIt("commonmark").enable("table").render(markdown)


def outside_code(html: str) -> str:
    return re.sub(r"<code>.*?</code>", "", html, flags=re.DOTALL)


TEXTS = st.text() | st.lists(st.sampled_from([*"@#:/._*`|<>&$~[]()!\\ \n1aé\u202e", "www", "http", "b.co"])).map(
    "".join
)


@given(TEXTS)
def test_any_text_is_shown_as_it_is_and_is_nothing_else(text: str) -> None:
    html = rendered(f"- x {escaped(text)} y")
    shown = unescape(re.sub(r"</?(?:code|li|ul)>", "", html)).strip()
    assert shown.replace("\n", "") == f"x {printable(' '.join(text.split())) or ''} y".replace("\n", "")
    left = unescape(outside_code(html)[len("<ul>\n<li>") :])
    # what Hub and GitHub find in text outside code: mentions, issues, addresses, formulas, :names:
    assert not re.search(r"[@#$_`|\[\]*~]|www\.|://|:\S", left.replace("</li>", "").replace("</ul>", ""), re.IGNORECASE)


@given(st.lists(TEXTS, min_size=2, max_size=2))
def test_a_table_has_its_cells_whatever_they_hold(cells: list[str]) -> None:
    html = rendered("\n".join(table(["a", "@b|c"], [cells])))
    held = re.findall(r"<t[hd]>(.*?)</t[hd]>", html, re.DOTALL)
    assert len(held) == 4
    texts = [unescape(re.sub(r"</?code>", "", cell)) for cell in held[2:]]
    assert texts == [printable(" ".join(cell.split())) for cell in cells]


@pytest.mark.parametrize(
    "text",
    ["@someone", "a#1", "www.evil.example", "http://evil.example", "a@evil.example", ":tada:", "$x$", "a_b", "<b>"],
)
def test_what_a_renderer_could_take_for_something_is_code(text: str) -> None:
    assert escaped(f"see {text} there") == f"`see {text} there`"


@pytest.mark.parametrize(
    "text", ["'Links' him: no more, “less” than 5.", "Both (not sure) say 50% – or 3/4", "Müller’s"]
)
def test_words_and_their_punctuation_stay_words(text: str) -> None:
    assert escaped(text) == text


def texts_of(svg: bytes) -> list[ET.Element]:
    return list(ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text"))


def ticks(svg: bytes) -> dict[str, float]:
    """The numbers of the axis, and where they stand."""
    found = [(e.text or "", float(e.get("x", 0))) for e in texts_of(svg) if re.fullmatch(r"[\d,.]+", e.text or "")]
    assert len(found) == len(dict(found)), found
    return dict(found)


def test_the_axis_of_whole_numbers_has_each_number_once() -> None:
    svg = interval_plot("ships", [Claim("a", "at least seven", 7.0, None, True, False, False, "asserted")])
    assert "7" in ticks(svg)


def test_an_amount_without_a_number_stands_beside_the_axis() -> None:
    vague = Claim("a", "several", None, None, False, False, False, "asserted")
    assert ticks(interval_plot("ships", [vague])) == {}
    svg = interval_plot("ships", [vague, Claim("b", "21", 21.0, 21.0, True, True, False, "asserted")])
    place = next(e.get("transform", "") for e in texts_of(svg) if e.text == "several")
    assert float(place.removeprefix("translate(").partition(" ")[0]) > max(ticks(svg).values())


def test_a_table_has_a_cell_for_every_value() -> None:
    assert table(["a"], [[None], [1234567.0], [["x", "y|z"]]])[2:] == ["| – |", "| 1,234,567 |", "| x, `y\\|z` |"]
