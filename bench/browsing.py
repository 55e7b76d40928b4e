"""Measure how fast a long article is in a browser: a page of 100 kB with 5,000 annotations, opened and scrolled.

    python -m bench.browsing                 print the table
    python -m bench.browsing --write         write bench/browsing.md

The article is synthetic: it repeats the words of the corpus, annotated as densely as asked for. It is written as a page
of the site and opened from disk in the system's Chromium without a graphics card. *Interactive* means that the text is
drawn with every mark and the main thread is free. Scrolling goes through the whole page in steps of 400 pixels, one per
frame; readers notice a frame that takes more than 50 ms. Needs playwright, from the lock file.

Example:
    >>> made = long_article(2_000, 90)
    >>> len(made["text"]) >= 2_000, sum(len(rows) for rows in made["layers"].values())
    (True, 90)
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import statistics
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from vouchbank.corpus import Corpus, repository_root

ROOT = repository_root()
REPORT = ROOT / "bench" / "browsing.md"
LENGTH, ANNOTATIONS = 100_000, 5_000
RUNS, SEED = 5, 20
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")
# set before the page is read: when the text is drawn, and when the thread was free after it
WATCH = """
new MutationObserver((_, watch) => {
  if (!document.querySelector('.text .m')) return;
  watch.disconnect();
  window.drawn = performance.now();
  requestAnimationFrame(() => setTimeout(() => { window.free = performance.now() }));
}).observe(document, { childList: true, subtree: true });
"""
SCROLL = """
() => new Promise((done) => {
  const frames = [];
  let last = performance.now();
  const step = (now) => {
    frames.push(now - last);
    last = now;
    const before = scrollY;
    scrollBy({ top: 400, behavior: 'instant' });
    if (scrollY === before) done(frames.slice(1)); else requestAnimationFrame(step);
  };
  requestAnimationFrame(step);
})
"""
HOVER = """
() => {
  const marks = [...document.querySelectorAll('.text .m-quantity')].slice(0, 200);
  const begun = performance.now();
  for (const mark of marks) {
    mark.dispatchEvent(new PointerEvent('pointerover', { bubbles: true, pointerType: 'mouse' }));
    mark.getBoundingClientRect();
  }
  return (performance.now() - begun) / marks.length;
}
"""


def long_article(length: int, count: int) -> dict[str, Any]:
    """The data of an article of at least that many characters, with so many annotations in it.

    Of ten annotations seven are entities, one is a number, two are attributions with source, cue and content.
    """
    words = " ".join(article.text for article in Corpus(ROOT).articles).split()
    chosen = random.Random(SEED)
    paragraphs: list[dict[str, Any]] = []
    text, at = "", 0
    while len(text) < length:
        held = [words[(at + n) % len(words)] for n in range(90)]
        at += 90
        start = len(text)
        text += " ".join(held)
        number = len(paragraphs) + 1
        paragraphs.append({"id": f"p{number}", "role": "body", "start": start, "end": len(text)})
        text += "\n"
    text = text.rstrip("\n")
    layers: dict[str, list[dict[str, Any]]] = {"entities": [], "quantities": [], "attributions": []}
    for number in range(count):
        paragraph = paragraphs[number * len(paragraphs) // count]
        layer = "attributions" if number % 10 < 2 else "quantities" if number % 10 == 2 else "entities"
        layers[layer].append(_row(layer, number, paragraph, text, chosen))
    whole = {"raw_start": 0, "raw_end": len(text), "kept": True, "role": "body", "rule": "made", "paragraph_id": "p1"}
    return {
        **{
            "id": "long",
            "title": "A long article",
            "outlet": None,
            "text": text,
            "paragraphs": paragraphs,
            "raw": text,
        },
        **{"segments": [{"index": 0, **whole}], "layers": layers, "registry": {}, "figures": [], "claims": []},
        **{"said": {}, "labels": {}, "changes": [], "gone": []},
    }


def _row(layer: str, number: int, paragraph: dict[str, Any], text: str, chosen: random.Random) -> dict[str, Any]:
    def span(most: int) -> dict[str, Any]:
        start = chosen.randrange(paragraph["start"], paragraph["end"] - most)
        end = start + chosen.randint(4, most)
        return {"start": start, "end": end, "text": text[start:end], "raw_start": start, "raw_end": end}

    prefix = {"entities": "e", "quantities": "q", "attributions": "a"}[layer]
    row: dict[str, Any] = {"id": f"long-{prefix}{number}", "paragraph_id": paragraph["id"]}
    if layer == "attributions":
        return {**row, "source": [span(14)], "cue": [span(10)], "content": [span(90)], "source_key": None}
    return {**row, "span": span(16)}


def write_page(folder: Path, article: dict[str, Any]) -> Path:
    """The page of an article that stands in no corpus, beside the bundle."""
    from jinja2 import Environment, FileSystemLoader
    from markupsafe import Markup

    from vouchbank.site.embed import embedded, visible
    from vouchbank.site.pages import BUNDLE, HERE, ICON, POLICY

    for name in BUNDLE:
        shutil.copy(HERE / "bundle" / name, folder / name)
    (folder / "icon.svg").write_text(ICON)
    env = Environment(loader=FileSystemLoader(HERE / "templates"), autoescape=True, trim_blocks=True)
    env.filters |= {"visible": visible, "plain": str}
    held = [{**p, "text": article["text"][p["start"] : p["end"]]} for p in article["paragraphs"]]
    shown = env.get_template("article.html").render(
        **{"policy": POLICY, "up": "", "page": "long.html", "nav": (), "foot": "", "review": None, "title": "Long"},
        **{"heading": "Long", "article": article, "row": {"published": None}, "counts": [], "paragraphs": held},
        **{"beside": {}, "pieces": [], "data": Markup(embedded(article))},
    )
    path = folder / "long.html"
    path.write_text(shown, "utf-8")
    return path


def measured(path: Path, runs: int = RUNS) -> dict[str, float]:
    """The medians of some runs, each in a window of its own."""
    from playwright.sync_api import sync_playwright

    found: dict[str, list[float]] = {}
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=list(FLAGS))
        for _ in range(runs):
            page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
            page.add_init_script(WATCH)
            page.goto(path.as_uri())
            page.wait_for_function("window.free")
            for name in ("drawn", "free"):
                found.setdefault(name, []).append(page.evaluate(f"window.{name}"))
            found.setdefault("card", []).append(page.evaluate(HOVER))
            page.keyboard.press("Escape")
            frames = page.evaluate(SCROLL)
            found.setdefault("frame", []).append(statistics.median(frames))
            found.setdefault("slow", []).append(sum(frame > 50 for frame in frames))
            found.setdefault("frames", []).append(len(frames))
            page.context.close()
        browser.close()
    return {name: statistics.median(values) for name, values in found.items()}


def report(article: dict[str, Any], found: dict[str, float]) -> Iterator[str]:
    """The lines of bench/browsing.md."""
    count = sum(len(rows) for rows in article["layers"].values())
    yield "# A long article in a browser\n"
    yield "Made by `python -m bench.browsing --write`; do not edit. `browsing.py` says what is measured and how.\n"
    yield f"A page of {len(article['text']) // 1000} kB of text with {count:,} annotations, medians of {RUNS} runs:\n"
    yield "| what | |\n|---|---:|"
    yield f"| time until the text is drawn | {found['drawn'] / 1000:.2f} s |"
    yield f"| time until interactive | {found['free'] / 1000:.2f} s |"
    yield f"| time to open a card | {found['card']:.1f} ms |"
    yield f"| time per frame while scrolling | {found['frame']:.1f} ms |"
    yield f"| frames longer than 50 ms | {found['slow']:.0f} of {found['frames']:.0f} |"


def main() -> None:
    """Measure, and print or write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--write", action="store_true", help=f"write bench/{REPORT.name}")
    parser.add_argument("--json", action="store_true", help="print the numbers as they are")
    given = parser.parse_args()
    article = long_article(LENGTH, ANNOTATIONS)
    with tempfile.TemporaryDirectory() as folder:
        found = measured(write_page(Path(folder), article))
    if given.json:
        print(json.dumps(found))
    lines = "\n".join(report(article, found)) + "\n"
    if given.write:
        REPORT.write_text(lines, "utf-8")
    print(lines, end="")


if __name__ == "__main__":
    main()
