"""docs/pictures/: pictures of the pages, for README.md and the dataset card.

    python -m scripts.pictures               write the pictures

The system's Chromium takes them of the pages that `vouchbank site` writes from this clone. Fonts differ a little
between machines, so no test compares the files: after a change of the pages, write the pictures again and look at them.

Example:
    >>> [shot.name for shot in SHOTS]
    ['figures', 'article', 'article-dark', 'sources', 'small-screen']
"""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from vouchbank.corpus import Corpus, repository_root
from vouchbank.site import pages

ROOT = repository_root()
FOLDER = ROOT / "docs" / "pictures"
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")


@dataclass(frozen=True, slots=True)
class Shot:
    """A picture of a page.

    Attributes:
        name: The name of the file.
        page: The page, with its fragment.
        width, height: The size of the window.
        dark: Whether to use the dark colours.
        click: The element to click first.
        top: The element to scroll to the top.
    """

    name: str
    page: str
    width: int = 1280
    height: int = 860
    dark: bool = False
    click: str = ""
    top: str = ""


SHOTS = (
    Shot("figures", "index.html", height=1130),
    Shot("article", "articles/004.html#004-q5", height=660, click="#show-arcs", top="#p8"),
    Shot("article-dark", "articles/001.html#001-q7", height=660, dark=True, top="#p7"),
    Shot("sources", "sources.html"),
    Shot("small-screen", "articles/003.html#003-q4", width=390, height=780),
)


def take(site: Path, target: Path) -> list[Path]:
    """Take every picture."""
    from playwright.sync_api import sync_playwright

    found = []
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=list(FLAGS))
        for shot in SHOTS:
            context = browser.new_context(
                viewport={"width": shot.width, "height": shot.height}, color_scheme="dark" if shot.dark else "light"
            )
            page = context.new_page()
            page.goto(f"{site.as_uri()}/{shot.page}")
            if shot.click:
                page.click(shot.click)
            if shot.top:
                page.evaluate("name => document.querySelector(name).scrollIntoView()", shot.top)
                page.evaluate("scrollBy(0, -24)")
            page.wait_for_timeout(300)  # arcs and lanes are drawn with the next frame
            found.append(target / f"{shot.name}.png")
            page.screenshot(path=found[-1])
            context.close()
        browser.close()
    return found


def main() -> None:
    """Write the pages into a temporary folder and take the pictures."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        for name, data in pages(Corpus(ROOT)).items():
            path = Path(folder) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        for path in take(Path(folder), FOLDER):
            print(f"{path.relative_to(ROOT)} {path.stat().st_size // 1000} kB")


if __name__ == "__main__":
    main()
