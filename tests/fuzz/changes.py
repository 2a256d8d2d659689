"""Changes to the bytes of a sound file, which any fuzzing makes."""

import random


def lines(data: bytes, chance: random.Random) -> bytes:
    """A line dropped, moved, or repeated up to a thousand times."""
    every = data.split(b"\n")
    line = every.pop(chance.randrange(len(every)))
    place = chance.randint(0, len(every))
    every[place:place] = [line] * chance.choice((0, 1, 2, 50, 1000))
    return b"\n".join(every)


def some_bytes(data: bytes, chance: random.Random) -> bytes:
    """One to eight bytes changed."""
    changed = bytearray(data)
    for _ in range(chance.randint(1, 8)):
        if changed:
            changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def cut(data: bytes, chance: random.Random) -> bytes:
    """The file cut off."""
    return data[: chance.randint(0, len(data))]
