"""Access: who may ask for what, how often and how much; and what a browser may do with our answers.

Secrets travel in the Authorization header alone, never in a cookie or an address, so that no foreign page can
use them. Names of hosts are checked, for a foreign page could otherwise reach us under a name of its own (DNS
rebinding); of changes, the origin too.

Sources: RFC 6750 (bearer tokens), RFC 9110 section 7.2 (Host); W3C Content Security Policy 3, Fetch Metadata.
"""

import ipaddress
import json
import secrets
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final

TOKEN_BYTES: Final = 32
"""Of the experimenter's token: 256 bits."""
LEAST_TOKEN: Final = 22
"""Characters of a token that the experimenter brings: 128 bits in base 64."""
BODY_LIMIT: Final = 16 << 10
"""Bytes of the largest request."""

HEADERS: Final = (
    (
        b"content-security-policy",
        b"default-src 'self'; img-src 'self' blob:; object-src 'none'; base-uri 'none'; form-action 'none'; "
        b"frame-ancestors 'none'",
    ),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=()"),
    (b"cache-control", b"no-store"),
)
"""Of every answer."""

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]


class Refusal(Exception):
    """A request that is not granted.

    Attributes:
        status: of HTTP.
        words: sentence that its sender gets.
    """

    def __init__(self, status: int, words: str) -> None:
        super().__init__(words)
        self.status, self.words = status, words


class Guard:
    """Stands before an application: refuses foreign hosts and origins and large bodies, and adds headers."""

    def __init__(self, application: Application, hosts: frozenset[str], *, any_address: bool) -> None:
        """Stand before an application.

        Args:
            application: that answers what is let through.
            hosts: names by which it may be asked for, in lower case without a port.
            any_address: whether it may be asked for by any numeric address, which no foreign page can fake.
        """
        self._application = application
        self._hosts = hosts
        self._any_address = any_address

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request (ASGI)."""
        if scope["type"] != "http":
            await self._application(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = {name for name, _ in message.get("headers", [])}
                more = [header for header in HEADERS if header[0] not in given]
                message["headers"] = [*message.get("headers", []), *more]
            await send(message)

        try:
            headers = {bytes(name): bytes(value) for name, value in scope["headers"]}
            self._check(scope["method"], headers)
            body = await _body(receive, headers)
        except Refusal as refusal:
            await _refuse(with_headers, refusal)
            return
        await self._application(scope, _given(body, receive), with_headers)

    def _check(self, method: str, headers: dict[bytes, bytes]) -> None:
        host = headers.get(b"host", b"").decode("latin-1").lower()
        if not self._is_ours(host):
            raise Refusal(421, "this server is not known by that name; start it with --name to add one")
        if method in ("GET", "HEAD"):
            return
        origin = headers.get(b"origin", b"").decode("latin-1").lower()
        site = headers.get(b"sec-fetch-site", b"same-origin")
        if (origin and origin.partition("://")[2] != host) or site != b"same-origin":
            raise Refusal(403, "changes are taken from our own pages alone")
        if not headers.get(b"content-type", b"").startswith(b"application/json"):
            raise Refusal(415, "changes are told in JSON")

    def _is_ours(self, host: str) -> bool:
        name = host.rpartition("]")[0].lstrip("[") if host.startswith("[") else host.partition(":")[0]
        if name in self._hosts:
            return True
        try:
            address = ipaddress.ip_address(name)
        except ValueError:
            return False
        return self._any_address or address.is_loopback


class Rate:
    """A limit of how often each of many may do something: so many at once, then so many a second."""

    def __init__(self, at_once: int, a_second: float, most: int = 20_000) -> None:
        """Begin with nothing spent.

        Args:
            at_once: what may be spent at once.
            a_second: what comes back each second.
            most: how many spenders are remembered, the latest.
        """
        self._at_once, self._a_second, self._most = at_once, a_second, most
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def spend(self, who: str, at: float | None = None) -> bool:
        """Whether one more is granted.

        Args:
            who: spends it.
            at: time, s; None is now.
        """
        now = time.monotonic() if at is None else at
        left, then = self._left.pop(who, (float(self._at_once), now))
        left = min(float(self._at_once), left + (now - then) * self._a_second)
        granted = left >= 1
        self._left[who] = (left - granted, now)
        while len(self._left) > self._most:
            self._left.popitem(last=False)
        return granted


def bearer(headers: Any) -> str:
    """The secret in the headers of a request; empty for none."""
    scheme, _, secret = str(headers.get("authorization", "")).partition(" ")
    return secret.strip() if scheme.lower() == "bearer" and len(secret) <= 200 else ""


def same(secret: str, other: str) -> bool:
    """Whether two secrets are the same, in a time that does not tell where they part."""
    return bool(other) and secrets.compare_digest(secret.encode(), other.encode())


async def _body(receive: Receive, headers: dict[bytes, bytes]) -> bytes:
    """The whole body of a request, if it is small enough."""
    said = headers.get(b"content-length", b"0")
    if not said.isdigit() or len(said) > 12 or int(said) > BODY_LIMIT:
        raise Refusal(413, f"a request has at most {BODY_LIMIT} bytes")
    body, more = b"", True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Refusal(400, "the request broke off")
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > BODY_LIMIT:
            raise Refusal(413, f"a request has at most {BODY_LIMIT} bytes")
    return body


def _given(body: bytes, receive: Receive) -> Receive:
    """What an application receives of a request that has been read."""
    parts: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def again() -> Message:
        return parts.pop() if parts else await receive()

    return again


async def _refuse(send: Send, refusal: Refusal) -> None:
    body = json.dumps({"error": refusal.words}).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": refusal.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
