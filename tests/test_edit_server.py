"""The editor's server: who is answered, and what a stranger's request can do, which is nothing."""

from __future__ import annotations

import asyncio
import json
import re
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.checks_support import TOY, copied, snapshot
from vouchbank.edit.answers import SHELL, Answers, application
from vouchbank.edit.guard import MOST_BODY, Guard
from vouchbank.edit.operations import CannotDoError
from vouchbank.edit.parsing import OPERATIONS, parse_operation
from vouchbank.edit.session import EditSession

pytestmark = pytest.mark.system

HOST, TOKEN = "127.0.0.1:8123", "a-secret"
ASKED = (
    *("start", "article", "status", "do", "preview", "undo", "redo", "save", "revert", "take", "merge"),
    *("file", "differences", "findings"),
)
FOREIGN = ("seeds/000/raw.txt", "annotations/001/entities.toml", "../x", "/etc/passwd", "annotations/000/../../x")
OWN = {"host": HOST, "origin": f"http://{HOST}", "x-vouchbank-token": TOKEN, "sec-fetch-site": "same-origin"}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return copied(TOY, tmp_path)


@pytest.fixture
def app(root: Path) -> Guard:
    return application(EditSession(root), TOKEN, [HOST, "localhost:8123"])


def ask(
    app: Guard,
    path: str,
    body: object = None,
    headers: dict[str, str] | list[tuple[str, str]] | None = None,
    method: str = "POST",
) -> tuple[int, Any, dict[str, str]]:
    """The status, the answer and the headers of a request as it stands on the wire."""
    data = body if isinstance(body, bytes) else json.dumps(body or {}).encode()
    listed = OWN if headers is None else headers
    pairs = list(listed.items()) if isinstance(listed, dict) else listed
    scope = {
        **{"type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "scheme": "http"},
        **{"path": path, "raw_path": path.encode(), "query_string": b"", "root_path": "", "client": ("127.0.0.1", 1)},
        "headers": [(name.encode(), value.encode("latin-1")) for name, value in pairs],
    }
    sent: list[dict[str, Any]] = []
    chunks = [data[at : at + 65536] for at in range(0, len(data), 65536)] or [b""]

    async def receive() -> dict[str, Any]:
        chunk = chunks.pop(0) if chunks else b""
        return {"type": "http.request", "body": chunk, "more_body": bool(chunks)}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    asyncio.run(app(scope, receive, send))
    answer = b"".join(message.get("body", b"") for message in sent[1:])
    found = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    held = json.loads(answer) if found.get("content-type", "").startswith("application/json") else answer.decode()
    return sent[0]["status"], held, found


def body(name: str, version: int = 0) -> dict[str, Any]:
    operation = {"do": "add", "layer": "entities", "spans": {"span": [[81, 88]]}, "values": {"type": "DATE"}}
    file = "annotations/000/entities.toml"
    return {"article": "000", "version": version, "operation": operation, "file": file, "mine": False}


# --- who is answered ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"x-vouchbank-token": None}, 401),
        ({"x-vouchbank-token": ""}, 401),
        ({"x-vouchbank-token": "a-secreT"}, 401),
        ({"x-vouchbank-token": "a-secret "}, 401),
        ({"x-vouchbank-token": "é"}, 401),
        ({"host": None}, 421),
        ({"host": "evil.example:8123"}, 421),  # a name that was rebound to 127.0.0.1
        ({"host": "127.0.0.1"}, 421),
        ({"host": "127.0.0.1:80"}, 421),
        ({"origin": "http://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": "http://127.0.0.1:9999"}, 403),
        ({"origin": "https://127.0.0.1:8123"}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"content-length": str(MOST_BODY + 1)}, 413),
        ({"content-length": "-1"}, 413),
        ({"content-length": "9" * 5000}, 413),
    ],
)
def test_a_stranger_gets_nothing(app: Guard, root: Path, changed: dict[str, str | None], status: int) -> None:
    before = snapshot(root)
    headers = {key: value for key, value in (OWN | changed).items() if value is not None}
    for name in ASKED:
        got, held, _ = ask(app, f"/api/{name}", body(name), headers)
        assert (got, list(held)) == (status, ["said"])
        assert "Port Lune" not in held["said"]
    assert snapshot(root) == before


