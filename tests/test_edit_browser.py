"""The editor in a real browser: what an annotator does with mouse or keys becomes the bytes of the files."""

from __future__ import annotations

import re
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from playwright.sync_api import Browser, Page, expect

from tests.browser_support import browser, editor, faults, page
from tests.checks_support import TOY, copied
from tests.test_adjudicate import ALEX, DIFFERENTLY, KIM, annotate, gold, put, text
from vouchbank.checks import check
from vouchbank.cli import main
from vouchbank.corpus import Corpus
from vouchbank.findings import errors
from vouchbank.spans import Span

pytestmark = pytest.mark.browser

ENTITIES = "annotations/000/entities.toml"
LAYERS = ("entities", "quantities", "attributions")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as opened:
        yield opened


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return copied(TOY, tmp_path)


class Annotator:
    """A person before the page: draws over words, clicks, types."""

    def __init__(self, window: Page, root: Path, article: str) -> None:
        self.page, self.text = window, Corpus(root).article(article).text

    def place(self, words: str, nth: int = 0) -> Span:
        start = -1
        for _ in range(nth + 1):
            start = self.text.index(words, start + 1)
        return Span(start, start + len(words))

    def edge(self, point: int, end: bool = False) -> tuple[float, float]:
        """Where a place of the text is on the screen: before a code point, or behind it."""
        found = self.page.evaluate(
            """([point, end]) => {
              const at = end ? point - 1 : point;
              const seg = [...document.querySelectorAll('#text .seg')].find(
                (s) => Number(s.dataset.s) <= at && at < Number(s.dataset.e));
              const walker = document.createTreeWalker(seg, NodeFilter.SHOW_TEXT);
              let left = at - Number(seg.dataset.s);
              for (let node = walker.nextNode(); node; node = walker.nextNode()) {
                const held = Array.from(node.data);
                if (left < held.length) {
                  const from = held.slice(0, left).join('').length;
                  const range = document.createRange();
                  range.setStart(node, from);
                  range.setEnd(node, from + held[left].length);
                  seg.scrollIntoView({block: 'nearest'});
                  const box = range.getBoundingClientRect();
                  return [end ? box.right - 1 : box.left + 1, box.top + box.height / 2];
                }
                left -= held.length;
              }
            }""",
            [point, end],
        )
        return found[0], found[1]

    def draw(self, words: str, nth: int = 0, modifier: str = "") -> None:
        """Draw with the mouse from the first character to the last."""
        span, mouse = self.place(words, nth), self.page.mouse
        self.edge(span.start)
        if modifier:
            self.page.keyboard.down(modifier)
        mouse.move(*self.edge(span.start))
        mouse.down()
        mouse.move(*self.edge(span.end, end=True), steps=3)
        mouse.up()
        if modifier:
            self.page.keyboard.up(modifier)

    def selected(self) -> str:
        return self.page.locator(".selection h2 q").inner_text()

    def done(self, said: str) -> None:
        expect(self.page.locator("#said")).to_have_text(re.compile(said, re.IGNORECASE))
        self.page.evaluate("document.getElementById('said').textContent = ''")

    def make(self, layer: str, label: str = "") -> None:
        """Make a record of what is selected."""
        self.page.click(f"[data-layer={layer}]")
        if label:
            self.page.click(f"[data-label={label}]")
        self.done("added")

    def use(self, field: str) -> None:
        """Use what is selected in a field of the open record."""
        self.more(field)
        self.page.click(f"[data-use={field}]")
        self.done("changed")

    def more(self, field: str) -> None:
        held = self.page.locator(f"#field-{field}")
        held.wait_for(state="attached")  # the form of the record is drawn, with its further fields open or closed
        if not held.is_visible():
            self.page.click("details.more summary")

    def choose(self, field: str, value: str) -> None:
        self.more(field)
        self.page.select_option(f"#field-{field}", value)
        self.done("changed")

    def type(self, field: str, value: str) -> None:
        self.more(field)
        self.page.fill(f"#field-{field}", value)
        self.page.press(f"#field-{field}", "Enter")
        self.done("changed")

    def save(self) -> None:
        self.page.click("#save")
        expect(self.page.locator("#unsaved")).to_have_text("Saved")


