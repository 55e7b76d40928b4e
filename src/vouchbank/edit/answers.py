"""The answers of the editor's server: each path, what it reads, what it gives. The shell around a `EditSession`."""

from __future__ import annotations

import difflib
import json
from collections.abc import Callable, Mapping
from importlib.resources import files as package_files
from typing import TYPE_CHECKING, Any

from vouchbank.corpus.overlay import OverlayCorpus
from vouchbank.edit.deciding import differences_view
from vouchbank.edit.guard import Guard
from vouchbank.edit.operations import CannotDoError, applied
from vouchbank.edit.parsing import integer, parse_operation, text_value, typed
from vouchbank.edit.session import ChangedMeanwhileError, Clash, EditSession, StaleError
from vouchbank.edit.views import article_view, findings_view, next_step, record_view, schema_view
from vouchbank.errors import UnknownArticleError, VouchBankError
from vouchbank.tables.shared import Shared
from vouchbank.writing import BusyError

if TYPE_CHECKING:
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response

# what the page loads, by its path: nothing else of the disk is served
SHELL = {
    "/": ("edit/editor.html", "text/html; charset=utf-8"),
    "/editor.js": ("site/bundle/editor.js", "text/javascript; charset=utf-8"),
    "/editor.css": ("site/bundle/editor.css", "text/css; charset=utf-8"),
}
MOST_TITLES = 200  # of more articles the texts are not read for a list
Answer = Callable[[Mapping[str, Any]], dict[str, Any]]


class Answers:
    """What the server answers, as plain data; each method takes what was asked for."""

    def __init__(self, session: EditSession) -> None:
        self.session = session

    def start(self, _: Mapping[str, Any]) -> dict[str, Any]:
        """What the page needs once: the schema, the articles, who is at work."""
        corpus = self.session.corpus
        few = len(corpus.article_ids) <= MOST_TITLES
        titles = {name: _title(corpus.article(name).text) for name in corpus.article_ids if few}
        listed = [{"id": name, "title": titles.get(name, "")} for name in corpus.article_ids]
        return {"schema": schema_view(corpus.schema), "articles": listed, "by": self.session.by}

    def article(self, held: Mapping[str, Any]) -> dict[str, Any]:
        """An article as it is, with all that the page shows of it; what the checks say, if wanted, `later`."""
        name, later = text_value(held, "article"), typed(held.get("later", False), bool, "'later'", "true or false")
        with self.session.lock:
            self.session.open(name)
            clashes = self.session.look()
            view = article_view(self.session.corpus, name, checked=not later)
            unsaved, history = self.session.unsaved, self.session.history
            return {
                **view,
                "version": self.session.version,
                "undo": history.undo,
                "redo": history.redo,
                "unsaved": list(unsaved),
                "recovered": self.session.recovered,
                "clashes": list(map(clash_view, clashes)),
                "next": next_step(view, unsaved, [clash.file for clash in clashes]),
            }

    def findings(self, held: Mapping[str, Any]) -> dict[str, Any]:
        """What the checks say of an article, and what to do next; others may work on meanwhile."""
        name = text_value(held, "article")
        with self.session.lock:
            self.session.open(name)
            corpus, version, unsaved = self.session.corpus, self.session.version, self.session.unsaved
            clashes = [clash.file for clash in self.session.look()]
            view = article_view(corpus, name, checked=False)
        judged = findings_view(corpus, name)
        return {**judged, "version": version, "next": next_step({**view, **judged}, unsaved, clashes)}

    def status(self, _: Mapping[str, Any]) -> dict[str, Any]:
        """Whether something changed: in another window, or on the disk."""
        with self.session.lock:
            clashes = self.session.look()
            return {"version": self.session.version, "clashes": [clash.file for clash in clashes]}

    def do(self, held: Mapping[str, Any]) -> dict[str, Any]:
        """Do something, and show the article as it is then."""
        with self.session.lock:
            done = self.session.do(
                text_value(held, "article"), parse_operation(held.get("operation")), integer(held, "version")
            )
            return {**self.article(held), "said": done.said, "selected": done.selected}

    def preview(self, held: Mapping[str, Any]) -> dict[str, Any]:
        """What a record would be, and what the checks would say of it, without doing it."""
        name, operation = text_value(held, "article"), parse_operation(held.get("operation"))
        with self.session.lock:
            self.session.open(name)
            corpus = self.session.corpus
        done = applied(corpus, name, operation)
        state = OverlayCorpus.over(corpus, done.files)
        view = article_view(state, name)
        article = state.article(name)
        annotation = article.by_id.get(f"{name}-{done.selected}")
        shown = record_view(article, annotation, Shared.of(state)) if annotation else None
        about = [f for f in view["findings"] if f["record"] == done.selected]
        return {"record": shown, "findings": about}

    def undo(self, held: Mapping[str, Any]) -> dict[str, Any]:
        """Take the last step back."""
        said = self.session.undo(integer(held, "version"))
        return {**self.article(held), "said": f"undone: {said}" if said else "There is nothing to undo."}

    def redo(self, held: Mapping[str, Any]) -> dict[str, Any]:
        """Do again what was taken back."""
        said = self.session.redo(integer(held, "version"))
        return {**self.article(held), "said": f"done again: {said}" if said else "There is nothing to do again."}

    def save(self, held: Mapping[str, Any]) -> dict[str, Any]:
        """Write what is not saved."""
        written = self.session.save()
        said = f"Saved {', '.join(written)}." if written else "Everything was saved already."
        return {**self.article(held), "said": said}

    def revert(self, held: Mapping[str, Any]) -> dict[str, Any]:
        """Go back to what is on the disk."""
        files = self.session.revert(integer(held, "version"))
        return {**self.article(held), "said": "You see what is saved." if files else "Everything was saved already."}

    def take(self, held: Mapping[str, Any]) -> dict[str, Any]:
        """Take a file that was changed outside as it is on the disk."""
        self.session.take(text_value(held, "file"), integer(held, "version"))
        return {**self.article(held), "said": f"{text_value(held, 'file')} is as it is on the disk."}

    def merge(self, held: Mapping[str, Any]) -> dict[str, Any]:
        """Bring the work onto a file that was changed outside."""
        mine = typed(held.get("mine", False), bool, "'mine'", "true or false")
        both = self.session.merge(text_value(held, "article"), text_value(held, "file"), integer(held, "version"), mine)
        new = "".join(f" {old} is now {name}." for old, name in both.renamed.items())
        return {**self.article(held), "said": f"Both works are in {text_value(held, 'file')} now.{new}"}

    def file(self, held: Mapping[str, Any]) -> dict[str, Any]:
        """A file of the article as text; looked up among its files, never made into a path."""
        name, wanted = text_value(held, "article"), text_value(held, "file")
        with self.session.lock:
            self.session.open(name)
            corpus = self.session.corpus
            article = corpus.article(name)
            known = {file.document.file for file in (*article.files.values(), *corpus.shared.values())}
            if wanted not in known:
                raise CannotDoError("This file does not belong to the article.")
            return {"file": wanted, "text": _decoded(corpus.read(wanted))}

    def differences(self, held: Mapping[str, Any]) -> dict[str, Any]:
        """The adjudication of an article; not for an annotator, who sees nobody else's work."""
        if self.session.by:
            raise CannotDoError("You annotate without seeing the work of others. Open the editor without --by.")
        name = text_value(held, "article")
        with self.session.lock:
            self.session.open(name)
            return differences_view(self.session.corpus, name)


