"""Mutants of which the rule is known that must refuse them: those that `evidence_sample.py` makes, and
those that are too large to be kept."""

from evidence import container
from evidence.values import RESHARE
from evidence_maker.bundles import Bundles
from evidence_maker.encoding import many, u8, u16, u32
from evidence_maker.mutations import mutations
from evidence_maker.people import AGENTS, Person
from evidence_maker.policies import token, tree
from evidence_maker.scene import Scene
from evidence_maker.scenes_of_executions import about_executions
from evidence_maker.scenes_of_requests import about_requests

from .bases import Base
from .mutant import Mutant


def _reshare(old: bytes, new: bytes) -> dict:
    """A request to reshare a key from one tree to another."""
    nothing = {"effect": many([]) + b"\0", "payload": b""}
    scene = Scene(operation=u8(RESHARE) + u32(0) + new, **nothing)
    made = token(scene.key, 0, scene.made, old, scene.policy)
    scene.world.tokens[(scene.key, 0)] = made
    return scene.opened().bundle()


def _nested(gates: int) -> bytes:
    """A tree of one leaf below so many gates."""
    gate = b"\1" + u16(1) + u16(1)
    return many([*[gate] * gates, b"\0\0" + AGENTS[0].id])


def _wide(leaves: int) -> bytes:
    return tree(2, [Person(f"agent {number}") for number in range(leaves)])


def known(signed: Base, whole: Base) -> list:
    """Changes of `whole`, and chains like that of `signed` in which one thing is wrong."""
    found = []
    bundles = Bundles()
    about_requests(bundles)
    about_executions(bundles)
    for base, made in ((whole, mutations(whole.bundle)), (signed, bundles.made)):
        for name, (rule, bundle) in made.items():
            found.append(Mutant(name, base, "as in the sample", lambda bundle=bundle: bundle, rule=rule))

    def add(rule: str, name: str, make) -> None:
        found.append(Mutant(f"{rule}: {name}", signed, "its own", make, rule=rule))

    add("tree", "five gates above a leaf", lambda: _reshare(_nested(4), tree()))
    add("tree", "more leaves than a tree has", lambda: _reshare(_wide(128), _wide(129)))
    size = container.MAX_BYTES + 1
    add("too-large", "padded", lambda: signed.data + bytes(size - len(signed.data)))
    return found