def opened(chromium: Browser, address: str, root: Path, article: str = "000") -> tuple[Annotator, list[str]]:
    window, said = page(chromium)
    window.set_default_timeout(20_000)
    expect.set_options(timeout=20_000)
    window.goto(address)
    window.wait_for_selector(".seg")
    return Annotator(window, root, article), said


# --- selecting ------------------------------------------------------------------------------------------

HARD = (
    "Ferry 🚢🚢 news for 👩‍👩‍👧 families\n\n"
    "The 🏴󠁧󠁢󠁳󠁣󠁴󠁿 flag of Cafe\u0301 Muñoz costs 20\u00a0000 crowns; “it’s ‘cheap’,” नमस्ते क्‍ष "
    "said (عمر حداد) on an F-35 of 海風 today.\n"
)


@pytest.fixture
def hard(root: Path) -> Path:
    """An article of emoji with joiners, marks, no-break spaces, quotation marks, and words from right to left."""
    put(root, "annotations/GUIDELINES.md", "**Version 0.3**\n")
    (root / "hard.txt").write_text(HARD, "utf-8")
    done = CliRunner().invoke(main, ["new", str(root / "hard.txt"), "--id", "hard", "--root", str(root)])
    assert done.exit_code == 0, done.output
    return root


def test_what_is_drawn_over_is_what_is_annotated(chromium: Browser, hard: Path) -> None:
    whole = Corpus(hard).article("hard").text
    drawn = [
        "🚢🚢 news",
        "👩‍👩‍👧 families",
        "Muñoz",
        "Café Muñoz",
        "20 000 crowns",
        "“it’s ‘cheap’,”",
        "क्‍ष said",
        "海風 today",
    ]
    with editor(hard, "hard") as (_, address):
        annotator, said = opened(chromium, address, hard, "hard")
        for words in (one for one in drawn if one in whole):
            annotator.draw(words)
            assert annotator.selected() == words
            annotator.make("entities", "PRODUCT")
            annotator.page.keyboard.press("Escape")
        annotator.draw("عمر حداد")
        assert annotator.selected() == "عمر حداد"
        annotator.make("entities", "PERSON")
        annotator.page.keyboard.press("Escape")
        annotator.draw("oday")  # grows to the whole word
        assert annotator.selected() == "today"
        annotator.page.keyboard.press("Escape")
        annotator.draw("35", modifier="Alt")  # and is let be with Alt
        assert annotator.selected() == "35"
        annotator.make("entities", "PRODUCT")
        annotator.save()
        assert said == []
    article = Corpus(hard).article("hard")
    found = {span.of(article.text) for a in article.annotations["entities"] for span in a.spans["span"]}
    assert found == {*(one for one in drawn if one in whole), "عمر حداد", "35"}
    assert len(found) > 8


# --- a whole article ------------------------------------------------------------------------------------


def emptied(root: Path, article: str) -> None:
    """The layer files of an article with nothing but their heads."""
    for layer in LAYERS:
        path = root / f"annotations/{article}/{layer}.toml"
        path.write_text(path.read_text("utf-8").split("\n[", 1)[0].rstrip("\n") + "\n", "utf-8")


def entities(annotator: Annotator) -> None:
    for words, nth, type_, more in (
        ("Port Lune", 0, "GPE", {"reading": "place", "key": "port-lune"}),
        ("the grain board", 0, "ORG", {"mention": "nominal"}),
        ("Wednesday", 0, "DATE", {}),
        ("the first of the month", 0, "DATE", {}),
        ("Omar Haddad", 0, "PERSON", {"key": "omar-haddad"}),
        ("عمر حداد", 0, "PERSON", {"key": "omar-haddad"}),
        ("two of its members", 0, "PERSON", {"mention": "nominal"}),
        ("Haddad", 1, "PERSON", {"key": "omar-haddad"}),
        ("the members", 0, "PERSON", {"mention": "nominal"}),
        ("they", 0, "PERSON", {"mention": "pronoun"}),
    ):
        annotator.draw(words, nth)
        annotator.make("entities", type_)
        for field, value in more.items():
            (annotator.type if field == "key" else annotator.choose)(field, value)
        annotator.page.keyboard.press("Escape")