def test_every_path_of_data_is_tried_above(app: Guard) -> None:
    routes = {route.path for route in app.app.routes}
    assert routes == {f"/api/{name}" for name in ASKED} | set(SHELL)


@pytest.mark.parametrize("header", ["host", "x-vouchbank-token"])
def test_a_header_that_is_sent_twice_is_none(app: Guard, header: str) -> None:
    pairs = [*OWN.items(), (header, OWN[header])]
    assert ask(app, "/api/start", headers=pairs)[0] in (401, 421)


def test_what_is_longer_than_it_says_is_cut_off(app: Guard) -> None:
    status, held, _ = ask(app, "/api/do", b'{"article": "' + b"x" * (MOST_BODY + 1) + b'"}')
    assert (status, list(held)) == (413, ["said"])


@pytest.mark.parametrize("path", [*SHELL, "/api/start"])
def test_every_answer_has_the_headers_that_keep_others_out(app: Guard, path: str) -> None:
    method = "POST" if path.startswith("/api/") else "GET"
    status, held, headers = ask(app, path, method=method)
    assert status == 200
    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
    assert "unsafe" not in policy
    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    if path in SHELL:
        assert "Port Lune" not in held
        assert TOKEN not in held


@pytest.mark.parametrize(
    "path", ["/seeds/000/raw.txt", "/../pyproject.toml", "/api/../etc", "/%2e%2e/x", "/api/", "/x"]
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_nothing_else_of_the_disk_is_served(app: Guard, path: str, method: str) -> None:
    assert ask(app, path, method=method)[0] in (404, 405)


def test_reading_by_get_is_not_possible(app: Guard) -> None:
    assert {ask(app, f"/api/{name}", method="GET")[0] for name in ASKED} == {405}


@pytest.mark.parametrize("article", ["../000", "000/../000", "/etc/passwd", "..", "", "000\x00", "002", "annotations"])
def test_an_id_is_looked_up_and_never_a_path(app: Guard, root: Path, article: str) -> None:
    before = snapshot(root)
    version = ask(app, "/api/status")[1]["version"]
    for name in ("article", "do", "preview", "save", "file", "differences", "merge", "findings"):
        status, held, _ = ask(app, f"/api/{name}", {**body(name, version), "article": article})
        assert status in (400, 404)
        assert list(held) == ["said"]
    assert snapshot(root) == before


@pytest.mark.parametrize("file", FOREIGN)
@pytest.mark.parametrize("name", ["file", "take", "merge"])
def test_a_file_is_one_of_the_article(app: Guard, file: str, name: str) -> None:
    version = ask(app, "/api/status")[1]["version"]
    assert ask(app, f"/api/{name}", {**body(name, version), "file": file})[0] == 400


# --- what it answers ------------------------------------------------------------------------------------


def test_a_window_that_is_behind_is_told_and_changes_nothing(app: Guard) -> None:
    first = ask(app, "/api/article", {"article": "000"})[1]
    done = ask(app, "/api/do", body("do", first["version"]))[1]
    assert done["selected"] == "e15"
    assert done["unsaved"] == ["annotations/000/entities.toml"]
    status, held, _ = ask(app, "/api/do", body("do", first["version"]))
    assert (status, "another window" in held["said"]) == (409, True)
    assert ask(app, "/api/article", {"article": "000"})[1]["undo"] == "added e15"
    assert ask(app, "/api/undo", {"article": "000", "version": done["version"]})[1]["unsaved"] == []


def test_two_writers_are_both_shown(app: Guard, root: Path) -> None:
    version = ask(app, "/api/article", {"article": "000"})[1]["version"]
    ask(app, "/api/do", body("do", version))
    path = root / "annotations/000/entities.toml"
    path.write_text(path.read_text("utf-8").replace('"Monday", type = "DATE"', '"Monday", type = "TIME"'), "utf-8")
    status, held, _ = ask(app, "/api/save", {"article": "000"})
    assert (status, "outside the editor" in held["said"]) == (409, True)
    view = ask(app, "/api/article", {"article": "000"})[1]
    assert view["next"]["do"] == "clash"
    (clash,) = view["clashes"]
    assert any('"TIME"' in line for line in clash["outside"])
    assert any("e15" in line for line in clash["here"])
    merged = ask(app, "/api/merge", {**body("merge", view["version"])})[1]
    assert merged["clashes"] == []
    assert ask(app, "/api/save", {"article": "000"})[0] == 200
    assert '"TIME"' in path.read_text("utf-8")
    assert "e15" in path.read_text("utf-8")


def test_a_preview_says_what_would_be_and_does_nothing(app: Guard) -> None:
    version = ask(app, "/api/article", {"article": "000"})[1]["version"]
    operation = {"do": "change", "id": "q1", "spans": {"modifier": []}, "values": {"interval": None}}
    seen = ask(app, "/api/preview", {"article": "000", "operation": operation})[1]
    assert seen["record"]["row"]["interval"] == "[40, 40]"
    wrong = {"do": "change", "id": "q1", "values": {"interval": "[1, 2"}}
    assert ask(app, "/api/preview", {"article": "000", "operation": wrong})[1]["findings"]
    assert ask(app, "/api/status")[1]["version"] == version


def test_what_the_checks_say_can_come_later(app: Guard) -> None:
    version = ask(app, "/api/article", {"article": "000"})[1]["version"]
    wrong = {"do": "add", "layer": "entities", "spans": {"span": [[81, 88]]}, "values": {"type": "GPE"}}
    whole = {"article": "000", "version": version, "operation": wrong}
    done = ask(app, "/api/do", {**whole, "later": True})[1]
    assert (done["checked"], done["findings"]) == (False, [])
    later = ask(app, "/api/findings", {"article": "000"})[1]
    now = ask(app, "/api/article", {"article": "000"})[1]
    assert later["findings"] != []
    assert {name: now[name] for name in later} == later


def test_every_answer_is_plain_json_that_holds_no_place_of_the_machine(root: Path) -> None:
    said = json.dumps(Answers(EditSession(root)).article({"article": "000"}), allow_nan=False)
    assert str(root) not in said


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | st.text(max_size=5) | st.just("\ud800"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)
NAMES = ("layer", "spans", "values", "id", "file", "text", "table", "key", "row", "choice", "reason", "by")


@given(name=st.sampled_from([*OPERATIONS, "nothing"]), held=st.dictionaries(st.sampled_from(NAMES), PLAIN, max_size=5))
def test_what_is_asked_for_is_an_operation_or_refused_in_a_sentence(name: str, held: dict[str, Any]) -> None:
    try:
        found, said = parse_operation({**held, "do": name}), ""
    except CannotDoError as error:
        found, said = None, str(error)
    assert (found is None) == bool(said)
    assert said == said[:1].upper() + said[1:].rstrip(".")


# --- the process ----------------------------------------------------------------------------------------


@contextmanager
def served(root: Path, *more: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The command itself, and the address that it prints."""
    words = [sys.executable, "-m", "vouchbank", "edit", "--no-browser", "--root", str(root), *more]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield process, process.stdout.readline().strip()
        finally:
            process.kill()


def post(address: str, name: str, said: dict[str, Any]) -> dict[str, Any]:
    base, _, fragment = address.partition("/#")
    token = re.match(r"token=([\w-]+)", fragment)
    assert token
    headers = {"x-vouchbank-token": token[1], "content-type": "application/json"}
    asking = urllib.request.Request(f"{base}/api/{name}", json.dumps(said).encode(), headers)
    with urllib.request.urlopen(asking) as got:
        held: dict[str, Any] = json.load(got)
        return held


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_a_killed_server_has_lost_nothing_and_only_one_serves_at_a_time(root: Path) -> None:
    with served(root, "000") as (process, address):
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/#token=[\w-]{40,}&article=000", address)
        view = post(address, "article", {"article": "000"})
        assert post(address, "do", body("do", view["version"]))["selected"] == "e15"
        words = [sys.executable, "-m", "vouchbank", "edit", "--no-browser", "--root", str(root)]
        second = subprocess.run(words, capture_output=True, text=True, check=False)
        assert (second.returncode, "another edit" in second.stderr) == (2, True)
        process.send_signal(signal.SIGKILL)
        process.wait()
    with served(root) as (process, address):
        view = post(address, "article", {"article": "000"})
        assert (view["recovered"], view["undo"]) == (1, "added e15")
        assert post(address, "save", {"article": "000"})["unsaved"] == []
        process.send_signal(signal.SIGINT)
        process.wait()
    assert "e15" in (root / "annotations/000/entities.toml").read_text("utf-8")
