"""A mutant: a file that somebody changed."""

from collections.abc import Callable
from dataclasses import dataclass

from evidence.cbor import encode
from evidence.scale import h256

from .bases import Base


@dataclass(frozen=True)
class Mutant:
    """What was done to which bundle, and where. It is made only when it is judged: there are many."""

    kind: str
    base: Base
    place: str
    # The bundle, or the file.
    make: Callable[[], dict | bytes]
    # What whoever judges it has from somebody else, if anything.
    anchor: bytes | None = None
    # The rule that must refuse it, where the kind of change decides that.
    rule: str | None = None

    def __str__(self) -> str:
        return f"{self.kind}: {self.base.name}, {self.place}"


def file_of(mutant: Mutant) -> bytes:
    made = mutant.make()
    return made if isinstance(made, bytes) else encode(made)


def chosen(mutants: list, count: int | None, random) -> list:
    """So many distinct mutants with their files, each kind at least once; without a count each kind
    once."""
    kinds = {}
    for mutant in mutants:
        kinds.setdefault(mutant.kind, []).append(mutant)
    for places in kinds.values():
        random.shuffle(places)
    seen, found = set(), []

    def take(mutant: Mutant) -> bool:
        data = file_of(mutant)
        name = (h256(data), mutant.anchor)
        if name in seen or data == mutant.base.data:
            return False
        seen.add(name)
        found.append((mutant, data))
        return True

    rest = []
    for places in kinds.values():
        while places and not take(places.pop()):
            pass
        rest += places
    if count is not None:
        random.shuffle(rest)
        while len(found) < count and rest:
            take(rest.pop())
    return found