def quantities(annotator: Annotator) -> None:
    draw, use = annotator.draw, annotator.use
    waiting = {"modifier": "More than", "measured": "boats", "scope": "waiting for a berth"}
    cost = {"interval": "[2500000, 2500000]", "dimension": "money", "unit_code": "SEK"}
    for number, fields, values in (
        ("40", waiting, {"interval": "(40, inf)"}),
        ("several", {"measured": "boats"}, {"vague": "true", "part_of": "q1"}),
        ("2.5 million", {"unit": "crowns", "measured": "“long queue”"}, cost),
        ("two", {"measured": "its members"}, {"interval": "[2, 2]"}),
        ("ten to 12", {"measured": "skippers"}, {"interval": "[10, 12]"}),
    ):
        draw(number)
        annotator.make("quantities")
        for field, words in fields.items():
            draw(words, 1 if words == "boats" else 0)
            use(field)
        for field, value in values.items():
            (annotator.choose if field in ("dimension", "part_of", "vague") else annotator.type)(field, value)
        annotator.page.keyboard.press("Escape")
    draw("first")
    annotator.make("non_quantities", "date")
    annotator.page.keyboard.press("Escape")


def attributions(annotator: Annotator) -> None:
    draw, use = annotator.draw, annotator.use
    for source, cue, content, values, more in (
        ("the grain board", "said", ["More than 40 boats", "are waiting for a berth"], {"source_kind": "named"}, {}),
        (
            *("its chair Omar Haddad (عمر حداد)", "wrote"),
            ["“no boat that carries grain will be turned away before the first of the month,”"],
            {"source_kind": "named", "source_key": "omar-haddad"},
            {},
        ),
        (
            *("two of its members", "According to", ["ten to 12 skippers left"]),
            {"source_kind": "anonymous", "cue_kind": "preposition"},
            {"anonymity_reason": "they fear for their jobs"},
        ),
        (
            *("Haddad", "would not comment", []),
            {"polarity": "decline", "certainty": "underspecified", "source_kind": "named", "source_key": "omar-haddad"},
            {},
        ),
    ):
        draw(source, 1 if source == "Haddad" else 0)
        annotator.make("attributions", "source")
        draw(cue)
        use("cue")
        if content:
            draw(content[0])
            for further in content[1:]:
                draw(further, modifier="Control")  # a further span beside the first
            use("content")
        for field, words in more.items():
            draw(words)
            use(field)
        for field, value in values.items():
            (annotator.type if field == "source_key" else annotator.choose)(field, value)
        annotator.page.keyboard.press("Escape")
    draw("“long queue”")
    annotator.make("non_attributions", "scare_quote")
    annotator.page.keyboard.press("Escape")
    draw("several fly a foreign flag")
    annotator.make("assertions")


def test_a_whole_article_annotated_with_the_mouse_has_the_bytes_that_were_typed(chromium: Browser, root: Path) -> None:
    wanted = {layer: text(root, f"annotations/001/{layer}.toml") for layer in LAYERS}
    emptied(root, "001")
    with editor(root, "001") as (_, address):
        annotator, said = opened(chromium, address, root, "001")
        for make in (entities, quantities, attributions):
            make(annotator)
        annotator.save()
        assert said == []
    for layer in LAYERS:
        assert text(root, f"annotations/001/{layer}.toml") == wanted[layer]
    assert errors(check(Corpus(root))) == []


# --- without a mouse ------------------------------------------------------------------------------------


def test_all_of_it_works_with_keys_alone(chromium: Browser, root: Path) -> None:
    emptied(root, "000")
    with editor(root, "000") as (_, address):
        annotator, said = opened(chromium, address, root)
        window, press = annotator.page, annotator.page.keyboard.press
        press("n")
        expect(window.locator(".waits h2")).to_contain_text("doubles")
        press("Enter")
        annotator.done("added q1")
        press("Escape")
        press("t")
        for key in ("ArrowDown", "ArrowDown", "ArrowRight", "ArrowRight"):
            press(key)
        press("Enter")  # the word where the cursor is waits
        expect(window.locator(".waits h2")).to_contain_text("40")
        press("1")
        annotator.done("added nq1")
        press("Escape")
        press("t")
        press("Home")
        press("Shift+ArrowRight")
        assert annotator.selected() == "Ferry queue"
        press("e")
        press("3")
        annotator.done("added e1")
        press("Control+z")
        annotator.done("undone: added e1")
        press("Control+y")
        annotator.done("redone: added e1")
        press("Control+s")
        expect(window.locator("#unsaved")).to_have_text("Saved")
        assert said == []
    assert 'e1 = { q = "Ferry queue", type = "FAC" }' in text(root, ENTITIES)


