"""Chains in which one thing is wrong before anything is released."""

from embit.script import Script

from evidence import values
from evidence.scale import counted
from evidence.values import BITCOIN, EMPTY, RAW, SIGN

from . import bitcoin
from .bundles import Bundles
from .chain import World
from .encoding import many, some, u8, u32, u256
from .people import ALICE, BOB, CAROL, DAVE, DESK
from .policies import (
    BIP340, CONTRACT, ED25519, ERC20, ETHER, POINT, SECP256K1, policy, token_call, transaction, transfer,
)
from .scene import Scene
from .sound import enrol


def about_requests(bundles: Bundles) -> None:
    """One thing wrong with a policy, a token, a request or an approval."""
    add = bundles.add

    def with_(edit) -> Scene:
        scene = Scene().opened()
        edit(scene.operation, scene.world)
        return scene

    # policies and tokens
    for name, changes in {
        "a role with a blank name": {"name": counted(b" \t")},
        "no stages": {"stages": many([])},
        "no measurements": {"measurements": many([])},
        "a lifetime of 0": {"maximum_lifetime": u32(0)},
        "a limit twice": {"limits": many([ETHER + u256(9) + u256(9)] * 2)},
        "a threshold beyond its role": {"change_rule": u8(2) + u8(3)},
        "two Bitcoin networks": {
            "limits": many([u8(2) + u8(at) + u256(9) + u256(9) for at in range(2)])
        },
        "a member for whom anybody signs": {
            "roles": many(
                counted(name) + many([id_])
                for name, id_ in ((b"a", DESK.id), (b"b", u256(1 << 255 | 1)), (b"c", DAVE.id))
            ),
            "stages": many([u8(1) + u8(1)]),
        },
    }.items():
        add("policy-rules", name, Scene(policy=changes).opened())
    scene = Scene().served()
    record = scene.world.policies[scene.policy]
    scene.world.policies[scene.policy] = record + b"\0"
    add("policy-undecodable", "a byte more", scene)
    scene = Scene().served()
    scene.world.policies[scene.policy] = policy(maximum=9999) + many([]) + b"\5" * 32 + u32(1)
    add("policy-hash", "another limit", scene)
    scene = Scene().served()
    world = scene.world
    forged = policy(scene.policy, maximum=10**9)
    message = world.hash("policy-change", scene.policy + world.hash("policy", forged))
    world.next()
    world.policy(forged, [DAVE.id + b"\1" + ALICE.sign(message)], scene.policy)
    add("policy-change", "signed by another", scene)
    scene = Scene().served()
    world = scene.world
    message = world.hash("policy-change", scene.policy + world.hash("policy", forged))
    world.policy(forged, [ALICE.id + b"\1" + ALICE.sign(message)], scene.policy)
    add("policy-change", "by somebody without a say", scene)
    scene = Scene().served()
    scene.world.tokens[(scene.key, 0)] += b"\0"
    add("token-undecodable", "a byte more", scene)
    scene = Scene().served()
    scene.world.tokens[(scene.key, 0)] = scene.world.bytes() + scene.world.tokens[(scene.key, 0)][32:]
    add("token-binding", "another key's", scene)
    scene = Scene().served()
    token = scene.world.tokens[(scene.key, 0)]
    scene.world.tokens[(scene.key, 0)] = token[:32] + u8(1) + token[33:]
    add("token-shape", "of another curve", scene)

    # the request
    add("undecodable", "a record with a byte more", Scene().served(), lambda one: setattr(
        one, "record", lambda old=one.record: old() + b"\0"))
    add("request-id", "another body", Scene().served(), lambda one: setattr(
        one, "body", one.body[:-4] + u32(one.expires + 1)))
    add("history", "another newest entry", Scene().served(), lambda one: setattr(
        one, "last_entry", one.world.hash("audit-entry", one.history[-2])))
    add("history", "the last entry left out", Scene().served(), lambda one: one.history.pop())
    add("history", "one left out", Scene().served(), lambda one: one.history.pop(3))
    add("submitted", "at another block", Scene().served(), lambda one: setattr(
        one, "submitted_at", one.submitted_at + 1))
    add("attempts", "one more", Scene().served(), lambda one: setattr(one, "attempts", 2))
    add("payload", "another", Scene().served(), lambda one: setattr(one, "payload", b"other"))

    scene = Scene().served()
    del scene.world.policies[scene.policy]
    add("policy", "not there", scene)
    add("lineage", "the token commits to another", Scene(committed=b"\x77" * 32).served())
    scene = Scene().served()
    scene.world.tokens.clear()
    add("token", "not there", scene)

    # An older version: its successor was in force already.
    world = World(3)
    first = world.policy(policy())
    next_ = policy(first, maximum=5)
    message = world.hash("policy-change", first + world.hash("policy", next_))
    world.policy(next_, [DAVE.id + b"\1" + DAVE.sign(message)], first)
    world.next(5)
    enrol(world, first)
    bundles.keep("superseded", "an older policy", world.bundle())

    for name, changes in {
        "too much": {"effect": transfer(1001)},
        "to somebody else": {"effect": transfer(5, b"\xb1" * 20)},
        "a high fee": {"effect": transfer(5, fee=11)},
        "no effect declared": {"effect": many([]) + b"\0"},
        "too long": {"lifetime": 1001},
        "by somebody else": {"requester": ALICE},
        "two transfers that are too much together": {
            "effect": many([counted(b"\xb0" * 20) + ETHER + u256(600)] * 2) + b"\0"
        },
        "a payload of no format": {"operation": u8(SIGN) + u8(EMPTY), "effect": many([]) + b"\0"},
    }.items():
        add("request-rules", name, Scene(**changes).opened())
    no_raw = Scene(policy={"allow_raw": b"\0"}, operation=u8(SIGN) + u8(RAW), effect=many([]) + b"\0")
    add("request-rules", "raw where it is not allowed", no_raw.opened())
    other_asset = many([]) + some(u8(2) + u8(0) + u256(1))
    unlimited = Scene(operation=u8(SIGN) + u8(BITCOIN), effect=other_asset)
    add("request-rules", "an asset without a limit", unlimited.opened())

    # what the payload does, signed and approved all the same
    paid = transaction()
    tokens = {"limits": many([asset + u256(1000) + u256(10) for asset in (ETHER, ERC20)])}
    for name, payload in {
        "pays somebody else": transaction(recipient=b"\xb1" * 20),
        "pays more": transaction(601),
        "costs more": transaction(fee=6),
        "is of another chain": transaction(chain=5),
        "calls a contract": transaction(data=token_call()),
        "has an access list": transaction(access=[[CONTRACT, []]]),
        "makes a contract": transaction(recipient=b""),
        "gives more than it has": transaction(priority=2),
        "goes on": paid + b"\0",
        "has a long length": paid[:1] + b"\xf8" + bytes([paid[1] - 0xC0]) + paid[2:],
        "has a number with a leading zero": transaction(nonce=b"\0"),
        "is of another type": b"\1" + paid[1:],
        "is no transaction": b"a transaction",
        "is empty": b"",
    }.items():
        add("payload-effect", name, Scene(payload=payload).served())
    to_others = Scene(
        policy=tokens, effect=transfer(asset=ERC20),
        payload=transaction(0, CONTRACT, data=token_call(recipient=b"\xb1" * 20)),
    )
    add("payload-effect", "pays another's tokens", to_others.served())
    add("payload-effect", "is of a key of another curve", Scene(algorithm=ED25519).served())
    spends = {
        "policy": {"limits": many([bitcoin.BITCOIN + u256(1000) + u256(10)]), "recipients": b"\0"},
        "operation": u8(SIGN) + u8(BITCOIN), "effect": bitcoin.payment(),
    }
    for algorithm in (SECP256K1, BIP340):
        taproot = algorithm == BIP340
        name = "a taproot payment" if taproot else "a P2WPKH payment"

        def of(**changes) -> bytes:
            return bitcoin.psbt(POINT, taproot, **changes)

        for what, payload in {
            "pays somebody else": of(recipient=bitcoin.OTHER),
            "pays more": of(amount=601),
            "costs more": of(fee=6),
            "spends another's coins": of(owner=Script(bitcoin.OTHER)),
            "states another amount": of(stated=2_000),
            "leaves its outputs open": of(sighash=2),
            "has a field that nobody reads": of(unknown={b"\x42": b"read me"}),
            "goes on": of() + b"\0",
            "is cut": of()[:-1],
        }.items():
            add("payload-effect", f"{name} that {what}", Scene(algorithm=algorithm, payload=payload, **spends).served())

    # approvals
    def approvals(rule: str, name: str, edit) -> None:
        add(rule, name, with_(edit))

    approvals("approvals", "of a wrong stage", lambda one, _: one.approve(ALICE, 1))
    approvals("approvals", "twice by one", lambda one, _: [one.approve(ALICE, 0) for _ in range(2)])
    approvals("approvals", "by a stranger", lambda one, _: one.approve(DAVE, 0))
    approvals(
        "approvals", "of another request", lambda one, _: one.approve(ALICE, 0, request=b"\1" * 32)
    )
    approvals(
        "approvals", "from another chain", lambda one, _: one.approve(ALICE, 0, genesis=b"\1" * 32)
    )
    approvals("approvals", "that lapsed", lambda one, world: one.approve(ALICE, 0, expires=world.block - 1))
    approvals("approvals", "after a denial", lambda one, _: [
        one.approve(ALICE, 0, decision=1), one.approve(BOB, 0)])
    approvals("approvals", "after the deadline", lambda one, world: [
        world.next(501), one.approve(ALICE, 0, expires=world.block)])

    def lapsing(one, world):
        one.approve(ALICE, 0, expires=world.block)
        world.next()
        one.approve(BOB, 0)

    approvals("approvals", "after one has lapsed", lapsing)
    approvals(
        "approval-signature", "by another", lambda one, _: one.approve(ALICE, 0, signer=BOB)
    )

    def unlogged(one, _):
        one.approve(ALICE, 0)
        one.approvals.pop()

    approvals("approvals-logged", "one is missing", unlogged)

    def early(one, _):
        one.approve(ALICE, 0)
        one.approved()

    approvals("approved", "with too few approvals", early)

    def none(one, _):
        one.approve(ALICE, 0)
        one.approve(BOB, 0)
        one.approve(CAROL, 1)
        one.status = u8(values.APPROVED)

    approvals("approved", "without its entry", none)
