"""Every link of every page leads somewhere, and two clicks from README.md reach every page."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable
from urllib.parse import unquote, urlsplit

import pytest

from tests.pages.reading import KEPT, Page, listed, pages, tracked

PUBLISHED = "corpus/"  # goes to the Hub alone, so its links stay inside
# GitHub shows them where they are filled in, under no fixed address
FORMS = ".github/"


def target(page: Page, link: str) -> str:
    """Which file or folder a relative link means, below the root; a folder ends with a slash."""
    path = unquote(urlsplit(link).path)
    joined = posixpath.normpath(posixpath.join(posixpath.dirname(page.path), path)) if path else page.path
    return f"{joined}/" if f"{joined}/" in tracked() else joined


def anchors(name: str, known: dict[str, Page]) -> frozenset[str]:
    return known[name].anchors if name in known else frozenset()


def broken(page: Page, known: dict[str, Page]) -> list[str]:
    """A line for each link that leads nowhere."""
    found = []
    for line, link in page.links():
        parts = urlsplit(link)
        if parts.scheme:
            if parts.scheme != "https" or "." not in parts.netloc:
                found.append(f"{page.path}:{line}: not an https address: {link}")
            continue
        name = target(page, link)
        if name not in tracked() and name not in known:
            found.append(f"{page.path}:{line}: {link} leads to no file that git tracks")
        elif parts.fragment and parts.fragment not in anchors(name, known):
            found.append(f"{page.path}:{line}: {name} has no heading #{parts.fragment}")
        elif page.path.startswith(PUBLISHED) and not name.startswith(PUBLISHED):
            found.append(f"{page.path}:{line}: {link} leads out of {PUBLISHED}, which is published alone")
    return found


def clicks(known: dict[str, Page], start: str = "README.md") -> dict[str, int]:
    """How many clicks lead to each page; a folder shows its README.md."""
    reached, front = {start: 0}, [start]
    while front:
        following = []
        for page in (known[name] for name in front):
            for _, link in page.links():
                name = target(page, link)
                name = f"{name}README.md" if name.endswith("/") else name
                if not urlsplit(link).scheme and name in known and name not in reached:
                    reached[name] = reached[page.path] + 1
                    following.append(name)
        front = following
    return reached


def by_path(some: Iterable[Page]) -> dict[str, Page]:
    return {page.path: page for page in some}


@pytest.mark.slow
def test_every_link_leads_somewhere() -> None:
    known = by_path(pages())
    assert sum(1 for page in pages() for _ in page.links()) > 400
    problems = [problem for page in pages() for problem in broken(page, known)]
    assert problems == [], listed(problems)


def test_two_clicks_reach_every_page() -> None:
    known = {name: page for name, page in by_path(pages()).items() if not name.startswith(FORMS)}
    reached = clicks(known)
    far = [f"{name}: {reached.get(name, 'no number of')} clicks from README.md" for name in known]
    far = [line for line, name in zip(far, known, strict=True) if reached.get(name, 3) > 2]
    assert far == [], listed(far)


# --- the test can fail ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "text", "said"),
    [
        ("docs/x.md", "[a](commands.md)", ""),
        ("docs/x.md", "# What is `made`?\n\n[a](#what-is-made) [b](../LICENSE)", ""),
        ("docs/x.md", "# Same\n\n# Same\n\n[a](#same-1)", ""),
        ("docs/x.md", "[a](https://example.org/x)", ""),
        ("docs/x.md", "[a](gone.md)", "docs/x.md:1: gone.md leads to no file"),
        ("docs/x.md", "\n![a](pictures/gone.png)", "docs/x.md:2: pictures/gone.png leads to no file"),
        ("docs/x.md", '<img src="gone.png">', "gone.png leads to no file"),
        ("docs/x.md", "a <a href='gone.md'>b</a>", "gone.md leads to no file"),
        ("docs/x.md", "[a][b]\n\n[b]: gone.md", "gone.md leads to no file"),
        ("docs/x.md", "# One\n\n[a](#two)", "docs/x.md has no heading #two"),
        ("docs/x.md", "[a](../LICENSE#two)", "LICENSE has no heading #two"),
        ("docs/x.md", "[a](http://example.org)", "not an https address"),
        ("corpus/x.md", "[a](../LICENSE)", "leads out of corpus/"),
    ],
)
def test_a_link_that_leads_nowhere_is_named(path: str, text: str, said: str) -> None:
    page = Page(path, text)
    assert said in "".join(broken(page, {path: page}))
    assert bool(broken(page, {path: page})) == bool(said)


def test_a_page_that_nobody_links_is_not_reached() -> None:
    some = [Page("README.md", "[docs](docs/releasing.md)"), Page("docs/releasing.md", "[x](../web)")]
    some += [Page("web/README.md", ""), Page("docs/scale.md", "")]
    assert clicks(by_path(some)) == {"README.md": 0, "docs/releasing.md": 1, "web/README.md": 2}
    assert not any(page.path.startswith(KEPT) for page in pages())
