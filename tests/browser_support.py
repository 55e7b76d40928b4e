"""The system's Chromium, driven by playwright, and the editor as a process of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from vouchbank.corpus import repository_root

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), "")
FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
)
AXE = repository_root() / "web" / "node_modules" / "axe-core" / "axe.min.js"


@contextmanager
def browser() -> Iterator[Browser]:
    """A browser without a window."""
    if not CHROMIUM:
        pytest.fail("there is no Chromium: install the package `chromium` of the system")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        try:
            yield opened
        finally:
            opened.close()


def page(opened: Browser, **more: object) -> tuple[Page, list[str]]:
    """A window of its own, and what its console says of errors."""
    context = opened.new_context(viewport={"width": 1300, "height": 900}, **more)  # type: ignore[arg-type]
    made, said = context.new_page(), list[str]()
    made.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    made.on("pageerror", lambda error: said.append(str(error)))
    return made, said


def faults(of: Page) -> list[str]:
    """What axe-core finds on a page, past its policy of content, which lets no foreign script in."""
    of.evaluate(AXE.read_text("utf-8"))
    # it would fetch the style sheets, which the policy forbids
    found = of.evaluate("axe.run(document, {resultTypes: ['violations'], preload: false})")
    return [f"{one['id']}: {node['html'][:200]}" for one in found["violations"] for node in one["nodes"]]


class Watched:
    """A page with all that its console said and all that it asked for."""

    def __init__(self, context: BrowserContext) -> None:
        self.page = context.new_page()
        self.errors: list[str] = []
        self.asked: list[str] = []
        self.page.on("console", lambda m: self.errors.append(m.text) if m.type in ("error", "warning") else None)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("request", lambda request: self.asked.append(request.url))

    def open(self, path: Path, fragment: str = "") -> Page:
        """Open a file, anew also where only the fragment differs."""
        self.page.goto("about:blank")
        self.page.goto(f"{path.as_uri()}{fragment}")
        return self.page


@contextmanager
def editor(root: Path, *more: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """`vouchbank edit` on a corpus, and the address that it prints."""
    words = [sys.executable, "-m", "vouchbank", "edit", "--no-browser", "--root", str(root), *more]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True, env=environment) as process:
        try:
            assert process.stdout is not None
            yield process, process.stdout.readline().strip()
        finally:
            process.kill()
