"""Policies, tokens and what a transaction does."""

import rlp

from evidence import values
from evidence.psbt import BIP340, SECP256K1
from evidence.scale import counted, decode

from .encoding import many, some, u8, u16, u32, u64, u256
from .people import AGENTS, ALICE, BOB, CAROL, DAVE, DESK

MEASUREMENT = b"\0" + b"simulated: nothing is protected!"
ETHER = b"\0" + u64(1)
ED25519 = 1
# A token of Ethereum, by its contract.
CONTRACT = b"\xc0" * 20
ERC20 = b"\1" + u64(1) + CONTRACT
RECIPIENT = b"\xb0" * 20
# The curve's generator: a public key like any other.
POINT = bytes.fromhex("0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798")


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
        "recipients": some(many([counted(RECIPIENT)])),
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


def token(
    key: bytes, epoch: int, enrolment: bytes, made_of: bytes, policy_hash: bytes, algorithm: int = SECP256K1
) -> bytes:
    """A token of the right shape: of curve secp256k1 only its public key is a real one, of Ed25519 nothing."""
    decoded = decode(values.tree, made_of)
    size, public = (32, b"\2" * 32) if algorithm == ED25519 else (33, POINT)
    gates = many(counted(b"\3" * size) for _ in range(decoded.commitments()))
    leaves = many(counted(b"\4" * size) for _ in decoded.leaves)
    corrections = many(some(b"\5" * 32) for _ in decoded.leaves)
    return (
        key + u8(algorithm) + counted(public) + u32(epoch) + u32(0) + enrolment + made_of
        + policy_hash + b"\0" + gates + leaves + corrections + b"\0"
    )


def transfer(
    amount: int = 600, recipient: bytes = RECIPIENT, fee: int = 5, asset: bytes = ETHER
) -> bytes:
    made = counted(recipient) + asset + u256(amount)
    return many([made]) + some(ETHER + u256(fee))


def transaction(amount: int = 600, recipient: bytes = RECIPIENT, fee: int = 5, **changes) -> bytes:
    """The EIP-1559 transaction that does what `transfer` declares."""
    fields = {"chain": 1, "nonce": 0, "priority": 1, "price": 1, "gas": fee, "to": recipient}
    fields |= {"value": amount, "data": b"", "access": []}
    return b"\2" + rlp.encode(list((fields | changes).values()))


def legacy_transaction(amount: int = 600, recipient: bytes = RECIPIENT, fee: int = 5, chain: int = 1) -> bytes:
    """The same as a legacy transaction (EIP-155)."""
    return rlp.encode([0, 1, fee, recipient, amount, b"", chain, 0, 0])


def token_call(amount: int = 600, recipient: bytes = RECIPIENT) -> bytes:
    """What is said to an ERC-20 contract."""
    return bytes.fromhex("a9059cbb") + bytes(12) + recipient + amount.to_bytes(32, "big")
