"""Sound chains: every kind of operation and of end."""

from evidence import values
from evidence.scale import counted
from evidence.values import BITCOIN, DECRYPT, ETHEREUM, RAW, REFRESH, RESHARE, SIGN, TRANSFER

from . import bitcoin
from .chain import World
from .encoding import many, some, u8, u32, u256
from .people import AGENTS, ALICE, BOB, DAVE, DESK, Person
from .policies import (
    BIP340, CONTRACT, ERC20, ETHER, POINT, SECP256K1, legacy_transaction, policy, token, token_call,
    transaction, transfer, tree,
)
from .operations import Operation

# Entries of the log: how a request ends.
EXPIRED, CANCELLED, FAILED = 23, 24, 28
# Subject of entries about agents and quorums.
QUORUMS = b"\1"


def enrol(
    world: World, policy_hash: bytes, agents=AGENTS[:3], algorithm: int = SECP256K1
) -> Operation:
    """An enrolment, completed: its token is in the world."""
    salt = world.bytes()
    key = world.hash("key-id", DESK.id + salt)
    operation = Operation(world, key, policy_hash, b"\0" + u8(algorithm) + u32(0) + tree(2, agents), salt=salt)
    operation.open_session()
    operation.approve_all()
    world.next()
    for number, agent in enumerate(agents):
        operation.release(agent, [number + 1], number)
    operation.enough = True
    enrolment = operation.enrolment_of(operation.sessions[0])
    made = token(key, 0, enrolment, tree(2, agents), policy_hash, algorithm)
    world.tokens[(key, 0)] = made
    operation.token, operation.made = made, enrolment
    operation.complete([[1], [2], [3]], result=world.hash("result", made))
    return operation


def sign(world: World, enrolled: Operation, policy_hash: bytes, **changes) -> Operation:
    """A request to sign an Ethereum transaction, with an open session."""
    changes = {"effect": transfer(), "payload": transaction(), "enrolment": enrolled.made} | changes
    kind = u8(SIGN) + u8(changes.pop("format", ETHEREUM))
    operation = Operation(world, enrolled.key, policy_hash, kind, **changes)
    operation.open_session()
    return operation


def served(world: World, operation: Operation) -> None:
    """Approved, released by two agents, completed."""
    operation.approve_all()
    world.next()
    operation.release(AGENTS[0], [1], 0)
    operation.release(AGENTS[2], [3], 2)
    operation.enough = True
    operation.complete([[1], [3]])


def succeed(world: World, enrolled: Operation, policy_hash: bytes, kind: int) -> Operation:
    """A refresh; or a reshare or a transfer to other agents; completed."""
    new_tree = tree() if kind == REFRESH else tree(2, AGENTS[1:])
    operation = u8(kind) + (b"" if kind == REFRESH else u32(0) + new_tree)
    if kind == TRANSFER:
        operation += DAVE.id + policy_hash
    made = Operation(world, enrolled.key, policy_hash, operation, enrolment=enrolled.made)
    made.open_session()
    made.approve_all()
    world.next()
    enrolment = made.enrolment_of(made.sessions[0])
    successor = token(enrolled.key, 1, enrolment, new_tree, policy_hash)
    world.tokens[(enrolled.key, 1)] = successor

    def more(part: int) -> bytes:
        return u8(part) + u32(1) + u32(0) + enrolment + policy_hash + new_tree

    if kind == REFRESH:
        for number in range(3):
            made.release(AGENTS[number], [number + 1], number, more=more(0))
        leaves = [[1], [2], [3]]
    else:
        for number in range(2):
            leaf = number + 1
            made.release(AGENTS[number], [1, leaf], number, aad_leaf=[leaf], more=more(1))
        for number in range(3):
            leaf = number + 1
            made.release(AGENTS[number + 1], [2, leaf], number + 3, aad_leaf=[leaf], more=more(2))
        leaves = [[1, 1], [1, 2], [2, 1], [2, 2], [2, 3]]
    made.enough = True
    made.complete(leaves, result=world.hash("result", successor))
    return made


