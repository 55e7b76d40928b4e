"""`vouchbank new` of a saved web page: what is read of it, what is kept, and what is refused with nothing written."""

from __future__ import annotations

import gzip
import hashlib
import json
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from tests.checks_support import snapshot
from tests.git_support import repository
from vouchbank.cli import main
from vouchbank.corpus import Corpus
from vouchbank.pages import html_page, reader
from vouchbank.pages.page_reading import verdicts, words_of
from vouchbank.pages.page_worker import _forbid, answered
from vouchbank.pages.reader import PageReader, UnreadError
from vouchbank.pages.webpage import MOST_PAGE, NotAPageError, decoded, is_page, read_web_page, refuse
from vouchbank.text import normalise
from vouchbank.text.markup import MOST_DEPTH, MOST_TAGS, TooMuchError, render

STORY = (
    "At least 12 boats waited in the bay on Monday, Mayor Ada Brook said, in what she called the worst storm of all. ",
    "By Monday night 40 ferries had stayed in port, and the Harbour Union told reporters that most of the crews"
    " had gone home. It said that the boats of the fishermen were not in danger.",
)
PAGE = f"""<!doctype html>
<html lang="en"><head><title>Boats wait - Lake Post</title>
<meta name="author" content="Ada Brook"><meta charset="utf-8">
<meta property="article:published_time" content="2025-11-23T08:00:00Z">
<meta property="og:site_name" content="Tide &amp; Lake">
<link rel="license" href="https://creativecommons.org/licenses/by/4.0/"><script>var token = "TOKEN";</script></head>
<body><nav><a href="/">Home</a><a href="/news">News</a></nav><article><h1>Boats wait in the bay</h1>
<p>{STORY[0]}</p><p>{STORY[1]}</p><p style="display:none">TOKEN</p><!-- TOKEN --></article>
<form action="/x"><input name="csrf" value="TOKEN"><p>Write to desk@lake.example</p></form>
<footer>About us</footer></body></html>
"""


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages are read in this process, which is quicker."""

    def ask(_: PageReader, job: dict[str, Any], page: str) -> dict[str, Any]:
        answer: dict[str, Any] = json.loads(json.dumps(answered(page, job)))
        if "refused" in answer:
            raise UnreadError(answer["refused"])
        return answer

    monkeypatch.setattr(PageReader, "ask", ask)


def new(root: Path, data: bytes, *words: str, name: str = "boats.html") -> Result:
    (root.parent / name).write_bytes(data)
    return CliRunner().invoke(main, ["new", str(root.parent / name), "--root", str(root), *words])


def refused(root: Path, data: bytes, *words: str, name: str = "boats.html") -> str:
    before = snapshot(root)
    result = new(root, data, *words, name=name)
    assert (result.exit_code, "Traceback" in result.output, snapshot(root)) == (2, False, before), result.output
    return result.stderr


def meta(root: Path) -> dict[str, Any]:
    return tomllib.loads((root / "seeds/001/meta.toml").read_text("utf-8"))


@pytest.mark.slow
def test_a_page_becomes_an_article_and_stays_one_without_the_library(base: Path) -> None:
    result = new(base, PAGE.encode(), "--url", "https://lake.example/boats")  # in a process of its own
    assert result.exit_code == 0, result.output
    article = Corpus(base).article("001")
    assert [p.text for p in article.paragraphs] == ["Boats wait in the bay", *(part.strip() for part in STORY)]
    rules = {s.rule for s in article.normalised.segments}
    assert {rule for rule in rules if rule.startswith("trafilatura-")}
    assert {s.rule.partition("-")[0] for s in article.normalised.segments if s.role == "body"} == {"trafilatura"}
    assert CliRunner().invoke(main, ["check", "--root", str(base)]).stdout.startswith("no findings (2 articles")
    assert (base / "seeds/001/raw.txt").read_text("utf-8") == render(PAGE).text
    source = article.seed.source_map
    assert source is not None
    assert (source.sha256, source.charset, source.length) == (
        hashlib.sha256(PAGE.encode()).hexdigest(),
        "utf-8",
        len(PAGE),
    )
    assert not (base / "seeds/001/page.html").exists()
    assert "desk@lake.example" in result.stdout


@pytest.mark.usefixtures("here")
def test_what_the_page_tells_is_recorded_with_its_evidence(base: Path) -> None:
    new(base, PAGE.encode())
    found = meta(base)
    assert found["title"] == {"value": "Boats wait in the bay", "evidence": "Boats wait in the bay"}
    assert found["author"] == {"value": "Ada Brook", "evidence": "Ada Brook"}
    assert found["outlet"]["value"] == "Tide & Lake"
    assert found["outlet"]["evidence"] == '<meta property="og:site_name" content="Tide &amp; Lake">'
    assert found["published"]["from"] == found["licence"]["from"] == found["outlet"]["from"] == "page"
    assert found["licence"]["value"] == "https://creativecommons.org/licenses/by/4.0/"
    for name in ("outlet", "published", "licence"):
        assert found[name]["evidence"] in PAGE


@pytest.mark.usefixtures("here")
def test_a_page_with_all_that_pages_have_gives_the_article_and_nothing_else(base: Path) -> None:
    said = new(base, (Path(__file__).parent / "data/bridge.html").read_bytes()).stdout
    article = Corpus(base).article("001")
    roles = [s.role for s in article.normalised.segments if s.kept]
    assert roles == ["title", "caption", "dateline", "body", "body", "unknown", "body", "body", "body"]
    assert "in seeds/001/meta.toml what each is:\n  trafilatura-2-3-1: Doubts" in said
    parts = article.normalised.segments
    removed = " ".join(article.seed.raw[s.raw_start : s.raw_end] for s in parts if not s.kept)
    for words in ("812 partners", "By Hannah Ferrow", "Tunnel plan shelved after 12 years", "£80m", "01632 960 123"):
        assert words in removed
    found = {field: meta(base)[field]["value"] for field in ("author", "outlet", "published", "url")}
    assert [*found.values()] == [
        "Hannah Ferrow",
        "Lake Post",
        "2024-05-14",
        "https://lakepost.example/local/bridge-toll",
    ]


@pytest.mark.usefixtures("here")
def test_what_the_contributor_says_goes_before_what_the_page_says(base: Path) -> None:
    new(base, PAGE.encode(), "--url", "https://lake.example/boats", "--date", "2025-11-24")
    assert meta(base)["url"] == {"value": "https://lake.example/boats", "from": "contributor"}
    assert meta(base)["published"] == {"value": "2025-11-24", "from": "contributor"}
    assert CliRunner().invoke(main, ["check", "--root", str(base)]).stdout.startswith("no findings")


def test_a_text_has_an_address_and_a_date_too_with_its_own_words_if_it_has_them(base: Path) -> None:
    new(
        base, b"Boats wait\n\nOXMERE, Nov. 3, 2025. Boats wait.\n", "--url", "http://a.example/", "--date", "2025-11-03"
    )
    assert meta(base)["published"] == {"value": "2025-11-03", "evidence": "Nov. 3, 2025"}
    assert meta(base)["url"]["from"] == "contributor"


@pytest.mark.usefixtures("here")
def test_a_kept_page_is_cleaned_and_what_looks_private_is_listed(base: Path) -> None:
    result = new(base, PAGE.replace("About", "<b id=k>a81bc81bdead4e5dabff90865d1e13b1</b>").encode(), "--keep-html")
    copy = (base / "seeds/001/page.html").read_text("utf-8")
    assert "TOKEN" not in copy
    assert not {"<script", "<form", "<input", "<!--", "display:none"} & set(copy.split())
    listed = [line.strip() for line in result.stdout.splitlines()]
    assert {"desk@lake.example", "a81bc81bdead4e5dabff90865d1e13b1"} <= set(listed)
    assert CliRunner().invoke(main, ["check", "--root", str(base)]).stdout.startswith("no findings")


@pytest.mark.usefixtures("here")
def test_a_page_comes_by_standard_input_and_is_known_by_what_it_holds(base: Path) -> None:
    result = CliRunner().invoke(main, ["new", "-", "--root", str(base)], input=PAGE.encode())
    assert result.exit_code == 0, result.output
    assert meta(base)["seed_file"] == "stdin"
    assert (base / "seeds/001/source-map.json").exists()
    assert "article 001 has the same bytes" in refused(base, PAGE.encode(), name="boats.txt")


@pytest.mark.usefixtures("here")
def test_a_verdict_can_be_corrected_by_hand(base: Path) -> None:
    new(base, PAGE.encode())
    path = base / "seeds/001/meta.toml"
    words = '[[corrections]]\nq = "About us"\nrole = "body"\nreason = "it is"\n\n[paragraphs]'
    path.write_text(path.read_text("utf-8").replace("[paragraphs]", words), "utf-8")
    assert Corpus(base).article("001").paragraphs[-1].text == "About us"


@pytest.mark.usefixtures("here")
def test_a_page_that_was_found_before_is_refused_also_by_the_address_that_it_tells_itself(base: Path) -> None:
    new(base, b"Boats wait in the bay.\n", "--url", "http://www.lake.example/boats/?utm_source=x")
    other = PAGE.replace("</head>", '<link rel="canonical" href="https://lake.example/boats"></head>')
    assert "article 001 already comes from https://lake.example/boats" in refused(base, other.encode())


@pytest.mark.usefixtures("here")
def test_pages_and_texts_that_are_not_english_are_refused(base: Path) -> None:
    words = "Die Boote warteten am Montag in der Bucht, sagte die Bürgermeisterin der Zeitung. " * 6
    assert "is not in English: only 0% of its words" in refused(base, f"<h1>Boote</h1><p>{words}</p>".encode())
    assert "is not in English" in refused(base, f"Boote warten\n\n{words}\n".encode(), name="boote.txt")


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--url", "javascript:alert(1)", "is not a web address"),
        ("--url", "https://", "is not a web address"),
        ("--url", "https://a b", "is not a web address"),
        ("--url", "http://[", "is not a web address"),
        ("--date", "23.11.2025", "is not a date such as 2025-11-23"),
        ("--date", "20251123", "is not a date such as 2025-11-23"),
    ],
)
def test_an_address_or_a_date_that_is_none_is_refused(option: str, value: str, said: str, base: Path) -> None:
    assert said in refused(base, b"Boats wait.\n", option, value)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"%PDF-1.7 \xff", "is a PDF; copy the article's text into a text file"),
        (gzip.compress(PAGE.encode()), "is compressed with gzip"),
        (b"PK\x03\x04word/document.xml", "is a zip archive"),
        (
            b"From: <Saved by Blink>\r\nSubject: =?utf-8?Q?Boats\r\n wait?=\r\nContent-Type: multipart/related;\r\n",
            "is MHTML",
        ),
        (b"bplist00\xd1\x01", "is a Safari web archive"),
        (b"{\\rtf1 Boats", "is a word processor document"),
        (b"\x89PNG\r\n\x1a\n", "is an image"),
        (b"<html><p>caf\xe9", "declares no charset, and is not UTF-8"),
        (b"<meta charset=klingon><p>caf\xe9", "declares the unknown charset 'klingon'"),
        (b"<meta charset=shift_jis><p>\xfd\xff", "declares the charset 'shift_jis', but is neither that nor UTF-8"),
        (b"<meta charset=hex><p>\xfd\xff", "declares the charset 'hex', but is neither"),
        (b"<html><p>a\0b", "contains a NUL character"),
        (
            b"<html>" + b" " * MOST_PAGE,
            "has more than 10,485,760 bytes, the limit for a page; copy the article's text",
        ),
        (b"<html><script>document.write('Boats')</script><p hidden>Boats", "shows no text"),
        (f"<html>{'<p>boats &amp; ' * 15_000}".encode(), "has more text than an article"),
    ],
)
@pytest.mark.usefixtures("here")
def test_what_is_no_page_of_an_article_is_refused_and_says_what_to_do(data: bytes, said: str, base: Path) -> None:
    assert said in refused(base, data)


def test_a_page_that_is_nested_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    deep = "<div>" * 10_000 + "Boats"
    with pytest.raises(TooMuchError, match="nested more than 1,000 deep"):
        render(deep)
    assert render("<div>" * (MOST_DEPTH - 1) + "Boats").text == "Boats\n"
    with pytest.raises(NotAPageError, match=r"deep.html cannot be read: its elements are nested more than 1,000 deep"):
        read_web_page(deep.encode(), "deep.html")


@pytest.mark.system
@pytest.mark.parametrize("tag", ["<i>", "</i>", "<br>"])
def test_a_page_of_tags_without_end_is_refused_before_it_costs_a_minute(tag: str) -> None:
    piece = "<i></i>" if tag == "<i>" else tag
    with pytest.raises(TooMuchError, match="it has more than 200,000 tags"):
        render(f"Boats{piece * (MOST_TAGS + 1)}")


@pytest.mark.usefixtures("here")
def test_the_title_that_a_page_states_is_the_title_and_no_other_line(base: Path) -> None:
    partner = "Boats of the harbour waited on Monday"
    page = PAGE.replace("<h1>Boats wait in the bay", f"<p>{partner}</p><h1>Ten things to know")
    page = page.replace(
        "<title>Boats wait", '<meta property="og:title" content="Ten things to know"><title>Ten things to know'
    )
    assert new(base, page.encode()).exit_code == 0
    lines = json.loads((base / "seeds/001/source-map.json").read_text("utf-8"))["lines"]
    raw = (base / "seeds/001/raw.txt").read_text("utf-8")
    assert [raw[one["start"] : one["end"]] for one in lines if one.get("title")] == ["Ten things to know"]
    segments = Corpus(base).article("001").seed.normalised.segments
    titles = [raw[one.raw_start : one.raw_end].strip() for one in segments if one.role == "title"]
    assert titles == ["Ten things to know"]


def stand_in(monkeypatch: pytest.MonkeyPatch, program: str) -> None:
    """Pages are read by a program that is not the real one."""
    monkeypatch.setattr(reader, "_COMMAND", (sys.executable, "-I", "-c", program))


ANSWERS = """
import json, os, sys, time
for line in iter(sys.stdin.buffer.readline, b""):
    page = sys.stdin.buffer.read(json.loads(line)["bytes"]).decode()
    if page == "dies": os._exit(3)
    if page == "waits": time.sleep(60)
    print(json.dumps({"raw": f"{page} {os.getpid()}", "ends": page == "ends"}), flush=True)
