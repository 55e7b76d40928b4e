"""The part of the Hub's API that publishing and loading a dataset uses, on a port of this machine, kept in memory.

It answers what the real clients (huggingface_hub, datasets) ask, in the form they ask for it: a test starts it, points
HF_ENDPOINT at it and looks at `hub.datasets`. A fault can be put on any request: a status, a connection cut before or
after the work was done, silence, or a function that is run at that moment.
"""

from __future__ import annotations

import base64
import fnmatch
import json
import re
import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from tests.hub.faults import Fault
from tests.hub.store import Commit, Dataset, Stored, blob, sha256

TOKEN = "hf_token_of_the_tests"
SIGNATURE = "X-Signature=secret"


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    hub: Hub

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away is no fault; all else is, and a test looks for it."""
        error = sys.exception()
        if not isinstance(error, OSError):
            self.hub.broken.append(repr(error))


class Hub:
    """The server and all it holds."""

    def __init__(self, page: int = 7) -> None:
        self.datasets: dict[str, Dataset] = {}
        self.storage: dict[str, bytes] = {}
        self.requests: list[str] = []
        self.faults: list[Fault] = []
        self.page = page  # so small that every listing has several pages
        self.lock = threading.RLock()
        self.broken: list[str] = []  # faults of this server itself
        self.server = _Server(("127.0.0.1", 0), _Handler)
        self.server.hub = self

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    @contextmanager
    def running(self) -> Iterator[Hub]:
        thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self.server.shutdown()
            self.server.server_close()
            thread.join()

    def forget(self) -> None:
        """Begin anew: no datasets, no storage, no faults."""
        with self.lock:
            self.datasets, self.storage, self.requests, self.faults, self.broken = {}, {}, [], [], []


Answer = tuple[int, Any, dict[str, str]]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet."""

    @property
    def hub(self) -> Hub:
        assert isinstance(self.server, _Server)
        return self.server.hub

    def handle_one_request(self) -> None:
        try:
            super().handle_one_request()
        except OSError:
            self.close_connection = True

    def do_GET(self) -> None:
        self._serve()

    do_HEAD = do_POST = do_PUT = do_GET

    # --- one request -------------------------------------------------------------------------------------

    def _serve(self) -> None:
        url = urlsplit(self.path)
        self.query = parse_qs(url.query)
        self.body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.headers.get("Transfer-Encoding") == "chunked":
            self.body = self._chunks()
        request = f"{self.command} {unquote(url.path)}"
        with self.hub.lock:
            self.hub.requests.append(request)
            fault = next((f for f in self.hub.faults if f.strikes(request)), None)
        if fault and callable(fault.kind) and not fault.after and fault.kind():
            self._cut(0)
            return
        if fault and fault.kind in ("cut", "silent"):
            self._cut(0.8 if fault.kind == "silent" else 0)
            return
        if fault and isinstance(fault.kind, int):
            self._send(fault.kind, fault.body, {"Content-Type": "text/html", **fault.headers})
            return
        if fault and fault.kind == "html":
            self._send(200, b"<html>please log in to the network</html>", {"Content-Type": "text/html"})
            return
        with self.hub.lock:
            status, content, headers = self._route(unquote(url.path))
        if fault and fault.after and callable(fault.kind):
            fault.kind()
        if fault and fault.kind == "lost":
            self._cut(0)
            return
        if fault and fault.kind == "half":
            headers = {**headers, "Content-Length": "100000"}
            self.close_connection = True
        self._send(status, content, headers)

    def _chunks(self) -> bytes:
        data = b""
        while size := int(self.rfile.readline().split(b";")[0], 16):
            data += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return data

    def _cut(self, seconds: float) -> None:
        time.sleep(seconds)
        self.close_connection = True
        with suppress(OSError):  # the other end may be gone
            self.connection.shutdown(socket.SHUT_RDWR)

    def _send(self, status: int, content: Any, headers: dict[str, str]) -> None:
        data = content if isinstance(content, bytes) else json.dumps(content).encode()
        self.send_response_only(status)
        usual = {"Date": self.date_time_string(), "Content-Type": "application/json", "Content-Length": str(len(data))}
        for name, value in {**usual, **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    # --- what there is -----------------------------------------------------------------------------------

    def _route(self, path: str) -> Answer:
        for pattern, name in ROUTES:
            found = re.fullmatch(pattern, f"{self.command} {path}")
            if found:
                answer: Answer = getattr(self, name)(**found.groupdict())
                return answer
        return 404, {"error": f"this server does not know {self.command} {path}"}, {}

    def _known(self) -> bool:
        return self.headers.get("Authorization") == f"Bearer {TOKEN}"

    def _dataset(self, name: str) -> Dataset | None:
        dataset = self.hub.datasets.get(name)
        return dataset if dataset and (self._known() or not dataset.private) else None

    @property
    def _json(self) -> Any:
        return json.loads(self.body)

    def whoami(self) -> Answer:
        return (200, {"type": "user", "name": "me", "orgs": []}, {}) if self._known() else UNKNOWN_VALUE

    def identity(self) -> Answer:
        """What GitHub answers to a job that asks who it is."""
        assert self.headers.get("Authorization") == "Bearer of the job"
        return 200, {"value": f"identity for {self.query['audience'][0]}"}, {}

    def exchange(self) -> Answer:
        """A token for an identity, as the Hub gives it to a trusted publisher."""
        wanted = (f"identity for {self.hub.endpoint}", "datasets/me/vouchbank")
        if (self._json["subject_token"], self._json["resource"]) != wanted:
            return 400, {"error": "invalid_grant", "error_description": "not a trusted publisher of this"}, {}
        return 200, {"access_token": TOKEN, "token_type": "bearer", "expires_in": 3600}, {}

    def create(self) -> Answer:
        if not self._known():
            return UNKNOWN_VALUE
        asked = self._json
        name = f"{asked.get('organization') or 'me'}/{asked['name']}"
        assert asked["type"] == "dataset"
        there = name in self.hub.datasets
        if not there:
            self.hub.datasets[name] = Dataset(asked.get("visibility") == "private" or bool(asked.get("private")))
        url = f"{self.hub.endpoint}/datasets/{name}"
        if there:
            return 409, {"error": "You already created this dataset repo", "url": url}, {}
        return 200, {"url": url}, {}

    def validate(self) -> Answer:
        content = self._json["content"]
        errors = [] if content.startswith("---\n") else [{"message": "the card has no YAML"}]
        return (400 if errors else 200), {"errors": errors, "warnings": []}, {}

    def preupload(self, name: str, revision: str) -> Answer:
        dataset = self._dataset(name)
        if not self._known() or not dataset:
            return NOT_FOUND
        commit = dataset.at(revision)
        assert commit
        held = commit.files.get(".gitignore", Stored(b"")).data.decode()
        ignored = self._json.get("gitIgnore", held).split()
        files = []
        for path in (file["path"] for file in self._json["files"]):
            there = commit.files.get(path)
            oid = (sha256(there.data) if there.lfs else blob(there.data)) if there else None
            mode = "lfs" if path.endswith(".parquet") else "regular"
            left_out = any(fnmatch.fnmatch(path, pattern) for pattern in ignored)
            files.append({"path": path, "uploadMode": mode, "shouldIgnore": left_out, "oid": oid})
        return 200, {"files": files}, {}

    def lfs_batch(self, name: str) -> Answer:
        if not self._known() or not self._dataset(name):
            return NOT_FOUND
        objects = []
        for wanted in self._json["objects"]:
            about = {"oid": wanted["oid"], "size": wanted["size"]}
            if wanted["oid"] not in self.hub.storage:
                place = f"{self.hub.endpoint}/storage/{wanted['oid']}"
                upload = {"href": f"{place}?{SIGNATURE}"}
                about["actions"] = {"upload": upload, "verify": {"href": f"{place}/verify"}}
            objects.append(about)
        return 200, {"transfer": "basic", "objects": objects}, {"Content-Type": "application/vnd.git-lfs+json"}

    def lfs_put(self, oid: str) -> Answer:
        assert SIGNATURE in self.path
        if sha256(self.body) != oid:
            return 400, {"error": "these are not the bytes that were announced"}, {}
        self.hub.storage[oid] = self.body
        return 200, b"", {"ETag": f'"{oid}"'}

    def lfs_verify(self, oid: str) -> Answer:
        there = len(self.hub.storage.get(oid, b"")) == self._json["size"]
        return (200, {}, {}) if there else (404, {"error": "not there"}, {})

    def commit(self, name: str, revision: str) -> Answer:
        dataset = self._dataset(name)
        if not self._known() or not dataset or revision != "main":
            return NOT_FOUND
        lines = [json.loads(line) for line in self.body.splitlines()]
        header = lines[0]["value"]
        if header.get("parentCommit", dataset.head) != dataset.head:
            return 412, {"error": "A commit has happened since. Please refresh and try again."}, {}
        files = dict(dataset.commits[dataset.head].files)
        for line in lines[1:]:
            value = line["value"]
            if line["key"] == "file":
                files[value["path"]] = Stored(base64.b64decode(value["content"]))
            elif line["key"] == "lfsFile":
                if value["oid"] not in self.hub.storage:
                    return 400, {"error": f"{value['path']}: its content was never uploaded"}, {}
                files[value["path"]] = Stored(self.hub.storage[value["oid"]], lfs=True)
            elif line["key"] == "deletedFile" and files.pop(value["path"], None) is None:
                return 404, {"error": "A file with this name doesn't exist"}, {"X-Error-Code": "EntryNotFound"}
        made = dataset.add(header["summary"], files, header.get("description", ""))
        url = f"{self.hub.endpoint}/datasets/{name}/commit/{made.oid}"
        return 200, {"success": True, "commitUrl": url, "commitOid": made.oid, "pullRequestUrl": None}, {}

    def tag(self, name: str, revision: str) -> Answer:
        dataset = self._dataset(name)
        if not self._known() or not dataset:
            return NOT_FOUND
        commit, tag = dataset.at(revision), self._json["tag"]
        if commit is None:
            return NO_REVISION
        if tag in dataset.tags:
            return 409, {"error": "Reference already exists"}, {}
        dataset.tags[tag] = commit.oid
        return 200, {}, {}

    def refs(self, name: str) -> Answer:
        dataset = self._dataset(name)
        if not dataset:
            return NOT_FOUND if self._known() else UNKNOWN_VALUE
        tags = [{"name": t, "ref": f"refs/tags/{t}", "targetCommit": oid} for t, oid in dataset.tags.items()]
        main = {"name": "main", "ref": "refs/heads/main", "targetCommit": dataset.head}
        more = [{"name": b, "ref": f"refs/heads/{b}", "targetCommit": dataset.head} for b in dataset.branches]
        return 200, {"branches": [*more, main], "converts": [], "tags": tags}, {}

    def commits(self, name: str, revision: str) -> Answer:
        """The commits of a revision, newest first."""
        commit = self._commit_at(name, revision)
        if isinstance(commit, tuple):
            return commit
        held = self.hub.datasets[name].commits
        line = []
        while commit:
            about = {"id": commit.oid, "title": commit.message, "message": commit.description}
            line.append({**about, "date": "2030-01-31T00:00:00.000Z", "authors": [{"user": "me"}]})
            commit = held.get(commit.parent)
        return self._page(line)

    def _page(self, entries: list[Any]) -> Answer:
        """One page of a listing, with the address of the next."""
        begin = int(self.query.get("cursor", ["0"])[0])
        headers = {}
        if begin + self.hub.page < len(entries):
            kept = "".join(f"{name}={value[0]}&" for name, value in self.query.items() if name != "cursor")
            page = f"{self.hub.endpoint}{urlsplit(self.path).path}?{kept}cursor={begin + self.hub.page}"
            headers["Link"] = f'<{page}>; rel="next"'
        return 200, entries[begin : begin + self.hub.page], headers

    def _commit_at(self, name: str, revision: str) -> Commit | Answer:
        """What a revision of a dataset holds, or why it cannot be seen."""
        dataset = self._dataset(name)
        return (dataset.at(revision) or NO_REVISION) if dataset else NOT_FOUND

    def info(self, name: str, revision: str = "main") -> Answer:
        commit = self._commit_at(name, revision)
        if isinstance(commit, tuple):
            return commit
        siblings = [{"rfilename": path} for path in sorted(commit.files)]
        private = self.hub.datasets[name].private
        about = {"id": name, "sha": commit.oid, "private": private, "tags": [], "siblings": siblings}
        return 200, {**about, "downloads": 0, "likes": 0, "gated": False, "disabled": False}, {}

    def tree(self, name: str, revision: str, path: str | None) -> Answer:
        commit = self._commit_at(name, revision)
        if isinstance(commit, tuple):
            return commit
        prefix = f"{path.strip('/')}/" if path else ""
        recursive = self.query.get("recursive", ["false"])[0].lower() == "true"
        entries = commit.entries(prefix, recursive)
        if path and not entries:
            return NO_ENTRY
        return self._page(entries)

    def paths_info(self, name: str, revision: str) -> Answer:
        commit = self._commit_at(name, revision)
        if isinstance(commit, tuple):
            return commit
        asked = parse_qs(self.body.decode()).get("paths", [])
        if "json" in self.headers.get("Content-Type", ""):
            asked = self._json["paths"]
        every = {entry["path"]: entry for entry in commit.entries("", True)}
        return 200, [every[path] for path in asked if path in every], {}

    def resolve(self, name: str, revision: str, path: str) -> Answer:
        commit = self._commit_at(name, revision)
        if isinstance(commit, tuple):
            return commit
        file = commit.files.get(path)
        if file is None:
            return NO_ENTRY[0], NO_ENTRY[1], {**NO_ENTRY[2], "X-Repo-Commit": commit.oid}
        if not file.lfs:
            return self._bytes(file.data, {"X-Repo-Commit": commit.oid, "ETag": f'"{blob(file.data)}"'})
        # the storage is another host, as it is with the Hub: clients must not send their token there
        oid = sha256(file.data)
        place = f"{self.hub.endpoint.replace('127.0.0.1', 'localhost')}/storage/{oid}?{SIGNATURE}"
        linked = {"X-Linked-Size": str(len(file.data)), "X-Linked-ETag": f'"{oid}"'}
        return 302, b"", {"X-Repo-Commit": commit.oid, "Location": place, **linked}

    def stored(self, oid: str) -> Answer:
        assert self.headers.get("Authorization") is None
        data = self.hub.storage.get(oid)
        return (404, b"", {}) if data is None else self._bytes(data, {"ETag": f'"{oid}"'})

    def _bytes(self, data: bytes, headers: dict[str, str]) -> Answer:
        headers = {"Content-Type": "application/octet-stream", "Accept-Ranges": "bytes", **headers}
        wanted = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
        if not wanted:
            return 200, data, headers
        begin, end = int(wanted[1]), min(int(wanted[2] or len(data)), len(data) - 1)
        return 206, data[begin : end + 1], {**headers, "Content-Range": f"bytes {begin}-{end}/{len(data)}"}


UNKNOWN_VALUE: Answer = (401, {"error": "Invalid username or password."}, {})
NOT_FOUND: Answer = (404, {"error": "Repository not found"}, {"X-Error-Code": "RepoNotFound"})
NO_REVISION: Answer = (404, {"error": "Invalid rev id"}, {"X-Error-Code": "RevisionNotFound"})
NO_ENTRY: Answer = (404, {"error": "Entry not found"}, {"X-Error-Code": "EntryNotFound"})
_NAME = r"(?P<name>[\w.-]+/[\w.-]+)"
_REVISION = r"(?P<revision>[^/]+)"
ROUTES = [
    (r"GET /api/whoami-v2", "whoami"),
    (r"GET /identity", "identity"),
    (r"POST /oauth/token", "exchange"),
    (r"POST /api/repos/create", "create"),
    (r"POST /api/validate-yaml", "validate"),
    (rf"POST /api/datasets/{_NAME}/preupload/{_REVISION}", "preupload"),
    (rf"POST /datasets/{_NAME}\.git/info/lfs/objects/batch", "lfs_batch"),
    (r"PUT /storage/(?P<oid>[0-9a-f]{64})", "lfs_put"),
    (r"(?:GET|HEAD) /storage/(?P<oid>[0-9a-f]{64})", "stored"),
    (r"POST /storage/(?P<oid>[0-9a-f]{64})/verify", "lfs_verify"),
    (rf"POST /api/datasets/{_NAME}/commit/{_REVISION}", "commit"),
    (rf"POST /api/datasets/{_NAME}/tag/{_REVISION}", "tag"),
    (rf"GET /api/datasets/{_NAME}/refs", "refs"),
    (rf"GET /api/datasets/{_NAME}/commits/{_REVISION}", "commits"),
    (rf"GET /api/datasets/{_NAME}/revision/{_REVISION}", "info"),
    (rf"GET /api/datasets/{_NAME}/tree/{_REVISION}(?P<path>/.+)?", "tree"),
    (rf"POST /api/datasets/{_NAME}/paths-info/{_REVISION}", "paths_info"),
    (rf"GET /api/datasets/{_NAME}", "info"),
    (rf"(?:GET|HEAD) /datasets/{_NAME}/resolve/{_REVISION}/(?P<path>.+)", "resolve"),
]
