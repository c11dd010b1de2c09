"""The log and its commitment, written anew by whoever has the keys of a set of authorities: every link,
hash, leaf and root fits."""

from evidence import state, values
from evidence.events import OPENED, SUBMITTED
from evidence.scale import ScaleError, choice, decode
from evidence_maker.commitment import Commitment
from evidence_maker.encoding import u32, u64

from .bases import Base
from .fork import Fork, linked, said
from .mutant import Mutant
from .rewritten import bit, fork, parts_of

_REQUEST = 4
# Ends of a request: a second one says nothing new.
_ENDS = (23, 24, 25, 28)


def _event_parts(entry) -> list:
    """Where each part of the event begins."""
    start = len(entry.raw) - len(said([entry.raw])[0][2])
    return [at - start for at in parts_of(values.entry, entry.raw) if at >= start]


def _is_event(data: bytes) -> bool:
    try:
        decode(choice(values.EVENTS), data)
    except ScaleError:
        return False
    return True


def _log(base: Base, kind: str, place: str, entries: list, is_word: bool) -> Mutant:
    """The base with another log. What only the chain says is looked at with an anchor."""

    def edit(made: Fork) -> None:
        made.relog(linked(base.genesis, entries))

    name = f"fork: {kind}" + (" that is the chain's word, anchored" if is_word else "")
    return fork(base, name, place, edit, is_word)


def logs(base: Base) -> list:
    """Entries left out, repeated, moved, changed."""
    found, all_ = [], said(base.entries)
    entries = [decode(values.entry, entry) for entry in base.entries]
    shown = {item["id"] for item in base.bundle["operations"]}
    for at, entry in enumerate(entries):
        block, subject, event = all_[at]
        other = entry.subject[0] != _REQUEST or entry.subject[1] not in shown
        before, after = all_[:at], all_[at + 1 :]
        found.append(_log(base, "an entry left out", str(at), before + after, other))
        again = other or event[0] in _ENDS
        found.append(_log(base, "an entry repeated", str(at), before + all_[at:][:1] + all_[at:], again))
        for number, start in enumerate(_event_parts(entry)):
            changed = bit(event, start)
            if _is_event(changed):
                changed = [*before, (block, subject, changed), *after]
                place = f"{at}, part {number}"
                found.append(_log(base, "an event, a part changed", place, changed, other))
        if at:
            swapped = [*all_[: at - 1], all_[at], all_[at - 1], *after]
            found.append(_log(base, "entries swapped", str(at), swapped, True))
        later = [*before, (block + 1, subject, event), *after]
        told = not other and event[0] in (SUBMITTED, OPENED)
        found.append(_log(base, "an entry in another block", str(at), later, not told))
        found.append(_log(base, "a log cut off", str(at), before, other or not before))
    return found


def _leaf(base: Base, kind: str, at: int, leaf: bytes) -> Mutant:
    """Another leaf in the commitment, and in the proofs."""

    def edit(made: Fork) -> None:
        made.commit([*base.leaves[:at], leaf, *base.leaves[at + 1 :]])

    return fork(base, kind, f"block {at}", edit)


def commitments(base: Base) -> list:
    """Other ancestors, other entries of blocks, fewer blocks, roots of other trees."""
    found, bundle = [], base.bundle
    shown = {
        int.from_bytes(leaf[:4], "little") for batch in bundle["log"]["blocks"] for leaf in batch["leaves"]
    }
    named = _named(base)
    for at in sorted(shown):
        leaf = base.leaves[at]
        if leaf[4:36] in named:
            found.append(_leaf(base, "fork: another ancestor", at, leaf[:4] + bytes(32) + leaf[36:]))
    entries = [decode(values.entry, item["entry"]) for item in bundle["log"]["included"]]
    for at in sorted({entry.block for entry in entries}):
        leaf, count = base.leaves[at], int.from_bytes(base.leaves[at][36:44], "little")
        other = leaf[:36] + u64(count + 1) + leaf[44:]
        found.append(_leaf(base, "fork: another count of entries", at, other))
        found.append(_leaf(base, "fork: other entries of a block", at, leaf[:76] + bytes(32)))
    for count in range(1, len(base.leaves)):
        if len(base.leaves) - count <= 8:
            found.append(_fewer(base, count))
    found.append(_other_root(base))
    found += [_unwritten(base, name, key) for name, key in (
        ("count", state.LOG_COUNT), ("newest entry", state.LOG_HEAD),
        ("root", state.LOG_ROOT), ("leaves", state.LOG_LEAVES))]
    return found


def _named(base: Base) -> set:
    """Blocks that sessions, releases, refusals and receipts name."""
    found = set()
    for item in base.bundle["operations"]:
        found |= {decode(values.session_record, one["value"]).session.finalised_hash
                  for one in item["sessions"]}
        found |= {decode(values.release, one["note"]["value"]).finalised_hash
                  for one in item["releases"]}
        found |= {decode(values.refusal, one["note"]["value"]).finalised_hash
                  for one in item["refusals"]}
        if "receipt" in item:
            receipt = decode(values.signed_receipt, item["receipt"]["value"]).receipt
            found.add(receipt.finalised_hash)
    return found


def _fewer(base: Base, count: int) -> Mutant:
    """A commitment to fewer blocks than there are before the head."""

    def edit(made: Fork) -> None:
        commitment, log = Commitment(base.leaves[:count]), made.bundle["log"]
        log["root"], log["leaves"] = commitment.root(), count
        made.state[state.LOG_ROOT], made.state[state.LOG_LEAVES] = log["root"], u64(count)

    return fork(base, "fork: a commitment to fewer blocks", str(count), edit)


def _other_root(base: Base) -> Mutant:
    """A root that the chain has, of which the nodes that are brought are not."""

    def edit(made: Fork) -> None:
        leaves = [u32(at) + bytes(104) for at, _ in enumerate(base.leaves)]
        made.bundle["log"]["root"] = made.state[state.LOG_ROOT] = Commitment(leaves).root()

    return fork(base, "fork: the root of other nodes", "all", edit)


def _unwritten(base: Base, name: str, key: bytes) -> Mutant:
    """A value of the log that the state does not have."""
    kind = f"fork: the log's {name} is not in the state"
    return fork(base, kind, name, lambda made: made.state.pop(key))