def test_while_one_types_the_interval_and_the_checks_follow(chromium: Browser, root: Path) -> None:
    with editor(root, "000") as (_, address):
        annotator, _said = opened(chromium, address, root)
        window = annotator.page
        window.click(".seg.R-number >> text=40")
        expect(window.locator("#computed")).to_contain_text("Claims at least 40")
        window.locator("#field-interval").or_(window.locator("details.more summary")).first.click()
        window.locator("#field-interval").press_sequentially("x")
        expect(window.locator("#form-findings .error")).to_be_visible()
        expect(window.locator("#unsaved")).to_have_text("Saved")
        window.fill("#field-interval", "(40, 50]")
        expect(window.locator("#computed")).to_contain_text("Claims 40 to 50")


# --- what goes wrong ------------------------------------------------------------------------------------


def test_a_file_that_somebody_else_changed_is_shown_and_both_can_be_kept(chromium: Browser, root: Path) -> None:
    with editor(root, "000") as (_, address):
        annotator, _said = opened(chromium, address, root)
        annotator.draw("outside")
        annotator.make("entities", "FAC")
        put(root, ENTITIES, text(root, ENTITIES).replace('"Monday", type = "DATE"', '"Monday", type = "TIME"'))
        annotator.page.click("#save")
        expect(annotator.page.locator(".clash")).to_contain_text("was changed outside the editor")
        expect(annotator.page.locator("#next-said")).to_contain_text("Choose what to keep")
        assert "e15" not in text(root, ENTITIES)
        annotator.page.click("[data-clash=both]")
        expect(annotator.page.locator(".clash")).to_have_count(0)
        annotator.save()
    assert '"Monday", type = "TIME"' in text(root, ENTITIES)
    assert 'e15 = { q = "outside", type = "FAC" }' in text(root, ENTITIES)


def test_a_killed_server_is_said_and_the_work_is_there_again(chromium: Browser, root: Path) -> None:
    with editor(root, "000") as (process, address):
        annotator, _ = opened(chromium, address, root)
        annotator.draw("outside")
        annotator.make("entities", "FAC")
        process.send_signal(signal.SIGKILL)
        process.wait()
        annotator.page.keyboard.press("Control+s")
        expect(annotator.page.locator("#alert")).to_contain_text("Your earlier changes are kept")
        annotator.page.close()
    with editor(root, "000") as (_, address):
        annotator, said = opened(chromium, address, root)
        expect(annotator.page.locator("#said")).to_contain_text("were recovered")
        annotator.save()
        assert said == []
    assert 'e15 = { q = "outside", type = "FAC" }' in text(root, ENTITIES)


def test_a_window_without_the_token_shows_nothing(chromium: Browser, root: Path) -> None:
    with editor(root, "000") as (_, address):
        window, _ = page(chromium)
        window.goto(address.partition("#")[0])
        expect(window.locator("#alert")).to_contain_text("Open the address that `vouchbank edit` printed")
        assert "Port Lune" not in window.content()


@pytest.mark.parametrize("policy", [True, False])
def test_hostile_text_is_only_text(chromium: Browser, root: Path, policy: bool) -> None:
    hostile = '<img src=x onerror=document.title="gone"><script>document.title="gone"</script>'
    put(root, "annotations/GUIDELINES.md", "**Version 0.3**\n")
    (root / "hostile.txt").write_text(
        f"A {hostile} title\n\nThe {hostile} \u202eholds 7 boats here, says javascript:alert(1).\n"
    )
    done = CliRunner().invoke(main, ["new", str(root / "hostile.txt"), "--id", "hostile", "--root", str(root)])
    assert done.exit_code == 0, done.output
    with editor(root, "hostile") as (_, address):
        window, said = page(chromium, bypass_csp=not policy)
        window.goto(address)
        window.wait_for_selector(".seg")
        annotator = Annotator(window, root, "hostile")
        annotator.draw("boats here")
        annotator.make("entities", "PRODUCT")
        window.fill("#field-key", hostile)
        window.press("#field-key", "Enter")
        annotator.done("changed e1")
        expect(window.locator("#form-findings .finding-line, .field-findings .finding-line").first).to_be_visible()
        window.click("#tab-files")
        window.click("#tab-annotate")
        assert window.locator("body script, body img").count() == 0
        assert window.title().endswith("VouchBank")
        assert said == []