def application(session: EditSession, token: str, hosts: list[str]) -> Guard:
    """The ASGI application.

    Args:
        session: The sources that are edited.
        token: What every request for data must have.
        hosts: The addresses that the server has.
    """
    from starlette.applications import Starlette
    from starlette.routing import Route

    answers = Answers(session)
    shell = [Route(path, _shell(*held)) for path, held in SHELL.items()]
    paths = ("start", "article", "status", "do", "preview", "undo", "redo", "save", "revert", "take", "merge")
    names = (*paths, "file", "differences", "findings")
    data = [Route(f"/api/{name}", _data(getattr(answers, name)), methods=["POST"]) for name in names]
    app: Starlette = Starlette(routes=[*shell, *data])
    return Guard(app, token, hosts)


def clash_view(clash: Clash) -> dict[str, Any]:
    """A file that changed on both sides: how it was changed outside, and here, line by line."""
    base, mine, theirs = (_decoded(data).splitlines() for data in (clash.base, clash.mine, clash.theirs))
    outside, here = ([*difflib.unified_diff(base, side, lineterm="", n=1)][2:] for side in (theirs, mine))
    return {"file": clash.file, "outside": outside, "here": here, "gone": clash.theirs is None}


def _shell(name: str, kind: str) -> Callable[[Request], Any]:
    async def answer(_: Request) -> Response:
        from starlette.responses import Response

        held = package_files("vouchbank")
        for part in name.split("/"):
            held = held / part
        return Response(held.read_bytes(), media_type=kind) if held.is_file() else Response(status_code=404)

    return answer


def _data(method: Answer) -> Callable[[Request], Any]:
    """A path that takes JSON and gives JSON; what cannot be done is said in a sentence."""

    async def answer(request: Request) -> Response:
        from starlette.concurrency import run_in_threadpool
        from starlette.responses import JSONResponse

        try:
            held = typed(json.loads(await request.body() or b"{}"), dict, "the request", "an object")
            return JSONResponse(await run_in_threadpool(method, held))
        except (ValueError, RecursionError):
            return JSONResponse({"said": "The request is not JSON."}, 400)
        except VouchBankError as error:
            return JSONResponse({"said": str(error)}, _status(error))
        except OSError as error:
            said = f"The disk refused: {error.strerror or error}. Nothing was saved; your work is kept."
            return JSONResponse({"said": said}, 500)

    return answer


def _status(error: VouchBankError) -> int:
    match error:
        case StaleError() | ChangedMeanwhileError() | BusyError():
            return 409
        case UnknownArticleError():
            return 404
    return 400


def _title(text_: str) -> str:
    return text_.split("\n", 1)[0][:200]


def _decoded(data: bytes | None) -> str:
    return (data or b"").decode("utf-8", "replace")
