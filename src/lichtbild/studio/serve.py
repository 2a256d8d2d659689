"""A web application served from this machine until it is stopped."""

import asyncio
import gc
import ipaddress
import secrets
import socket
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, cast

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from lichtbild.core.errors import BadInput, CannotWrite
from lichtbild.studio.access import LEAST_TOKEN, TOKEN_BYTES, Application, Guard

_MOST_CONNECTIONS: Final = 2000
_KEEP_S: Final = 75
_END_S: Final = 5
_SWITCH_S: Final = 0.0005
"""Longest time that the thread which stores waits for the one which answers, at each of its steps."""


@dataclass(frozen=True, eq=False)
class Door:
    """Where a server listens, before it answers.

    Attributes:
        listener: the bound socket.
        address: by which it is reached, without a slash at the end.
        hosts: names by which it may be asked for.
        any_address: whether it may be asked for by any numeric address.
    """

    listener: socket.socket
    address: str
    hosts: frozenset[str]
    any_address: bool


def door(host: str, port: int, url: str = "", names: tuple[str, ...] = ()) -> Door:
    """A place to listen at.

    Args:
        host: a numeric address or a name; 127.0.0.1 is heard on this machine alone.
        port: 0 takes one that is free.
        url: under which observers reach it, where a proxy stands before it; empty for its own address.
        names: of hosts under which it is reached too.

    Raises:
        BadInput: the URL or a name is none.
        CannotWrite: the port is taken, or the address is none of this machine's.
    """
    given = _url(url)
    try:
        family, kind, protocol, _, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
    except OSError as error:
        raise BadInput(
            f"--host takes an address of this machine, not '{host[:80]}' ({error.strerror})"
        ) from error
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(place)
    except OSError as error:
        listener.close()
        raise CannotWrite(
            f"port {port} of {host} cannot be opened ({error.strerror}); choose another"
        ) from error
    address = ipaddress.ip_address(listener.getsockname()[0])
    shown = _reachable(address)
    bracketed = f"[{shown}]" if ":" in shown else shown
    hosts = {"localhost", host.lower(), shown, given, *(name.lower() for name in names)} - {""}
    made = url.rstrip("/") or f"http://{bracketed}:{listener.getsockname()[1]}"
    return Door(listener, made, frozenset(hosts), not address.is_loopback)


def token(given: str) -> str:
    """The experimenter's token: the one given, or a new one.

    Raises:
        BadInput: the one given can be guessed.
    """
    if not given:
        return secrets.token_urlsafe(TOKEN_BYTES)
    if len(given) < LEAST_TOKEN or len(given) > 200 or not given.isascii() or " " in given:
        raise BadInput(f"a token has {LEAST_TOKEN} to 200 characters without blanks, lest it be guessed")
    return given


def serve(app: Application, door: Door, ready: Callable[[], None] = lambda: None) -> None:
    """Answer until the process is told to end; what is being stored then is stored first.

    Args:
        app: what answers.
        door: where.
        ready: called when it answers.
    """
    guard = Guard(app, door.hosts, any_address=door.any_address)
    config = uvicorn.Config(
        guard,
        http=_Protocol,
        log_config=None,
        log_level="warning",
        access_log=False,
        ws="none",
        server_header=False,
        proxy_headers=False,
        limit_concurrency=_MOST_CONNECTIONS,
        timeout_keep_alive=_KEEP_S,
        timeout_graceful_shutdown=_END_S,
    )
    gc.enable()  # our command line goes without, which a server cannot
    gc.freeze()
    sys.setswitchinterval(_SWITCH_S)
    _Server(config, ready).run(sockets=[door.listener])


class _Protocol(H11Protocol):
    """HTTP whose answers leave whole: each sending costs a system call, and wakes who waits for it."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(cast(asyncio.Transport, Gathered(transport, self.loop)))


class Gathered:
    """A transport that sends together what is written at one go of the event loop."""

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        """Stand before a transport.

        Args:
            transport: that sends.
            loop: its event loop.
        """
        self._transport, self._loop = transport, loop
        self._parts = list[bytes]()

    def __getattr__(self, name: str) -> Any:
        """All else as the transport has it."""
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        """Send soon."""
        if not self._parts:
            self._loop.call_soon(self._send)
        self._parts.append(data)

    def close(self) -> None:
        """Send what was written, and close."""
        self._send()
        self._transport.close()

    def _send(self) -> None:
        if self._parts:
            whole, self._parts = b"".join(self._parts), []
            self._transport.write(whole)


class _Server(uvicorn.Server):
    """A server that says when it answers."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: Any = None) -> None:
        await super().startup(sockets=sockets)
        self._ready()


def _url(url: str) -> str:
    """The host that a URL names."""
    if not url:
        return ""
    scheme, _, rest = url.rstrip("/").partition("://")
    host = rest.partition(":")[0].lower()
    if scheme not in ("http", "https") or not host or "/" in rest or "#" in rest or "@" in rest:
        raise BadInput(f"--url takes an address such as https://panel.example.org, not '{url[:80]}'")
    return host


def _reachable(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> str:
    """An address that others can be told: where all are listened at, the one that leads outside."""
    if not address.is_unspecified:
        return str(address)
    family = socket.AF_INET if address.version == 4 else socket.AF_INET6
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1" if address.version == 4 else "2001:db8::1", 9))  # nothing is sent
            return str(probe.getsockname()[0])
        except OSError:
            return "127.0.0.1" if address.version == 4 else "::1"