def everything(world: World | None = None) -> tuple:
    """Every kind of operation and of end but a transfer, two policies, two changes of validators; and
    the same chain exported earlier."""
    world = world or World()
    first = world.policy(policy())
    agent, seen = Person("an agent that leaves").id, []
    seen.append(len(world.log))
    world.append(QUORUMS, b"\x08" + agent + u32(3))
    world.next(3)
    enrolled = enrol(world, first)
    world.hand_over(world.group("second", 7))
    done = sign(world, enrolled, first)
    done.refuse(AGENTS[1])
    served(world, done)
    done.shows_payload = True
    earlier = world.bundle(0)
    done.release(AGENTS[1], [2], 1)
    seen.append(len(world.log))
    world.append(QUORUMS, b"\x09" + agent)

    denied = sign(world, enrolled, first, format=RAW, effect=many([]) + b"\0")
    denied.approve(ALICE, 0)
    denied.approve(DAVE, 1, decision=1)

    expired = sign(world, enrolled, first)
    expired.approve_all()
    world.next()
    expired.release(AGENTS[0], [1], 0)
    world.next(600)
    expired.end(EXPIRED, values.EXPIRED)

    failed = sign(world, enrolled, first)
    failed.approve_all()
    world.next(30)
    failed.open_session()
    world.next()
    for number in range(2):
        failed.release(AGENTS[number], [number + 1], number, attempt=2)
    failed.enough = True
    world.next(600)
    failed.end(FAILED, values.FAILED)

    pending = sign(world, enrolled, first, lifetime=900)
    pending.approve(BOB, 0)
    pending.approve(ALICE, 0, open=1)
    waiting = sign(world, enrolled, first, lifetime=900)
    waiting.approve_all()
    world.hand_over(world.group("third"))

    successor = policy(first, maximum=500)
    message = world.hash("policy-change", first + world.hash("policy", successor))
    second = world.policy(successor, [DAVE.id + b"\1" + DAVE.sign(message)], first)
    world.next()
    cancelled = sign(world, enrolled, second, effect=transfer(500), payload=transaction(500))
    cancelled.end(CANCELLED, values.CANCELLED)
    decrypting = Operation(
        world, enrolled.key, second, u8(DECRYPT) + counted(b"\x31" * 1216),
        payload=b"a ciphertext", enrolment=enrolled.made,
    )
    decrypting.open_session()
    served(world, decrypting)
    other = enrol(world, second)
    succeed(world, other, second, REFRESH)
    third = enrol(world, second)
    succeed(world, third, second, RESHARE)
    last = len(world.log) - 1
    included = sorted({0, 7, 8, last - 4, *seen})
    return world.bundle(0, included=included, since=earlier, batch=8), earlier


def partial() -> dict:
    """One operation of a chain that has more, by name: with all of the log, with its end, and without."""
    world = World(3)
    first = world.policy(policy())
    world.next(3)
    enrolled = enrol(world, first)
    served(world, sign(world, enrolled, first))
    expired = sign(world, enrolled, first)
    expired.approve_all()
    world.next()
    expired.release(AGENTS[0], [1], 0)
    late = len(world.log)
    world.next(600)
    expired.end(EXPIRED, values.EXPIRED)
    sign(world, enrolled, first)
    last = sign(world, enrolled, first)
    served(world, last)
    only = {last.id}
    return {
        "one of five, all entries": world.bundle(0, only=only),
        "one of five, the last entries": world.bundle(late, only=only),
        "one of five, no entries": world.bundle(only=only),
    }


def payloads() -> dict:
    """One operation each, with its payload: one of each kind beside EIP-1559."""
    limits = {
        "limits": many([asset + u256(1000) + u256(10) for asset in (ETHER, ERC20, bitcoin.BITCOIN)]),
        "recipients": b"\0",
    }
    call = transaction(0, CONTRACT, data=token_call())
    paid = {"effect": bitcoin.payment(), "format": BITCOIN}
    made = {
        "a legacy transaction": {"payload": legacy_transaction()},
        "a transfer of tokens": {"payload": call, "effect": transfer(asset=ERC20)},
        "a taproot payment": paid | {"payload": bitcoin.psbt(POINT, True), "algorithm": BIP340},
        "a P2WPKH payment": paid | {"payload": bitcoin.psbt(POINT, False)},
    }
    bundles = {}
    for name, changes in made.items():
        world = World(6)
        first = world.policy(policy(**limits))
        world.next(3)
        enrolled = enrol(world, first, algorithm=changes.pop("algorithm", SECP256K1))
        signed = sign(world, enrolled, first, **changes)
        served(world, signed)
        signed.shows_payload = True
        bundles[name] = world.bundle(only={signed.id})
    return bundles


def noted() -> dict:
    """One operation each of which something is to be said that is no failure."""
    world = World(7)
    condition = many([world.bytes() + world.bytes() + many([u8(SIGN)])])
    first = world.policy(policy(conditions=condition))
    world.next(3)
    waiting = sign(world, enrol(world, first), first)
    served(world, waiting)
    conditional = world.bundle(only={waiting.id})

    world = World(8)
    first = world.policy(policy())
    world.next(3)
    twice = sign(world, enrol(world, first), first)
    twice.approve_all()
    world.next()
    twice.release(AGENTS[0], [1], 0)
    world.next(30)
    twice.open_session()
    world.next()
    twice.release(AGENTS[1], [2], 1, attempt=2)
    twice.release(AGENTS[2], [3], 2, attempt=2)
    twice.enough = True
    twice.complete([[2], [3]], attempt=2)
    second = world.bundle(only={twice.id})
    return {"under a condition": conditional, "completed by the second attempt": second}


def changing(changes: int) -> dict:
    """A chain of one validator, who changes keys so many times."""
    world = World(5, validators=1)
    world.policy(policy())
    for number in range(changes):
        world.hand_over(world.group(f"set {number}", 1))
    return world.bundle()
