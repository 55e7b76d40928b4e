"""What holds for every page: a run is the page at its place, nothing hidden becomes text, the map of it can be read."""

from __future__ import annotations

import html
import json
import re

from hypothesis import example, given
from hypothesis import strategies as st

from vouchbank.text import Verdict, normalise
from vouchbank.text.clean_copy import clean_copy, leftovers, personal_strings
from vouchbank.text.html_tokens import Tag, tokens
from vouchbank.text.markup import PageRun, hides, render
from vouchbank.text.source_map import MappedLine, SourceMap, faults_of, mapped_lines, read_source_map

SECRET = "SECRET"  # stands in places that are never shown, and nowhere else
SHOWN = [
    *("<p>", "</p>", "<div>", "</div>", "<br>", "<b>", "</b>", "<a href='x'>", "</a>", "<li>", "<ul>", "</ul>", "<td>"),
    *("<table><tr>", "</table>", "<h1>", "</h1>", "<figcaption>", "</figcaption>", "</x>", "</>", "< ", "&"),
    *("&amp;", "&lt;", "&nbsp;", "&#8217;", "&#x2014;", "&copy", "&notit;", "&#10;", "&#0;", "&unknown;", "&bne;"),
    *("\n", "\r\n", "\t", " ", "  ", "\xa0", "\u2028", "Boats", "wait.", "naïve", "🚢", "e\u0301"),
]  # fmt: skip
HIDDEN = [
    *("<script>{}</script>", "<STYLE>{}</STYLE >", "<!-- {} -->", "<!-- > {} --!>", "<noscript><p>{}</noscript>"),
    *("<template><p>{}</p></template>", "<title>{}</title>", "<svg><text>{}</text></svg>", "<p hidden>{}</p>"),
    *('<div style="Display : NONE">{}</div>', '<p style="visibility:hidden">{}<p>', "<textarea>{}</textarea>"),
    *('<p title="{} > {}">', "<p title='{}' class={}>", "<? {} ?>", "<!x {}>", "</ {}>", "<img alt='{}'>"),
    *("<script><!-- <script>{}</script> {} --></script>", "<select><option>{}</select>"),
    "<div hidden><div>{}</div>{}</div>",
    *('<div style="/*x*/display:none !important"><p>{}</div>', "<dialog>{}</dialog>", "<!--> <!-- {} -->"),
]  # fmt: skip
ENDLESS = ["<!-- {}", "<script>{}", '<p title="{} <p>', "<style> </sty {}", "<p {}", "<!x {}", "<template>{}"]

pages = st.one_of(
    st.text().filter(lambda page: SECRET not in page),
    st.builds(
        lambda parts, end: "".join(parts) + end,
        st.lists(
            st.one_of(
                st.sampled_from(SHOWN),
                st.text(st.characters(exclude_categories=("Lu", "Cs"), exclude_characters="<"), max_size=5),
                st.sampled_from([one.replace("{}", SECRET) for one in HIDDEN]),
            ),
            max_size=30,
        ),
        st.sampled_from(["", *(one.replace("{}", SECRET) for one in ENDLESS)]),
    ),
)


def shown(piece: str) -> str:
    return re.sub("[\t\n\f\r]", " ", html.unescape(piece))


@given(pages)
@example("a&#32;b &Tab; c<td>d")
def test_a_run_is_the_page_at_its_place(page: str) -> None:
    rendering = render(page)
    rest, at = [], 0
    for before, run in zip((None, *rendering.runs), rendering.runs, strict=False):
        there, here = page[run.page_start : run.page_end], rendering.text[run.start : run.end]
        assert here
        if len(there) == len(here):
            assert re.sub("[\t\n\f\r]", " ", there) == here
        else:
            assert there[0] == "&"
            assert shown(there) == here or (here == " " and not shown(there).strip())
        assert before is None or (before.end <= run.start and before.page_end <= run.page_start)
        rest.append(rendering.text[at : run.start])
        at = run.end
    assert re.fullmatch("[\n\t]*", "".join((*rest, rendering.text[at:])))


@given(pages)
def test_what_is_hidden_is_no_text(page: str) -> None:
    assert SECRET not in render(page).text


@given(pages)
def test_white_space_is_folded(page: str) -> None:
    text = render(page).text
    assert "  " not in text
    assert not re.search("^ | $|\n{3}", text)
    assert text.endswith("\n") or not text


@given(pages)
def test_the_tokens_follow_one_another(page: str) -> None:
    at = 0
    for token in tokens(page):
        assert at <= token.start < token.end <= len(page)
        assert not isinstance(token, Tag) or page[token.start] == "<"
        at = token.end


@given(pages, st.data())
def test_a_map_is_read_as_it_was_written_and_fits_its_text(page: str, data: st.DataObject) -> None:
    rendering = render(page)
    verdicts = data.draw(st.dictionaries(st.sampled_from(sorted(rendering.kinds) or [0]), st.booleans()))
    made = SourceMap("0" * 64, "utf-8", len(page), "some-1", tuple(mapped_lines(rendering, verdicts)))
    assert read_source_map(json.loads(made.to_json())) == made
    assert list(faults_of(made, rendering.text)) == []
    assert [run for line in made.lines for run in line.runs] == list(rendering.runs)
    assert {line.start for line in made.lines} == set(rendering.kinds)


