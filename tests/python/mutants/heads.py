"""Heads and changes of validators by whoever has no right to them: retired validators, too few, sets that
nobody appointed."""

from evidence.finality import header_of
from evidence.scale import compact, counted, h256
from evidence_maker.copies import copied
from evidence_maker.encoding import many, u32, u64
from evidence_maker.headers import authority_list, change, header, justification, slot
from evidence_maker.people import validators

from .bases import Base
from .fork import Fork, sealed
from .mutant import Mutant

FORGED = validators("nobody's")


def _another(base: Base) -> Fork:
    """Another head: in whose state there is something else."""
    made = Fork(base)
    made.state[b"something"] = b"else"
    return made


def _signed(base: Base, group: list, set_id: int, count: int | None = None) -> bytes:
    last = base.bundle["head"]["run"][-1]
    return justification(group, header_of(last).number, h256(last), set_id, count)


def _head(base: Base, kind: str, place: str, made: bytes) -> Mutant:
    """The base with another justification of its head."""

    def make() -> dict:
        changed = copied(base.bundle)
        changed["head"]["justification"] = made
        return sealed(changed)

    return Mutant(kind, base, place, make, rule="finality")


def justifications(base: Base) -> list:
    """The head finalised by others."""
    found, group, set_id = [], base.group, base.set_id
    enough = len(group) - (len(group) - 1) // 3
    for count in range(enough):
        made = _signed(base, group, set_id, count)
        found.append(_head(base, "the head, by too few", str(count), made))
    for number, retired in enumerate(base.retired):
        for named in sorted({number, set_id}):
            made = _signed(base, retired, named)
            place = f"set {number} as {named}"
            found.append(_head(base, "the head, by retired validators", place, made))
    for named in (set_id, set_id + 1):
        forged = _signed(base, FORGED, named)
        found.append(_head(base, "the head, by a forged set", str(named), forged))
    for named in {*range(4)} - {set_id}:
        made = _signed(base, group, named)
        found.append(_head(base, "the head, by the number of another set", str(named), made))
    whole = _signed(base, group, set_id)
    # Round, target, its number, and the count of votes, all of one size.
    start, size = 8 + 32 + 4 + 1, 132
    votes = [whole[at : at + size] for at in range(start, len(whole) - 1, size)]
    for at, vote in enumerate(votes):
        twice = whole[: start - 1] + many([*votes[:at], vote, *votes[at:]]) + many([])
        found.append(_head(base, "the head, by a vote twice", str(at), twice))
        other = votes[at - 1]
        copied_vote = [*votes[:at], other[:100] + vote[100:], *votes[at + 1 :]]
        found.append(_head(base, "the head, by another's signature", str(at),
                           whole[: start - 1] + many(copied_vote) + many([])))
    higher = u32(header_of(base.bundle["head"]["run"][-1]).number + 1)
    found.append(_head(base, "the head, another number justified", "all",
                       whole[:40] + higher + whole[44:]))
    return found


def _handoff(base: Base, number: int, by: list, group: list, set_id: int, digest=None) -> dict:
    """A change of validators in place of one that there is, or one block after the last."""
    handoffs = base.bundle["handoffs"]
    if number < len(handoffs):
        block = header_of(handoffs[number]["header"]).number
    else:
        block = header_of(handoffs[-1]["header"]).number + 1 if handoffs else 1
    made = header(block, bytes(32), bytes(32), digest or [slot(block), change(group)])
    return {"header": made, "justification": justification(by, block, h256(made), set_id)}


def handoffs(base: Base) -> list:
    """Forged changes of validators, before the genuine ones or instead of them."""
    found, genuine = [], base.bundle["handoffs"]
    sets = [*base.retired, base.group]

    def add(kind: str, place: str, handoffs: list, group: list, set_id: int, anchored: bool) -> None:
        def make() -> dict:
            return _another(base).by(group, set_id, copied(handoffs)).finalised()

        anchor = base.anchor if anchored else None
        rule = "anchor" if anchored else "handoff"
        found.append(Mutant(kind, base, place, make, anchor, rule))

    for number, group in enumerate(sets):
        forged = _handoff(base, number, group, FORGED, number)
        made = [*genuine[:number], forged]
        add("fork: a forged set, appointed by one that was in office, anchored", f"set {number}",
            made, FORGED, number + 1, True)
        if number < len(genuine):
            after = [*made, *genuine[number + 1 :]]
            if number + 1 < len(genuine):
                add("a forged change of validators before a genuine one", f"{number}",
                    after, base.group, base.set_id, False)
        for name, wrong in (("a forged set", FORGED), *((f"set {at}", other)
                            for at, other in enumerate(sets) if at != number)):
            made = [*genuine[:number], _handoff(base, number, wrong, FORGED, number)]
            add("a change of validators by others", f"{number}, by {name}", made, FORGED, number + 1,
                False)
        forms = {
            "by force": b"\2" + u32(0) + authority_list(FORGED) + u32(0),
            "delayed": b"\1" + authority_list(FORGED) + u32(1),
            "of nobody": b"\1" + many([]) + u32(0),
            "of one twice": b"\1" + authority_list([FORGED[0]] * 2) + u32(0),
            "of no weight": b"\1" + many([FORGED[0].id + u64(0)]) + u32(0),
            "that is none": b"\3" + u64(0),
        }
        for name, form in forms.items():
            digest = [b"\4FRNK" + counted(form)]
            made = [*genuine[:number], _handoff(base, number, group, FORGED, number, digest)]
            add(f"a change of validators {name}", f"{number}", made, FORGED, number + 1, False)
        digest = [change(FORGED)] * 2
        made = [*genuine[:number], _handoff(base, number, group, FORGED, number, digest)]
        add("two changes of validators in a block", f"{number}", made, FORGED, number + 1, False)
    return found


