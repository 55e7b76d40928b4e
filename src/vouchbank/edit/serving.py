"""The editor's server on 127.0.0.1, until Ctrl-C."""

from __future__ import annotations

import socket
import webbrowser
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from secrets import token_urlsafe

from vouchbank.edit.answers import application
from vouchbank.edit.session import JOURNALS, EditSession, refuse_name
from vouchbank.errors import needed
from vouchbank.writing import only_writer

HOST = "127.0.0.1"
_OPENER = "open.html"
_OPENING = """<!doctype html><html lang="en"><meta charset="utf-8"><title>VouchBank</title>
<meta http-equiv="refresh" content="0; url={address}"><p><a href="{address}">Open the editor</a></p></html>
"""


@dataclass(frozen=True)
class Work:
    """The annotations to edit: those of an annotator or, without a name, the gold."""

    root: Path
    by: str = ""


def serve(work: Work, article: str, port: int, browser: bool, tell: Callable[[str], None]) -> None:
    """Serve the editor; each person can run one at a time.

    Args:
        work: The annotations to edit, and where they are.
        article: The article to show first; empty for the first of the list.
        port: The port; 0 for any free port.
        browser: Whether to open a browser.
        tell: A function that is called with the address.

    Raises:
        BusyError: another editor has the same annotations open.
        MissingExtraError: the extra `edit` is not installed.
        NoAnnotatorError: the annotator's name is invalid.
    """
    with needed("`vouchbank edit`"):
        import starlette.applications  # noqa: F401 - fail before anything is started
        import uvicorn

    refuse_name(work.root, work.by)
    folder = work.root / JOURNALS / (work.by or "gold")
    folder.mkdir(parents=True, exist_ok=True)
    token = token_urlsafe(32)
    with only_writer(folder, "edit"), socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((HOST, port))
        listening.listen()  # the browser may connect before the server is ready
        own = listening.getsockname()[1]
        app = application(EditSession(work.root, work.by), token, [f"{HOST}:{own}", f"localhost:{own}"])
        address = f"http://{HOST}:{own}/#token={token}" + (f"&article={article}" if article else "")
        config = uvicorn.Config(app, log_level="warning", access_log=False, server_header=False, lifespan="off")
        tell(address)
        if browser:
            _open(folder, address)
        try:
            uvicorn.Server(config).run(sockets=[listening])
        finally:
            (folder / _OPENER).unlink(missing_ok=True)


def _open(folder: Path, address: str) -> None:
    """Open a browser by way of a file that only its owner can read: a command line is visible to every user."""
    page = folder / _OPENER
    page.touch(mode=0o600)
    page.chmod(0o600)
    page.write_text(_OPENING.format(address=address.replace("&", "&amp;")), "utf-8")
    webbrowser.open(page.resolve().as_uri())
