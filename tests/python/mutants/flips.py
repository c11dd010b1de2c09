"""Single bytes, changed."""

from .bases import Base
from .mutant import Mutant


def flips(bases: list, count: int, random) -> list:
    """So many distinct changes of one byte, at random places of each bundle in turn."""
    found, files = {}, [(base, base.data) for base in bases]
    while len(found) < count:
        base, data = files[len(found) % len(files)]
        at, change = random.randrange(len(data)), random.randrange(1, 256)
        found.setdefault((base.name, at, change), _flip(base, data, at, change))
    return list(found.values())


def _flip(base: Base, data: bytes, at: int, change: int) -> Mutant:
    def make() -> bytes:
        return data[:at] + bytes([data[at] ^ change]) + data[at + 1 :]

    return Mutant("a byte", base, f"byte {at} by {change:#04x}", make)
