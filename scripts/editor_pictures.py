"""docs/pictures/editor-*.png: pictures of the editor.

    python -m scripts.editor_pictures        write the pictures

The system's Chromium takes them of `vouchbank edit` on a copy of tests/toy; see `scripts.pictures`.

Example:
    >>> list(PICTURES)
    ['editor-waits', 'editor-selection', 'editor-record', 'editor-dark']
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from scripts.pictures import FLAGS, FOLDER, ROOT

if TYPE_CHECKING:
    from playwright.sync_api import Page

ARTICLE = "001"


def _waits(page: Page) -> None:
    page.keyboard.press("n")
    page.wait_for_selector(".waits")


def _selection(page: Page) -> None:
    page.keyboard.press("Escape")
    page.locator("#text .seg", has_text="skippers").first.click()
    page.wait_for_selector("[data-layer]")


def _record(page: Page) -> None:
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    page.click("#accept")
    page.wait_for_selector(".form .finding-line")


def _dark(page: Page) -> None:
    page.emulate_media(color_scheme="dark")
    page.keyboard.press("Escape")


# for each picture, in this order, what to do before taking it
PICTURES: Mapping[str, Callable[[Page], None]] = {
    "editor-waits": _waits,
    "editor-selection": _selection,
    "editor-record": _record,
    "editor-dark": _dark,
}


def take(address: str, target: Path) -> list[Path]:
    """Take every picture of a running editor."""
    from playwright.sync_api import sync_playwright

    found = []
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=list(FLAGS))
        page = browser.new_context(viewport={"width": 1280, "height": 860}).new_page()
        page.goto(address)
        page.wait_for_selector(".seg")
        for name, before in PICTURES.items():
            before(page)
            page.wait_for_timeout(500)  # the findings arrive a moment later
            found.append(target / f"{name}.png")
            page.screenshot(path=found[-1])
        browser.close()
    return found


def main() -> None:
    """Serve the editor on an article that has only entities annotated, and take the pictures."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "corpus"
        shutil.copytree(ROOT / "tests" / "toy", root)
        for layer in ("quantities", "attributions"):
            (root / f"annotations/{ARTICLE}/{layer}.toml").unlink()
        words = [sys.executable, "-m", "vouchbank", "edit", ARTICLE, "--no-browser", "--root", str(root)]
        with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as process:
            try:
                assert process.stdout is not None
                for path in take(process.stdout.readline().strip(), FOLDER):
                    print(f"{path.relative_to(ROOT)} {path.stat().st_size // 1000} kB")
            finally:
                process.terminate()


if __name__ == "__main__":
    main()