def test_nothing_is_drawn_anew_under_the_mouse(chromium: Browser, root: Path) -> None:
    with editor(root, "000") as (_, address):
        annotator, _said = opened(chromium, address, root)
        span, mouse = annotator.place("outside Port Lune"), annotator.page.mouse
        mouse.move(*annotator.edge(span.start))
        mouse.down()
        mouse.move(*annotator.edge(span.start + 4, end=True), steps=3)
        put(root, ENTITIES, text(root, ENTITIES).replace('"Tuesday", type = "DATE"', '"Tuesday", type = "TIME"'))
        with annotator.page.expect_response("**/api/findings"):  # the window has seen it, and been told of it
            pass
        mouse.move(*annotator.edge(span.end, end=True), steps=3)
        mouse.up()
        assert annotator.selected() == "outside Port Lune"
        expect(annotator.page.locator(".seg.L-entities[data-tag=TIME]")).to_have_count(1)


# --- deciding -------------------------------------------------------------------------------------------


def test_two_annotators_are_brought_together_side_by_side(chromium: Browser, base: Path) -> None:
    put(base, "annotations/GUIDELINES.md", "**Version 0.3**\n")
    for layer in LAYERS:
        (base / gold(layer)).unlink()
    annotate(base, ALEX)
    annotate(base, KIM, *DIFFERENTLY)
    with editor(base, "000") as (_, address):
        annotator, said = opened(chromium, address, base)
        window = annotator.page
        window.click("#tab-decide")
        expect(window.locator("#panel")).to_contain_text(f"{ALEX}, {KIM}")
        window.fill("#decider", "ed")
        window.click("#compare")
        annotator.done("added .* differences")
        assert faults(window) == []
        while row := window.locator("li.open-row").first:
            expect(window.locator(".deciding h2")).to_contain_text("differences to decide")
            if not window.locator("li.open-row").count():
                break
            left = window.locator("li.open-row").count()
            row.locator("input[type=radio]").first.check()
            row.locator("input[type=text]").fill("the words say so")
            row.locator("button[data-decide]").click()
            expect(window.locator("li.open-row")).to_have_count(left - 1)
        window.click("#compare")
        annotator.done("carried decisions out|compared the annotators")
        annotator.save()
        assert said == []
    decided = text(base, "annotations/adjudication/000.toml")
    assert decided.startswith("# Every difference")
    assert 'by = "ed"' in decided
    assert "the words say so" in decided


# --- for everyone ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_any_state_of_the_page(chromium: Browser, root: Path, scheme: str) -> None:
    (root / "annotations/000/quantities.toml").unlink()
    with editor(root, "000") as (_, address):
        annotator, _ = opened(chromium, address, root)
        window = annotator.page
        window.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        states = {"overview": faults(window)}
        window.keyboard.press("n")
        expect(window.locator(".waits")).to_be_visible()
        states["ghost"] = faults(window)
        annotator.draw("outside")
        states["selection"] = faults(window)
        window.keyboard.press("e")
        states["labels"] = faults(window)
        window.keyboard.press("Escape")
        window.keyboard.press("Escape")
        window.click(".seg.R-cue >> text=told")
        expect(window.locator(".form")).to_be_visible()
        window.click("details.more summary")
        states["form"] = faults(window)
        window.click("#tab-files")
        states["files"] = faults(window)
        window.set_viewport_size({"width": 400, "height": 800})
        window.click("#tab-annotate")
        states["small"] = faults(window)
        wide = window.evaluate("document.documentElement.scrollWidth")
    assert {name: found for name, found in states.items() if found} == {}
    assert wide <= 400
