"""Guard the editor's server: who may send requests, from where, and how large they may be.

The server listens on 127.0.0.1, where every page of every browser on the machine, and every program, can reach it. So
every request for data of the corpus needs the token, which is only in the address that `vouchbank edit` prints (in its
fragment, which browsers do not send). Other pages are refused by their Origin header, and names rebound to 127.0.0.1 by
their Host header. The page itself and its script contain no data of the corpus.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from hmac import compare_digest
from typing import Any

HEADER = "x-vouchbank-token"
MOST_BODY = 2 << 20  # bytes: twice the largest source file
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": CSP,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "x-frame-options": "DENY",
}
PRIVATE = "/api/"  # paths that need the token


class Guard:
    """ASGI middleware that refuses requests that do not come from the page of this server.

    Args:
        app: The application that answers.
        token: The secret of this run.
        hosts: The valid Host headers: `127.0.0.1:8123`, `localhost:8123`.
    """

    def __init__(self, app: Any, token: str, hosts: Collection[str]) -> None:
        self.app, self.token, self.hosts = app, token.encode(), frozenset(hosts)
        self.origins = frozenset(f"http://{host}" for host in hosts)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer a request, or refuse it."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["type"] != "http":
            return
        status, said = self.refusal(scope)
        if status:
            await _refuse(send, status, said)
            return
        chunks: list[bytes] = []
        more = True
        while more:
            message = await receive()
            more = message["type"] == "http.request" and message.get("more_body", False)
            chunks.append(message.get("body", b""))
            if sum(map(len, chunks)) > MOST_BODY:
                await _refuse(send, 413, "The request is too large")
                return

        async def whole() -> Any:
            return {"type": "http.request", "body": b"".join(chunks), "more_body": False}

        async def with_headers(message: Any) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message.get("headers", []), *_encoded()]}
            await send(message)

        await self.app(scope, whole, with_headers)

    def refusal(self, scope: Any) -> tuple[int, str]:
        """The status and the message with which a request is refused; 0 if it is accepted."""
        named: dict[str, list[bytes]] = {}
        for name, value in scope["headers"]:
            named.setdefault(name.decode("latin-1").lower(), []).append(value)
        host, origin, site = (_one(named, name) for name in ("host", "origin", "sec-fetch-site"))
        if host not in self.hosts:
            return 421, "The editor answers only at its own address"
        if origin is not None and origin not in self.origins:
            return 403, "Only the page of the editor may send this request"
        if scope["path"].startswith(PRIVATE):
            if site not in (None, "same-origin"):
                return 403, "Only the page of the editor may send this request"
            if not compare_digest((_one(named, HEADER) or "").encode("utf-8", "replace"), self.token):
                return (
                    401,
                    "This window belongs to another run of the editor. Open the address that `vouchbank edit` printed.",
                )
        length = _one(named, "content-length")
        if length is not None and (not length.isascii() or not length.isdigit() or int(length[:20]) > MOST_BODY):
            return 413, "The request is too large"
        return 0, ""


def _one(named: dict[str, list[bytes]], name: str) -> str | None:
    """The value of a header; None if it is missing, empty if it is sent twice."""
    values = named.get(name)
    return None if values is None else values[0].decode("latin-1") if len(values) == 1 else ""


def _encoded() -> list[tuple[bytes, bytes]]:
    return [(name.encode(), value.encode()) for name, value in HEADERS.items()]


async def _refuse(send: Any, status: int, said: str) -> None:
    body = json.dumps({"said": said}).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode()), *_encoded()]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