"""


@pytest.mark.slow
def test_a_process_that_takes_too_long_or_dies_gives_a_message_and_another_one_goes_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stand_in(monkeypatch, ANSWERS)
    monkeypatch.setattr(reader, "PATIENCE", 0.5)
    with pytest.raises(NotAPageError, match="x cannot be read: it takes too much time or memory; copy"):
        read_web_page(b"dies", "x")
    with pytest.raises(NotAPageError, match=r"took more than 0\.5 seconds"):
        read_web_page(b"waits", "x")
    with PageReader() as pages:
        same = {pages.ask({}, "a")["raw"][1:], pages.ask({}, "b")["raw"][1:]}
        with pytest.raises(UnreadError):
            pages.ask({}, "dies")
        another = {pages.ask({}, "a")["raw"][1:], pages.ask({}, "ends")["raw"][4:]}
        third = pages.ask({}, "a")["raw"][1:]
    assert (len(same), len(another), len(same | another | {third})) == (1, 1, 3)


@pytest.mark.slow
def test_one_process_reads_many_pages_each_as_if_it_were_alone() -> None:
    pages: list[str | bytes] = [PAGE, "<p>Boats", "<div>" * 10_000 + "Boats", PAGE.encode("utf-16"), "<p>\ud800", ""]
    said: list[Any] = []
    with PageReader() as one:
        for page in pages:
            try:
                said.append(html_page(page, one))
            except NotAPageError as error:
                said.append(error.why)
    assert [one if isinstance(one, str) else one.judged for one in said] == [
        True,
        False,
        "cannot be read: its elements are nested more than 1,000 deep",
        True,
        "contains half of a surrogate pair at character 3",
        "shows no text; it may be a login page, or filled in by a script",
    ]
    assert said[0].verdicts == said[3].verdicts
    assert said[0] == read_web_page(PAGE.encode(), "boats.html")
    kept = normalise(said[0].raw.decode(), verdicts=said[0].verdicts).text
    assert kept == f"Boats wait in the bay\n{STORY[0].strip()}\n{STORY[1]}"


def test_the_process_reaches_no_other_machine_and_no_other_process() -> None:
    for event in ("socket.connect", "socket.getaddrinfo", "subprocess.Popen"):
        with pytest.raises(PermissionError):
            _forbid(event, ())
    _forbid("open", ())


@pytest.mark.parametrize(
    ("data", "name", "wanted"),
    [
        (b"\xef\xbb\xbf <!-- x --><!DOCTYPE html>", "", True),
        (b'<?xml version="1.0"?>\n<html xmlns="x">', "", True),
        ("<html>é".encode("utf-16"), "", True),
        (b"<p>Boats", "a.html", True),
        (b"Boats wait.", "a.html", False),
        (b"<p>Boats</p>" * 5, "", True),
        (b"The tag <p> begins a paragraph, </p> ends it.", "a.txt", False),
        (b"<!-- -->" * 5000, "", False),
        (b"", "", False),
    ],
)
def test_html_is_known_by_what_it_holds(data: bytes, name: str, wanted: bool) -> None:
    assert is_page(data, name) is wanted


@pytest.mark.parametrize(
    ("data", "page", "charset"),
    [
        ("<p>é".encode("utf-16"), "<p>é", "utf-16-le"),
        (b"\xef\xbb\xbf<p>\xc3\xa9", "<p>é", "utf-8"),
        (b"<meta charset=iso-8859-1><p>\xc3\xa9", "<meta charset=iso-8859-1><p>é", "utf-8"),  # it says what it is not
        (b"<meta charset=latin1><p>\x93\xe9\x94", "<meta charset=latin1><p>“é”", "cp1252"),
        (
            b'<?xml version="1.0" encoding="iso-8859-15"?>\xa4',
            '<?xml version="1.0" encoding="iso-8859-15"?>€',
            "iso8859-15",
        ),
    ],
)
def test_a_page_is_decoded_as_it_is_not_as_it_says(data: bytes, page: str, charset: str) -> None:
    assert decoded(data) == (page, charset)


def test_what_looks_private_in_a_text_is_listed(base: Path) -> None:
    said = new(base, b"Boats wait\n\nThe boats wait in the bay. Write to desk@lake.example.\n", name="a.txt").stdout
    assert "Review these in seeds/001/raw.txt; publish nothing private:\n  desk@lake.example\n" in said


def test_a_text_is_refused_for_no_word_of_it() -> None:
    refuse(b"PDF files, GIF89 and MHTML: content of the week\n", "a.txt")


def test_an_answer_that_is_too_short_decides_nothing() -> None:
    assert verdicts(render("<p>Boats wait in the bay.</p>"), "Boats wait in the bay.") == {}


def test_headlines_and_captions_are_left_to_the_rules() -> None:
    text = " ".join(STORY)
    page = render(f"<h1>Boats</h1><figure><figcaption>A boat</figcaption></figure><p>{text}</p><div>Share</div>")
    assert list(verdicts(page, text).values()) == [True, False]


@pytest.mark.parametrize(
    ("value", "raw", "words"),
    [
        ("2025-09-03", "Sept. 3, 2025", "Sept. 3, 2025"),
        ("2025-05-03", "on 3rd May 2025,", "3rd May 2025"),
        ("2025-05-03", "on 2025-05-03T08:00", "2025-05-03"),
        ("2025-05-03", "on May 31, 2025", ""),
        ("2025-05-03", "on March 3, 2025", ""),
    ],
)
def test_the_words_of_a_date_are_found(value: str, raw: str, words: str) -> None:
    assert words_of("published", value, raw) == words


def corrected(root: Path, data: bytes, name: str = "boats.html") -> Result:
    (root.parent / name).write_bytes(data)
    words = ("correct-seed", "001", str(root.parent / name), "--reason", "a number", "--root", str(root))
    return CliRunner().invoke(main, words)


@pytest.mark.usefixtures("here")
def test_a_page_that_its_publisher_corrected_is_rendered_again_and_anchors_follow(base: Path) -> None:
    new(base, PAGE.encode(), "--url", "https://lake.example/boats", "--keep-html")
    seed = Corpus(base).article("001").seed
    number = '\n[p3.q1]\nnumber = "40"\nmeasured = "ferries"\nunit = "ferries"\nkind = "count"\n'
    quantities = base / "annotations/001/quantities.toml"
    quantities.write_text(quantities.read_text("utf-8") + number, "utf-8")
    repository(base)
    page = PAGE.replace("<p>At least 12 boats", "<p>At least 13 boats").replace("By Monday night 40", "By 9 p.m. 40")
    assert "was added as a web page; save the page again" in corrected(base, b"Boats wait.", "boats.txt").stderr
    assert "already has this text" in corrected(base, PAGE.replace("TOKEN", "OTHER").encode()).stderr
    result = corrected(base, page.encode())
    assert result.exit_code == 0, result.output
    article = Corpus(base).article("001")
    assert article.seed.raw == render(page).text
    assert article.seed.source_map is not None
    assert article.seed.source_map.sha256 == hashlib.sha256(page.encode()).hexdigest()
    was = {"sha256": seed.sha256, "page": hashlib.sha256(PAGE.encode()).hexdigest(), "reason": "a number"}
    assert meta(base)["history"] == [was]
    assert "At least 13 boats" in (base / "seeds/001/page.html").read_text("utf-8")
    assert [p.text[:17] for p in article.paragraphs] == ["Boats wait in the", "At least 13 boats", "By 9 p.m. 40 ferr"]
    said = CliRunner().invoke(main, ["check", "--root", str(base), "--against", "HEAD"]).stdout
    assert "seed-" not in said, said
    assert "source-map" not in said


@pytest.mark.usefixtures("here")
def test_a_source_map_is_written_once(base: Path) -> None:
    new(base, PAGE.encode())
    assert "was added as text" not in corrected(base, PAGE.encode()).stderr
    repository(base)
    file = base / "seeds/001/source-map.json"
    file.write_text(file.read_text("utf-8").replace('"main":true', '"main":false', 1), "utf-8")
    said = CliRunner().invoke(main, ["check", "--root", str(base), "--against", "HEAD"]).stdout
    assert "seeds/001/source-map.json" in said
    assert "the source map differs from the one in the base revision" in said


def test_a_page_does_not_correct_an_article_that_was_added_as_text(base: Path) -> None:
    new(base, b"Boats wait\n\nBoats wait in the bay, and the crews of them wait.\n", name="boats.txt")
    assert "001 was added as text, but this is a web page" in corrected(base, PAGE.encode()).stderr