@given(pages, st.data())
def test_verdicts_decide_what_is_kept_and_nothing_is_lost(page: str, data: st.DataObject) -> None:
    rendering = render(page)
    lines = tuple(mapped_lines(rendering, {}))
    drawn = [(one, data.draw(st.sampled_from([True, False, None]))) for one in lines]
    drawn = [(one, data.draw(st.sampled_from([True, False, None]))) for one in lines]
    decided = [Verdict(one.start, one.end, main, "some-1") for one, main in drawn if main is not None]
    once = normalise(rendering.text, verdicts=decided)
    assert "".join(rendering.text[one.raw_start : one.raw_end] for one in once.segments) == rendering.text
    for segment in once.segments[1:]:  # the first begins where the text does, maybe before its line
        found = [v.main for v in decided if v.raw_start <= segment.raw_start < v.raw_end]
        assert (segment.rule == "some-1") == bool(found)
        assert not found or segment.kept is found[0]
    kept = [Verdict(s.start or 0, s.end or 0, True, s.rule) for s in once.segments if s.kept and s.rule == "some-1"]
    again = normalise(once.text, verdicts=kept)
    assert again.text == once.text
    assert [(s.role, s.rule) for s in again.segments] == [(s.role, s.rule) for s in once.segments if s.kept]


def test_what_is_hidden_by_its_attributes() -> None:
    assert hides("p", {"hidden": "until-found"})
    assert hides("div", {"style": "color:red;visibility: collapse;"})
    assert not hides("p", {"aria-hidden": "true", "style": "text-decoration: none; content: 'display:none'"})
    assert not hides("dialog", {"open": ""})


def test_an_unclosed_paragraph_hides_no_more_than_itself() -> None:
    assert render("<div><p hidden>a<p>b</div>").text == "b\n"
    assert render("<ul><li hidden>a<li>b</ul>").text == "b\n"
    assert render("<table><tr><td hidden>a<td>b<tr><td>c</table>").text == "b\nc\n"
    assert render("<b><div hidden>a</b>a</div>b").text == "b\n"
    assert render("<p><b hidden>a<p>a</b>b").text == "b\n"
    assert render("<div hidden><p>a</p></span></td>a</div>b").text == "b\n"
    assert render("<li><section hidden><li>a</section>b").text == "b\n"
    assert render("<p><button hidden><p>a</button>b").text == "b\n"
    assert render("<li><div hidden>a<li>b").text == "b\n"  # as the standard has it


def test_faults_of_a_map_are_named() -> None:
    def said(*lines: tuple[int, int, list[tuple[int, int, int, int]]], raw: str = "Rain\nSun\n") -> list[str]:
        made = tuple(MappedLine(a, b, None, tuple(PageRun(*run) for run in runs)) for a, b, runs in lines)
        return [why for _, why in faults_of(SourceMap("", "", 20, "", made), raw)]

    first = (0, 4, [(0, 4, 3, 7)])
    assert said(first, (5, 8, [(5, 8, 10, 13)])) == []
    assert said(first, first) == ["it does not follow the line before it"]
    assert said((0, 8, [(0, 8, 0, 8)])) == ["it is not exactly one line of the text"]
    assert said((0, 3, [(0, 3, 0, 3)])) == ["it is not exactly one line of the text"]
    assert said((5, 99, [(5, 99, 0, 99)])) == ["it ends after the end of the text"]
    assert said((0, 4, [(0, 3, 3, 6)])) == ["its last characters belong to no run"]
    assert said((0, 4, [(1, 4, 3, 6)])) == ["the run [1, 4, 3, 6] does not follow the one before it"]
    assert said(first, (5, 8, [(5, 8, 6, 9)])) == ["the run [5, 8, 6, 9] does not follow the one before it"]
    assert said((0, 4, [(0, 4, 18, 22)])) == ["the run [0, 4, 18, 22] is empty or beyond the line or the page"]
    assert said((0, 4, [(0, 4, 3, 6)])) == ["the run [0, 4, 3, 6] is longer than its range in the page"]


@given(pages)
@example("<ul><li hidden>a</ul>b<form><p>c</form>d<dialog>e</dialog>")
def test_a_cleaned_page_shows_the_same_text_and_hides_nothing(page: str) -> None:
    copy = clean_copy(page)
    assert render(copy).text == render(page).text
    assert SECRET not in re.sub('(alt|title|class)="[^"]*"', "", copy)
    assert clean_copy(copy) == copy
    assert list(leftovers(copy)) == []


def test_a_cleaned_page_has_no_address_of_a_reader_and_says_what_a_person_should_see() -> None:
    page = """<head><meta name=csrf content=abc><meta property="og:title" content="Boats &amp; rain"><link rel=canonical
    href="https://u:p@lake.example:8080/a?session=1#x"></head><a href="javascript:x()">a</a><a href="http://[">b</a>"""
    assert clean_copy(page) == (
        '<head><meta property="og:title" content="Boats &amp; rain"><link rel="canonical" '
        'href="https://lake.example:8080/a"></head><a>a</a><a>b</a>'
    )
    assert personal_strings("storm-in-oxmere-and-the-boats-of-the-bay 12345678901234567890123456") == []
