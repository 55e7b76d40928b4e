"""The pages in a browser: nothing is said in the console, and what is promised happens, by pointer and by keys."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser_support import Watched, browser, faults
from tests.checks_support import TOY, copied
from tests.site_support import HOSTILE_CALL, hostile_corpus, written
from tests.test_site import changed
from vouchbank.corpus import Corpus, repository_root
from vouchbank.site import pages
from vouchbank.site.pages import POLICY

pytestmark = pytest.mark.browser

DATA = "document.getElementById('article-data').textContent"
PAGES = ("index", "sources", "claims", "registry", "agreement", "scores", "guidelines", "articles/003", "articles/004")


@pytest.fixture(scope="module")
def chrome() -> Iterator[Browser]:
    with browser() as made:
        yield made


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(pages(Corpus(repository_root())), tmp_path_factory.mktemp("site"))


@pytest.fixture
def watched(chrome: Browser) -> Iterator[Watched]:
    context = chrome.new_context(viewport={"width": 1280, "height": 900})
    held = Watched(context)
    yield held
    assert not held.errors
    assert all(url.startswith(("file:", "about:", "data:")) for url in held.asked)
    context.close()


@pytest.fixture
def article(watched: Watched, site: Path) -> Page:
    return watched.open(site / "articles" / "004.html")


# --- every page ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_and_the_console_is_silent(chrome: Browser, site: Path, name: str, scheme: str) -> None:
    context = chrome.new_context(color_scheme="dark" if scheme == "dark" else "light")
    held = Watched(context)
    page = held.open(site / f"{name}.html")
    assert faults(page) == []
    assert held.errors == []
    context.close()


@pytest.mark.parametrize("shown", ["#show-arcs", "#show-removed", "#layer-other"])
def test_axe_finds_nothing_while_something_is_shown(article: Page, shown: str) -> None:
    article.check(shown)
    article.locator('[data-id="004-q5"]').first.click()
    article.locator("#raw summary").click()
    assert faults(article) == []


@pytest.mark.parametrize("name", PAGES)
def test_on_a_small_screen_nothing_is_wider_than_the_screen(chrome: Browser, site: Path, name: str) -> None:
    context = chrome.new_context(viewport={"width": 360, "height": 640})
    held = Watched(context)
    page = held.open(site / f"{name}.html")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert faults(page) == []
    assert held.errors == []
    context.close()


def test_every_link_leads_somewhere(watched: Watched, site: Path) -> None:
    ids: dict[Path, set[str]] = {}
    drawn: dict[Path, set[str]] = {}
    links: list[tuple[Path, str]] = []
    for path in sorted(site.rglob("*.html")):
        page = watched.open(path)
        ids[path] = set(page.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id)"))
        drawn[path] = set(page.evaluate("[...document.querySelectorAll('[data-id]')].map(e => e.dataset.id)"))
        links += [(path, href) for href in page.evaluate("[...document.links].map(a => a.getAttribute('href'))")]
    for path, href in links:
        if href.startswith("https://www.wikidata.org/wiki/Q"):
            continue
        file, _, fragment = href.partition("#")
        target = (path.parent / file).resolve() if file else path
        assert target in ids, (path, href)
        assert not fragment or fragment in ids[target] | drawn[target] or fragment.startswith("raw-"), (path, href)


def test_without_scripts_the_words_are_there(chrome: Browser, site: Path) -> None:
    context = chrome.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((site / "articles" / "004.html").as_uri())
    assert "at least 21 strikes on vessels" in page.inner_text("main")
    page.goto((site / "index.html").as_uri())
    assert "≥ 21" in page.inner_text("main")
    context.close()


# --- the text --------------------------------------------------------------------------------------------


def test_hovering_shows_the_card_and_leaving_closes_it(article: Page) -> None:
    article.locator('[data-id="004-q5"]').hover()
    card = article.locator(".panel .card")
    expect(card).to_contain_text("at least 21 strikes")
    expect(card).to_contain_text("≥ 21")
    expect(card).to_contain_text("the article (Realist English)")
    article.locator(".panel").hover()  # on the way to the card it stays
    article.wait_for_timeout(400)
    expect(card).to_be_visible()
    article.locator("h1").hover()
    expect(card).to_have_count(0)


def test_a_click_pins_the_card_and_escape_closes_it(article: Page) -> None:
    article.locator('[data-id="004-q5"]').click()
    article.locator("h1").hover()
    article.wait_for_timeout(400)
    expect(article.locator(".card-id")).to_have_text("004-q5")
    article.keyboard.press("Escape")
    expect(article.locator(".card")).to_have_count(0)


def test_by_keys_alone(article: Page) -> None:
    for _ in range(60):
        article.keyboard.press("Tab")
        if article.evaluate("document.activeElement.matches('.text .m')"):
            break
    stop = "document.activeElement.dataset.id"
    first = article.evaluate(stop)
    article.keyboard.press("ArrowRight")
    assert article.evaluate(stop) != first
    article.keyboard.press("ArrowLeft")
    assert article.evaluate(stop) == first
    seen = []
    for _ in range(3):
        article.keyboard.press("ArrowDown")
        seen.append(article.evaluate(stop))
    assert seen == ["004-q1", "004-q2", "004-q3"]
    assert article.evaluate("document.activeElement.dataset.layer") == "quantity"
    expect(article.locator(".card-id")).to_have_text("004-q3")
    article.keyboard.press("Enter")
    assert article.evaluate("document.activeElement.closest('.panel') !== null")
    expect(article.locator("[role=status]").first).to_contain_text("Interval")
    article.keyboard.press("Escape")
    assert article.evaluate(stop) == "004-q3"


def test_the_focus_is_where_the_tab_key_was(article: Page) -> None:
    assert article.evaluate("document.querySelectorAll('.text .m[tabindex=\"0\"]').length") == 1
    article.locator('[data-id="004-q5"]').click()
    assert article.evaluate("document.querySelector('.text .m[tabindex=\"0\"]').dataset.id") == "004-q5"


def test_every_annotation_has_a_link_that_opens_it(watched: Watched, site: Path) -> None:
    path = site / "articles" / "002.html"
    page = watched.open(path)
    rows = json.loads(page.evaluate(DATA))
    ids = [row["id"] for listed in rows["layers"].values() for row in listed or ()]
    assert len(ids) > 50
    assert any("-nq" in name for name in ids)
    for name in ids:
        page.evaluate("name => { location.hash = name }", name)
        expect(page.locator(".card-id")).to_have_text(name)
        drawn = page.locator(f'[data-id="{name}"]').first
        assert drawn.evaluate("element => getComputedStyle(element).backgroundColor") != "rgba(0, 0, 0, 0)"


def test_a_layer_is_switched_off_and_on(article: Page) -> None:
    entity = article.locator(".text .m-entity").first
    line = "element => getComputedStyle(element).borderBottomStyle"
    assert entity.evaluate(line) == "dotted"
    article.uncheck("#layer-entity")
    assert entity.evaluate(line) == "none"
    article.check("#layer-entity")
    assert entity.evaluate(line) == "dotted"


def test_removed_segments_are_shown_with_their_rule(watched: Watched, site: Path) -> None:
    page = watched.open(site / "articles" / "003.html")
    removed = page.locator(".text .removed")
    expect(removed.first).to_be_hidden()
    page.check("#show-removed")
    expect(removed.first).to_be_visible()
    assert re.match(r"Removed · navigation · rule [\w-]+", removed.first.inner_text())


def test_arcs_are_drawn_on_demand(article: Page) -> None:
    assert article.locator(".arc").count() == 0
    article.check("#show-arcs")
    article.locator('[data-id="004-a1"]').first.scroll_into_view_if_needed()
    expect(article.locator(".arc-source").first).to_be_attached()
    article.locator('[data-id="004-a3"][data-layer="cue"]').click()
    expect(article.locator(".arc-active").first).to_be_attached()
    article.uncheck("#show-arcs")
    assert article.locator(".arc").count() == 0


def test_the_raw_page_is_behind_every_span(article: Page) -> None:
    article.locator('[data-id="004-q5"]').click()
    article.click("text=Show in the raw page")
    assert article.locator("#raw mark").inner_text() == "at least 21"
    assert article.evaluate("document.activeElement.tagName") == "MARK"


def test_offsets_of_the_page_are_those_of_the_corpus(watched: Watched, tmp_path: Path) -> None:
    """Over a ship, wide letters, quotation marks: the words of each span are the words of its elements."""
    made = written(pages(Corpus(TOY)), tmp_path)
    page = watched.open(made / "articles" / "000.html")
    data = json.loads(page.evaluate(DATA))
    assert "🚢" in data["text"]
    for row in (*data["layers"]["entities"], *data["layers"]["quantities"]):
        words = "".join(page.locator(f'[data-id="{row["id"]}"]').all_text_contents())
        assert words == row["span"]["text"]


# --- the front page --------------------------------------------------------------------------------------


def test_the_front_page_filters_and_its_address_keeps_them(watched: Watched, site: Path) -> None:
    page = watched.open(site / "index.html")
    shown = page.locator(".telling:visible")
    every = shown.count()
    page.select_option("select[name=source]", "nicolas-maduro")
    expect(page.locator(".filters .found")).to_have_text(f"4 of {every} numbers")
    assert shown.count() == 4
    page.uncheck('input[value="unverified"]')
    assert shown.count() == 2
    assert "source=nicolas-maduro" in page.url
    page.reload()
    assert shown.count() == 2
    page.click("text=Show all")
    expect(page.locator(".filters .found")).to_have_text(f"All {every} numbers")


def test_tellings_of_a_figure_share_an_axis(watched: Watched, site: Path) -> None:
    page = watched.open(site / "index.html")
    figure = page.locator("#igla-s-missiles")
    dots = figure.locator(".lane svg [aria-label=dot] > *")
    places = {round(box["x"] + box["width"] / 2) for one in dots.all() if (box := one.bounding_box())}
    assert len(places) == 1  # all three say 5,000
    tick = figure.locator(".axis text", has_text="5,000").bounding_box()
    assert tick
    assert abs(tick["x"] + tick["width"] / 2 - places.pop()) <= 2


def test_a_source_is_found_without_its_accents(watched: Watched, site: Path) -> None:
    page = watched.open(site / "sources.html")
    page.fill("input[type=search]", "nicolas")
    expect(page.locator(".entry:visible")).to_have_attribute("id", "nicolas-maduro")


# --- a change --------------------------------------------------------------------------------------------


def test_a_change_is_marked_in_the_text_by_words_too(watched: Watched, tmp_path: Path) -> None:
    review = changed(copied(TOY, tmp_path))
    made = written(pages(review.now, True, review), tmp_path / "site")
    page = watched.open(made / "articles" / "000.html", "#000-e8")
    expect(page.locator(".card-change")).to_contain_text("000-e8 removed")
    label = "element => getComputedStyle(element, '::before').content"
    for kind, words, said in (
        ("removed", "Monday", "gone"),
        ("added", "Ana", "new"),
        ("widened", "one pilot said", "wider"),
    ):
        marked = page.locator(f".text .changed-{kind}")
        expect(marked).to_have_text(words)
        assert said in marked.evaluate(label)
    assert faults(page) == []
    assert faults(watched.open(made / "changes.html")) == []


# --- those who mean harm ---------------------------------------------------------------------------------


@pytest.mark.parametrize("protected", [True, False], ids=["with policy", "without policy"])
def test_hostile_words_are_only_words(chrome: Browser, tmp_path: Path, protected: bool) -> None:
    made = pages(hostile_corpus(tmp_path), drafts=True)
    if not protected:
        made = {
            name: data.replace(POLICY.encode(), b"").replace(POLICY.replace("'", "&#39;").encode(), b"")
            for name, data in made.items()
        }
        assert not any(b"default-src" in data for name, data in made.items() if name.endswith(".html"))
    root = written(made, tmp_path / "site")
    context = chrome.new_context()
    held = Watched(context)
    context.add_init_script(f"window.{HOSTILE_CALL} = () => {{ window.harmed = true }}")
    for path in sorted(root.rglob("*.html")):
        page = held.open(path)
        page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
        for element in page.locator(".text .m").all()[:40]:
            element.evaluate("element => element.dispatchEvent(new PointerEvent('pointerover', { bubbles: true }))")
        for box in page.locator("input[type=checkbox]").all():
            box.check()
        assert page.evaluate("window.harmed") is None, path
        assert page.evaluate("[...document.scripts].every(s => s.src || s.type === 'application/json')")
        assert page.evaluate(
            "[...document.querySelectorAll('*')].every(e => e.getAttributeNames().every(a => !/^on|^srcdoc$/i.test(a)))"
        )
        assert page.evaluate("[...document.links].every(a => ['file:', 'https:'].includes(a.protocol))")
        assert page.locator("main img, main iframe, main object, main base").count() == 0
    page = held.open(root / "articles" / "000.html")
    page.evaluate("document.getElementById('raw').open = true")
    turning = page.locator("#raw .unseen").first
    assert turning.get_attribute("data-code") == "U+202E"
    assert turning.evaluate("element => getComputedStyle(element).unicodeBidi") == "isolate"
    assert held.errors == []
    assert all(url.startswith(("file:", "about:")) for url in held.asked)
    context.close()


def test_print_has_the_text_and_no_switches(watched: Watched, site: Path) -> None:
    page = watched.open(site / "articles" / "004.html")
    page.emulate_media(media="print")
    expect(page.locator(".toolbar")).to_be_hidden()
    expect(page.locator(".text")).to_be_visible()
    assert page.locator('[data-id="004-q5"]').evaluate("e => getComputedStyle(e).boxShadow") != "none"
