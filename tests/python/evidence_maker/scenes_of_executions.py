"""Chains in which one thing is wrong from the first session on."""

from evidence import values
from evidence.scale import counted

from .bundles import Bundles
from .chain import World
from .encoding import some, u8
from .people import AGENTS, ALICE
from .policies import policy
from .scene import Scene
from .sound import EXPIRED, enrol

# Hash of a block that is nowhere.
UNKNOWN = b"\x99" * 32


def about_executions(bundles: Bundles) -> None:
    """One thing wrong with a session, a release, a refusal, a receipt or the end."""
    add = bundles.add

    # sessions
    for name, changes in {
        "for another request": {"request": b"\1" * 32},
        "for another attempt": {"attempt": 2},
        "with another deadline": {"deadline": 9999},
    }.items():
        add("session-binding", name, Scene(session=changes).opened())
    twice = Scene().opened().opened()
    add("session-binding", "before the deadline of the one before", twice)
    add("session-evidence", "of other keys", Scene(session={"attested": b"\1" * 32}).opened())
    add("session-measurement", "of another enclave", Scene(session={"digest": b"\1" * 32}).opened())

    add("session-block", "that is not of the chain", Scene(session={"finalised": UNKNOWN}).opened())

    hidden = Scene().opened()
    hidden.world.next(30)
    hidden.opened()
    hidden.operation.history.pop()
    hidden.operation.history.append(hidden.world.log[-1])
    hidden.operation.sessions[1]["evidence"] = b"\1" * 32
    add("sessions-logged", "with other evidence", _relogged(hidden))

    # releases
    def releasing(rule: str, name: str, *arguments, **changes) -> None:
        scene = Scene().approved()
        scene.operation.release(*arguments, **changes)
        add(rule, name, scene)

    releasing("release-binding", "to another session", AGENTS[0], [1], 0, session=b"\1" * 32)
    releasing("release-leaf", "of another's leaf", AGENTS[0], [2], 1)
    releasing("release-aad", "for something else", AGENTS[0], [1], 0, aad=b"\1" * 32)
    releasing("release-aad", "of another leaf", AGENTS[0], [1], 0, aad_leaf=[2])
    releasing("release-signature", "by another", AGENTS[0], [1], 0, signer=AGENTS[1])
    releasing("release-block", "that is not of the chain", AGENTS[0], [1], 0, final=UNKNOWN)

    def before_approval() -> tuple:
        """A session, a block that has seen it and no approval, and the approval."""
        scene = Scene().opened()
        scene.world.next()
        seen = scene.world.final()
        scene.world.next()
        scene.operation.approve_all()
        scene.world.next()
        return scene, seen

    def before_session() -> tuple:
        """An approval, a block that has seen it and no session, and the session."""
        scene = Scene()
        scene.operation.approve_all()
        scene.world.next()
        seen = scene.world.final()
        scene.opened().world.next()
        return scene, seen

    for name, make in {"the approval": before_approval, "the session": before_session}.items():
        scene, seen = make()
        scene.operation.release(AGENTS[0], [1], 0, final=seen)
        add("release-block", f"decided before {name}", scene)
        scene, seen = make()
        scene.operation.release(AGENTS[0], [1], 0)
        scene.operation.release(AGENTS[2], [3], 2)
        scene.operation.enough = True
        scene.operation.complete([[1], [3]], final=seen)
        add("receipt-block", f"decided before {name}", scene)
    early_release = Scene().opened()
    early_release.world.next()
    early_release.operation.release(AGENTS[0], [1], 0)
    early_release.operation.status = b"\0\0"
    add("releases-logged", "before the approval", early_release)
    missing = Scene().approved()
    missing.operation.release(AGENTS[0], [1], 0)
    missing.operation.releases.clear()
    add("releases-logged", "one is missing", missing)
    releasing("released", "another leaf is counted", AGENTS[0], [1], 1)
    add("released", "said to be enough", Scene().served(), lambda one: setattr(one, "enough", False))

    # refusals
    refused = Scene().approved()
    refused.operation.refuse(AGENTS[3])
    add("refusal-binding", "by a stranger", refused)
    refused = Scene().approved()
    refused.operation.refuse(AGENTS[1], signer=AGENTS[0])
    add("refusal-signature", "by another", refused)
    refused = Scene().approved()
    refused.operation.refuse(AGENTS[1], final=UNKNOWN)
    add("refusal-block", "that is not of the chain", refused)
    refused = Scene().approved()
    refused.operation.refuse(AGENTS[1])
    refused.operation.refusals.clear()
    add("refusals-logged", "one is missing", refused)

    # receipts
    def completing(rule: str, name: str, leaves=([1], [3]), **changes) -> None:
        scene = Scene().approved()
        scene.operation.release(AGENTS[0], [1], 0)
        scene.operation.release(AGENTS[2], [3], 2)
        scene.operation.enough = True
        scene.operation.complete(list(leaves), **changes)
        add(rule, name, scene)

    completing("receipt-binding", "of another request", request=b"\1" * 32)
    completing("receipt-binding", "of another session", session=b"\1" * 32)
    completing("receipt-binding", "after another entry", previous=b"\1" * 32)
    completing("receipt-leaves", "too few", leaves=([1],))
    completing("receipt-leaves", "one twice", leaves=([1], [1]))
    completing("receipt-leaves", "one that is none", leaves=([1], [4]))
    completing("receipt-block", "that is not of the chain", final=UNKNOWN)
    completing("receipt-signature", "by another", signer=ALICE)
    withheld = Scene().served()
    withheld.operation.receipt = None
    add("receipt-logged", "withheld by the chain", withheld)
    world = World(4)
    first = world.policy(policy())
    world.next()
    enrolled = enrol(world, first)
    world.tokens[(enrolled.key, 0)] = enrolled.token[:-1] + some(counted(b"w"))
    bundles.keep("receipt-token", "another token", world.bundle())

    # the end
    add("status", "said to be denied", Scene().served(), lambda one: setattr(
        one, "status", u8(values.DENIED)))
    staged = Scene().opened()
    staged.operation.approve(ALICE, 0, open=1)
    add("status", "another stage is said to be open", staged)
    lost = Scene().approved()
    lost.operation.release(AGENTS[0], [1], 0)
    lost.world.next(600)
    lost.operation.append(u8(EXPIRED))
    lost.operation.status = u8(values.EXPIRED)
    add("unaccounted", "not told", lost)

    # the commitment
    fewer = Scene().served()
    fewer.world.uncommitted = 1
    add("log-root", "of fewer blocks", fewer)


def _relogged(scene: Scene) -> Scene:
    """Writes the last entry of the log anew, with what the operation's last session now says."""
    world, operation = scene.world, scene.operation
    old = operation.history[-1]
    entry = old[: -(32)] + operation.sessions[-1]["evidence"]
    world.log[-1] = operation.history[-1] = entry
    world.subjects[b"\4" + operation.id] = world.hash("audit-entry", entry)
    return scene
