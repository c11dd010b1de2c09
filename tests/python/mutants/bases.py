"""The sound bundles that are changed."""

from dataclasses import dataclass, replace

from evidence import values
from evidence.cbor import encode
from evidence.finality import hash_of, header_of
from evidence.scale import decode
from evidence.values import REFRESH, RESHARE, TRANSFER
from evidence_maker.chain import World
from evidence_maker.people import ALICE
from evidence_maker.policies import policy
from evidence_maker.redactions import REDACTIONS, withhold
from evidence_maker.scene import Scene
from evidence_maker.sound import enrol, everything, served, sign, succeed


@dataclass
class Base:
    """A bundle that holds, and what its head's validators know: with their keys all of it can be
    finalised anew."""

    name: str
    bundle: dict
    # The head's whole state, the leaves of all blocks before it, and the whole log.
    state: dict
    leaves: list
    entries: list
    # Who finalised the head, and the number of their set.
    group: list
    set_id: int
    # The sets in office before them, oldest first.
    retired: list
    # An earlier export of the same chain, if there is one.
    earlier: dict | None

    @property
    def genesis(self) -> bytes:
        return self.bundle["genesis"]

    @property
    def data(self) -> bytes:
        return encode(self.bundle)

    @property
    def anchor(self) -> bytes:
        """The head, as somebody else knows it."""
        return hash_of(header_of(self.bundle["head"]["run"][0]))

    @property
    def is_whole(self) -> bool:
        """Whether nothing is withheld."""
        fields = [item["record"] for item in self.bundle["policies"]]
        fields += [item["token"] for item in self.bundle["tokens"]]
        for item in self.bundle["operations"]:
            notes = [*item["releases"], *item["refusals"]]
            fields += [one for one in item.values() if isinstance(one, dict)]
            fields += [*item["sessions"], *(one["note"] for one in notes)]
        return all("value" in field for field in fields)


def _base(
    name: str, world: World, bundle: dict, retired: list = (), earlier: dict | None = None
) -> Base:
    head = header_of(bundle["head"]["run"][0]).number
    entries = [entry for entry in world.log if decode(values.entry, entry).block < head]
    leaves = world.leaves()[:head]
    group = (world.validators, world.set_id, list(retired), earlier)
    return Base(name, bundle, dict(world.state), leaves, entries, *group)


def _withheld(base: Base, name: str, kinds: list) -> Base:
    earlier = base.earlier and withhold(base.earlier, kinds)
    bundle = withhold(base.bundle, kinds)
    return replace(base, name=name, bundle=bundle, earlier=earlier)


def bases(chain: str = "") -> list:
    """Bundles of every kind: one operation each, all of them at once, since an earlier one, redacted;
    and the same of another chain, with validators of its own."""
    found = []

    def start(seed: int) -> tuple:
        world = World(seed, chain)
        first = world.policy(policy())
        world.next(2)
        return world, first

    scene = Scene(chain=chain).served()
    signed = _base("sign", scene.world, scene.bundle())
    found.append(signed)

    scene = Scene(chain=chain).opened()
    scene.operation.approve(ALICE, 0)
    found.append(_base("pending", scene.world, scene.bundle()))

    world, first = start(11)
    enrol(world, first)
    found.append(_base("enrolment", world, world.bundle(0)))

    kinds = (("refresh", REFRESH), ("reshare", RESHARE), ("transfer", TRANSFER))
    for seed, (name, kind) in enumerate(kinds, 12):
        world, first = start(seed)
        succeed(world, enrol(world, first), first, kind)
        found.append(_base(name, world, world.bundle(0)))

    world, first = start(15)
    world.hand_over(world.group("second"))
    enrolled = enrol(world, first)
    earlier = world.bundle(0)
    world.hand_over(world.group("third", 7))
    served(world, sign(world, enrolled, first))
    count = earlier["log"]["count"]
    bundle = world.bundle(count, included=[0, count], since=earlier)
    retired = [world.group("first"), world.group("second")]
    since = _base("since", world, bundle, retired, earlier)
    found.append(since)

    world = World(chain=chain)
    bundle, earlier = everything(world)
    retired = [world.group("first"), world.group("second", 7)]
    found.append(_base("everything", world, bundle, retired, earlier))

    found.append(_withheld(signed, "sign, approvals withheld", ["approvals", "policy", "payload"]))
    found.append(_withheld(signed, "sign, all withheld", REDACTIONS[-1]))
    found.append(_withheld(since, "since, execution withheld", ["release", "session", "token"]))
    return found
