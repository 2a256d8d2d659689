"""Access: foreign names, origins and large bodies are refused, and every answer carries its headers."""

import asyncio
import json
from typing import Any

import pytest

from lichtbild.studio.access import BODY_LIMIT, Guard, Rate, bearer, same


async def echo(scope: Any, receive: Any, send: Any) -> None:
    message = await receive()
    await send({"type": "http.response.start", "status": 200, "headers": [(b"cache-control", b"no-cache")]})
    await send({"type": "http.response.body", "body": message["body"]})


def asked(
    method: str, headers: dict[str, str], *parts: bytes, any_address: bool = False
) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body of an answer to a request whose body comes in parts."""
    sent: list[Any] = []
    waiting = [{"type": "http.request", "body": part, "more_body": True} for part in parts]
    waiting.append({"type": "http.request", "body": b"", "more_body": False})

    async def receive() -> Any:
        return waiting.pop(0)

    async def send(message: Any) -> None:
        sent.append(message)

    guard = Guard(echo, frozenset({"localhost", "panel.lab"}), any_address=any_address)
    scope = {
        "type": "http",
        "method": method,
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
    }
    asyncio.run(guard(scope, receive, send))
    told = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], told, sent[1]["body"]


@pytest.mark.parametrize(
    ("host", "any_address", "status"),
    [
        ("localhost:8765", False, 200),
        ("PANEL.lab", False, 200),
        ("127.0.0.1:1", False, 200),
        ("[::1]:8765", False, 200),
        ("192.168.1.5:8765", False, 421),
        ("192.168.1.5:8765", True, 200),
        ("evil.example", True, 421),
        ("localhost.evil.example", True, 421),
        ("", True, 421),
    ],
)
def test_only_our_own_names_are_answered(host: str, any_address: bool, status: int) -> None:
    assert asked("GET", {"Host": host}, any_address=any_address)[0] == status


JSON = {"Host": "panel.lab", "Content-Type": "application/json"}


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Origin": "http://panel.lab"}, 200),
        ({"Origin": "http://panel.lab", "Sec-Fetch-Site": "same-origin"}, 200),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://panel.lab:81"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Content-Type": "text/plain"}, 415),
        ({"Content-Length": str(BODY_LIMIT + 1)}, 413),
        ({"Content-Length": "many"}, 413),
    ],
)
def test_changes_come_from_our_own_pages_in_json(headers: dict[str, str], status: int) -> None:
    assert asked("POST", JSON | headers, b"{}")[0] == status


def test_a_body_without_a_length_is_limited_too() -> None:
    half = b"x" * (BODY_LIMIT // 2)
    assert asked("POST", JSON, half, half)[2] == half + half
    status, headers, body = asked("POST", JSON, half, half, b"x")
    assert status == 413 and "at most" in json.loads(body)["error"]
    assert "default-src 'self'" in headers["content-security-policy"]


def test_answers_carry_what_a_browser_must_keep_to() -> None:
    _, headers, _ = asked("GET", {"Host": "localhost"})
    assert headers["cache-control"] == "no-cache"  # what the page itself says stands
    policy = headers["content-security-policy"]
    assert "unsafe" not in policy and "frame-ancestors 'none'" in policy
    assert headers["x-content-type-options"] == "nosniff" and headers["referrer-policy"] == "no-referrer"
    assert asked("GET", {"Host": "evil.example"})[1]["cache-control"] == "no-store"


def test_a_rate_comes_back_with_time() -> None:
    rate = Rate(at_once=3, a_second=2.0, most=2)
    assert [rate.spend("a", 0.0) for _ in range(4)] == [True, True, True, False]
    assert rate.spend("b", 0.0) and not rate.spend("a", 0.4) and rate.spend("a", 1.0)
    for name in ("c", "d", "e"):
        assert rate.spend(name, 1.0)
    assert len(rate._left) == 2


def test_secrets_are_read_from_the_header_alone() -> None:
    assert bearer({"authorization": "Bearer abc"}) == "abc" and bearer({"authorization": "Basic abc"}) == ""
    assert bearer({}) == "" and bearer({"authorization": "Bearer " + "x" * 300}) == ""
    assert same("a", "a") and not same("a", "b") and not same("", "")
