"""Doors: where a server listens, and under which names."""

import asyncio
import socket
from unittest.mock import Mock

import pytest

from lichtbild.core.errors import BadInput, CannotWrite
from lichtbild.studio.serve import Gathered, door, token


def test_a_door_of_this_machine_is_closed_to_others() -> None:
    opened = door("127.0.0.1", 0)
    port = opened.listener.getsockname()[1]
    assert opened.address == f"http://127.0.0.1:{port}" and not opened.any_address
    with pytest.raises(CannotWrite, match="choose another"), socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        door("127.0.0.1", other.getsockname()[1])
    opened.listener.close()


def test_a_door_to_all_tells_an_address_that_others_reach() -> None:
    opened = door("0.0.0.0", 0, "https://panel.example.org/", ("Lab-PC",))
    assert opened.any_address and opened.address == "https://panel.example.org"
    assert {"localhost", "panel.example.org", "lab-pc"} <= opened.hosts
    opened.listener.close()
    plain = door("0.0.0.0", 0)
    assert "0.0.0.0" not in plain.address
    plain.listener.close()


@pytest.mark.parametrize("url", ["panel.example.org", "ftp://x", "http://", "http://a/b", "http://me@host"])
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(BadInput, match="--url takes"):
        door("127.0.0.1", 0, url)


def test_a_host_that_is_none_of_ours_is_refused() -> None:
    with pytest.raises((BadInput, CannotWrite)):
        door("192.0.2.1", 0)


def test_tokens_cannot_be_guessed() -> None:
    assert len(token("")) >= 43 and token("") != token("")
    assert token("x" * 22) == "x" * 22
    for bad in ("short", "x" * 21, "with blanks " * 3, "ü" * 30):
        with pytest.raises(BadInput, match="lest it be guessed"):
            token(bad)


def test_what_is_written_at_one_go_leaves_whole_and_in_order() -> None:
    sent, inner = list[bytes](), Mock(spec=asyncio.Transport)
    inner.write.side_effect = sent.append

    async def run() -> None:
        transport = Gathered(inner, asyncio.get_running_loop())
        transport.write(b"head ")
        transport.write(b"body")
        assert not sent
        await asyncio.sleep(0)
        transport.write(b"last")
        transport.close()
        inner.close.assert_called_once()
        await asyncio.sleep(0)

    asyncio.run(run())
    assert sent == [b"head body", b"last"]