def forks(base: Base) -> list:
    """Another head by each set that was ever in office, with the changes of validators up to it; and the
    same with something left out. Only an anchor tells."""
    found = []

    def add(number: int, group: list, what: str, edit) -> None:
        def make() -> dict:
            made = _another(base).by(group, number, base.bundle["handoffs"][:number])
            edit(made.bundle)
            return made.finalised()

        kind = f"fork: a head by {'retired ' if number < base.set_id else ''}validators, anchored"
        place = f"set {number}, {what}"
        found.append(Mutant(kind, base, place, make, base.anchor, "anchor"))

    for number, group in enumerate([*base.retired, base.group]):
        add(number, group, "all else as it was", lambda bundle: None)
        add(number, group, "without requests", lambda bundle: bundle.update(operations=[]))
        for at, item in enumerate(base.bundle["operations"]):
            if "receipt" in item:
                add(number, group, f"without the receipt of {at}", lambda bundle, at=at:
                    bundle["operations"][at].pop("receipt"))
    return found


def older_anchors(base: Base) -> list:
    """Another head by each set that had retired before the anchor: a block that is shown, in a log that
    the other head commits to."""
    found = []
    shown = [leaf for batch in base.bundle["log"]["blocks"] for leaf in batch["leaves"]]

    def add(number: int, group: list, block: int, anchor: bytes) -> None:
        def make() -> dict:
            return _another(base).by(group, number, base.bundle["handoffs"][:number]).finalised()

        kind = "fork: a head by validators that retired before the anchor"
        found.append(Mutant(kind, base, f"set {number}, anchored at block {block}", make, anchor))

    for number, group in enumerate(base.retired):
        last = header_of(base.bundle["handoffs"][number]["header"]).number
        for leaf in shown:
            block = int.from_bytes(leaf[:4], "little")
            if block > last:
                add(number, group, block, leaf[4:36])
    return found


def runs(base: Base) -> list:
    """Headers between the head and the one that is justified: by the set in office, and wrong."""
    found, size = [], len(base.bundle["head"]["run"])

    def add(kind: str, number: int, edit) -> None:
        def make() -> dict:
            made = Fork(base)
            made.write()
            made.prove()
            run = made.bundle["head"]["run"]
            run[number] = edit(run[number])
            # Those that follow name it.
            for at in range(number + 1, size):
                run[at] = h256(run[at - 1]) + run[at][32:]
            return made.finish()

        found.append(Mutant(kind, base, str(number), make, rule="finality"))

    def other_number(data: bytes) -> bytes:
        one = header_of(data)
        return data[:32] + compact(one.number + 1) + data[32 + len(compact(one.number)) :]

    def with_(digest: list):
        return lambda data: header(header_of(data).number, data[:32], header_of(data).state_root, digest)

    for number in range(size):
        if number:
            add("a header that follows on another", number, lambda data: bytes(32) + data[32:])
            add("a header of another number", number, other_number)
        if number + 1 < size:
            add("a change of validators within the run", number, with_([change(FORGED)]))
            add("an unknown item in a header", number, with_([b"\7"]))
        forced = b"\4FRNK" + counted(b"\2" + u32(0) + authority_list(FORGED) + u32(0))
        add("a change by force within the run", number, with_([forced]))
        delayed = b"\4FRNK" + counted(b"\1" + authority_list(FORGED) + u32(9))
        add("a delayed change within the run", number, with_([delayed]))
    return found


def headed(base: Base) -> list:
    found = justifications(base) + handoffs(base) + runs(base)
    return found + forks(base) + older_anchors(base)
