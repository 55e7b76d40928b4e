"""The requests that the editor's server answers, each with an `EditSession`."""

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

# what the page loads, by its path; no other file is served
SHELL = {
    "/": ("edit/editor.html", "text/html; charset=utf-8"),
    "/editor.js": ("site/bundle/editor.js", "text/javascript; charset=utf-8"),
    "/editor.css": ("site/bundle/editor.css", "text/css; charset=utf-8"),
}
MOST_TITLES = 200  # a list of more articles has no titles, so that their texts need not be read
Answer = Callable[[Mapping[str, Any]], dict[str, Any]]


class Answers:
    """The answers of the server as plain data; each method takes the request."""

    def __init__(self, session: EditSession) -> None:
        self.session = session

    def start(self, _: Mapping[str, Any]) -> dict[str, Any]:
        """What the page needs once: the schema, the articles, the annotator."""
        corpus = self.session.corpus
        few = len(corpus.article_ids) <= MOST_TITLES
        titles = {name: _title(corpus.article(name).text) for name in corpus.article_ids if few}
        listed = [{"id": name, "title": titles.get(name, "")} for name in corpus.article_ids]
        return {"schema": schema_view(corpus.schema), "articles": listed, "by": self.session.by}

    def article(self, held: Mapping[str, Any]) -> dict[str, Any]:
        """An article with everything the page shows; without findings if the request says `later`."""
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
        """The findings on an article and the next step; other requests are answered meanwhile."""
        name = text_value(held, "article")
        with self.session.lock:
            self.session.open(name)
            corpus, version, unsaved = self.session.corpus, self.session.version, self.session.unsaved
            clashes = [clash.file for clash in self.session.look()]
            view = article_view(corpus, name, checked=False)
        judged = findings_view(corpus, name)
        return {**judged, "version": version, "next": next_step({**view, **judged}, unsaved, clashes)}

    def status(self, _: Mapping[str, Any]) -> dict[str, Any]:
        """Whether something changed, in another window or on disk."""
        with self.session.lock:
            clashes = self.session.look()
            return {"version": self.session.version, "clashes": [clash.file for clash in clashes]}

    def do(self, held: Mapping[str, Any]) -> dict[str, Any]:
        """Carry out an operation, and show the article afterwards."""
        with self.session.lock:
            done = self.session.do(
                text_value(held, "article"), parse_operation(held.get("operation")), integer(held, "version")
            )
            return {**self.article(held), "said": done.said, "selected": done.selected}

    def preview(self, held: Mapping[str, Any]) -> dict[str, Any]:
        """A record as an operation would make it, with its findings, without carrying it out."""
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
        """Undo the last step."""
        said = self.session.undo(integer(held, "version"))
        return {**self.article(held), "said": f"Undone: {said}" if said else "Nothing to undo"}

    def redo(self, held: Mapping[str, Any]) -> dict[str, Any]:
        """Redo the step that was undone last."""
        said = self.session.redo(integer(held, "version"))
        return {**self.article(held), "said": f"Redone: {said}" if said else "Nothing to redo"}

    def save(self, held: Mapping[str, Any]) -> dict[str, Any]:
        """Save all changes."""
        written = self.session.save()
        said = f"Saved {', '.join(written)}" if written else "Everything is already saved"
        return {**self.article(held), "said": said}

    def revert(self, held: Mapping[str, Any]) -> dict[str, Any]:
        """Go back to the saved files."""
        files = self.session.revert(integer(held, "version"))
        return {**self.article(held), "said": "Back to the saved files" if files else "Everything is already saved"}

    def take(self, held: Mapping[str, Any]) -> dict[str, Any]:
        """Take the version on disk of a file that was changed outside the editor."""
        self.session.take(text_value(held, "file"), integer(held, "version"))
        return {**self.article(held), "said": f"Took the version on disk of {text_value(held, 'file')}"}

    def merge(self, held: Mapping[str, Any]) -> dict[str, Any]:
        """Merge the unsaved changes with a file that was changed outside the editor."""
        mine = typed(held.get("mine", False), bool, "'mine'", "true or false")
        both = self.session.merge(text_value(held, "article"), text_value(held, "file"), integer(held, "version"), mine)
        new = "".join(f"; {old} is now {name}" for old, name in both.renamed.items())
        return {**self.article(held), "said": f"Merged both versions of {text_value(held, 'file')}{new}"}

    def file(self, held: Mapping[str, Any]) -> dict[str, Any]:
        """A file of the article as text; its name is looked up, never used as a path."""
        name, wanted = text_value(held, "article"), text_value(held, "file")
        with self.session.lock:
            self.session.open(name)
            corpus = self.session.corpus
            article = corpus.article(name)
            known = {file.document.file for file in (*article.files.values(), *corpus.shared.values())}
            if wanted not in known:
                raise CannotDoError("This file does not belong to the article")
            return {"file": wanted, "text": _decoded(corpus.read(wanted))}

    def differences(self, held: Mapping[str, Any]) -> dict[str, Any]:
        """The adjudication of an article; not for an annotator, who must not see the annotations of others."""
        if self.session.by:
            raise CannotDoError("Annotators do not see each other's annotations. Open the editor without `--by`.")
        name = text_value(held, "article")
        with self.session.lock:
            self.session.open(name)
            return differences_view(self.session.corpus, name)


def application(session: EditSession, token: str, hosts: list[str]) -> Guard:
    """The ASGI application.

    Args:
        session: The sources that are edited.
        token: The secret that every request for data must have.
        hosts: The addresses of the server.
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
    """A file that was changed both outside and in the editor, with both changes line by line."""
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
    """A handler that takes and returns JSON; errors become a message."""

    async def answer(request: Request) -> Response:
        from starlette.concurrency import run_in_threadpool
        from starlette.responses import JSONResponse

        try:
            held = typed(json.loads(await request.body() or b"{}"), dict, "the request", "an object")
            return JSONResponse(await run_in_threadpool(method, held))
        except (ValueError, RecursionError):
            return JSONResponse({"said": "The request is not JSON"}, 400)
        except VouchBankError as error:
            return JSONResponse({"said": str(error)}, _status(error))
        except OSError as error:
            said = f"Disk error: {error.strerror or error}. Nothing was saved; your changes are kept."
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
