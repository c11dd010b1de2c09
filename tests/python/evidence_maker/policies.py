"""Policies, tokens and what a transaction does."""

from evidence import values
from evidence.scale import counted, decode

from .encoding import many, some, u8, u16, u32, u64, u256
from .people import AGENTS, ALICE, BOB, CAROL, DAVE, DESK

MEASUREMENT = b"\0" + b"simulated: nothing is protected!"
ETHER = b"\0" + u64(1)


def policy(predecessor: bytes | None = None, maximum: int = 1000, **changes) -> bytes:
    """Two of alice, bob, carol; then dave."""
    parts = {
        "name": counted(b"treasury"),
        "predecessor": some(predecessor),
        "roles": many(
            counted(name) + many(person.id for person in people)
            for name, people in (
                (b"desk", [DESK]),
                (b"operators", [ALICE, BOB, CAROL]),
                (b"board", [DAVE, CAROL]),
            )
        ),
        "requesters": u8(0),
        "stages": many([u8(1) + u8(2), u8(2) + u8(1)]),
        "operations": many(u8(kind) for kind in range(6)),
        "limits": many([ETHER + u256(maximum) + u256(10)]),
        "recipients": some(many([counted(b"\xb0" * 20)])),
        "allow_raw": b"\1",
        "maximum_lifetime": u32(1000),
        "measurements": many([MEASUREMENT]),
        "change_rule": u8(2) + u8(1),
        "conditions": many([]),
    }
    return b"".join((parts | changes).values())


def tree(threshold: int = 2, agents=AGENTS[:3]) -> bytes:
    gate = b"\1" + u16(threshold) + u16(len(agents))
    return many([gate, *(b"\0\0" + agent.id for agent in agents)])


def ed25519_token(key: bytes, epoch: int, enrolment: bytes, made_of: bytes, policy_hash: bytes):
    """A token of the right shape: the curve's points are not looked at."""
    decoded = decode(values.tree, made_of)
    gates = many(counted(b"\3" * 32) for _ in range(decoded.commitments()))
    leaves = many(counted(b"\4" * 32) for _ in decoded.leaves)
    corrections = many(some(b"\5" * 32) for _ in decoded.leaves)
    return (
        key + u8(1) + counted(b"\2" * 32) + u32(epoch) + u32(0) + enrolment + made_of
        + policy_hash + b"\0" + gates + leaves + corrections + b"\0"
    )


def transfer(amount: int = 600, recipient: bytes = b"\xb0" * 20, fee: int = 5) -> bytes:
    made = counted(recipient) + ETHER + u256(amount)
    return many([made]) + some(ETHER + u256(fee))
