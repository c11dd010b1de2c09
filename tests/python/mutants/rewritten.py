"""What the state holds, written anew by whoever has the keys of a set of authorities: head, tries,
nodes and id fit what is there then. What people, agents and sessions signed does not."""

from evidence import state, values
from evidence.container import seen
from evidence.scale import Reader, ScaleError, decode, tagged
from evidence_maker.encoding import many

from .bases import Base
from .edits import exchange, pairs
from .fork import Fork, linked, said
from .mutant import Mutant

# Subject of entries about a request.
_REQUEST = b"\4"
_KINDS = {
    "record": values.record,
    "approvals": values.approvals,
    "released": values.released,
    "receipt": values.signed_receipt,
    "sessions": values.session_record,
    "releases": values.release,
    "refusals": values.refusal,
    "policies": values.policy_record,
    "tokens": values.token,
}


class _Spy(Reader):
    """Remembers where each number, hash and byte string begins."""

    def __init__(self, data: bytes):
        super().__init__(data)
        self.taken = []

    def take(self, count: int) -> bytes:
        if count:
            self.taken.append(self.at)
        return super().take(count)


def parts_of(kind, data: bytes) -> list:
    """Where each part of a value begins."""
    spy = _Spy(data)
    kind(spy)
    return spy.taken


def bit(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


def fields(bundle: dict) -> list:
    """Every disclosed value of the state: its type, the way to it, and the field."""
    found = []
    for at, item in enumerate(bundle["policies"]):
        found.append(("policies", ("policies", at, "record"), item["record"]))
    for at, item in enumerate(bundle["tokens"]):
        found.append(("tokens", ("tokens", at, "token"), item["token"]))
    for at, item in enumerate(bundle["operations"]):
        for name in ("record", "approvals", "released", "receipt"):
            if name in item:
                found.append((name, ("operations", at, name), item[name]))
        for number, one in enumerate(item["sessions"]):
            found.append(("sessions", ("operations", at, "sessions", number), one))
        for name in ("releases", "refusals"):
            for number, one in enumerate(item[name]):
                found.append((name, ("operations", at, name, number, "note"), one["note"]))
    return found


def field_at(bundle, path: tuple) -> dict:
    for step in path:
        bundle = bundle[step]
    return bundle


def fork(base: Base, kind: str, place: str, edit, anchored: bool = False) -> Mutant:
    """What an edit makes of a fork, finalised anew."""

    def make() -> dict:
        made = Fork(base)
        edit(made)
        return made.finalised()

    return Mutant(kind, base, place, make, anchor=base.anchor if anchored else None)


def _is_chains_word(base: Base, name: str, data: bytes, at: int) -> bool:
    """Whether nobody but the chain says this: who created a policy, and when; where an enclave was
    reached; a token of which the bundle does not show how it was made. The head's hash binds it."""
    if name == "policies":
        return at >= len(data) - 36
    if name == "sessions":
        session = decode(values.session_record, data).session
        end = len(data) - 45
        return end - len(session.endpoint) <= at < end
    if name == "tokens":
        receipts = [seen(item.get("receipt")) for item in base.bundle["operations"]]
        made = [decode(values.signed_receipt, one).receipt.result_hash for one in receipts if one]
        return tagged("result", base.genesis, data) not in made
    return False


def values_changed(base: Base) -> list:
    """One bit of each number, hash and byte string of each value."""
    found = []

    def add(name: str, path: tuple, data: bytes, number: int, at: int) -> None:
        def edit(made: Fork) -> None:
            field_at(made.bundle, path)["value"] = bit(data, at)

        word = _is_chains_word(base, name, data, at)
        kind = f"fork: {name}, a part changed" + (" that is the chain's word, anchored" if word else "")
        place = f"{'.'.join(map(str, path))}, part {number}"
        found.append(fork(base, kind, place, edit, word))

    for name, path, field in fields(base.bundle):
        data = field["value"]
        for number, at in enumerate(parts_of(_KINDS[name], data)):
            add(name, path, data, number, at)
    return found


def values_replayed(base: Base, twin: Base) -> list:
    """Each value replaced by what another chain has there."""
    found = []

    def add(name: str, path: tuple, value: bytes) -> None:
        def edit(made: Fork) -> None:
            field_at(made.bundle, path)["value"] = value

        word = name == "tokens" and _is_chains_word(base, name, field_at(base.bundle, path)["value"], 0)
        kind = f"fork: {name} of another chain" + (", anchored" if word else "")
        found.append(fork(base, kind, str(path), edit, word))

    theirs = {path: field for _, path, field in fields(twin.bundle)}
    for name, path, field in fields(base.bundle):
        if path in theirs and theirs[path]["value"] != field["value"]:
            add(name, path, theirs[path]["value"])
    return found


def values_left_out(base: Base) -> list:
    """Approvals, receipts, notes, policies and tokens left out, of the state too; and what is left
    proven."""
    found, bundle = [], base.bundle

    def add(kind: str, place: str, edit) -> None:
        found.append(fork(base, f"fork: {kind}", place, edit))

    for at, item in enumerate(bundle["operations"]):

        def dropped(name: str, number: int | None = None, at: int = at):
            def edit(made: Fork) -> None:
                holder = made.bundle["operations"][at]
                if number is None:
                    holder.pop(name)
                else:
                    holder[name].pop(number)

            return edit

        def approvals(change, at: int = at):
            def edit(made: Fork) -> None:
                field = made.bundle["operations"][at]["approvals"]
                all_ = [one.raw for one in decode(values.approvals, field["value"])]
                field["value"] = many(change(all_))

            return edit

        for name in ("approvals", "released", "receipt"):
            if name in item:
                add(f"{name} left out", f"operation {at}", dropped(name))
        for name in ("sessions", "releases", "refusals"):
            for number, _ in enumerate(item[name]):
                add(f"one of {name} left out", f"operation {at}, {number}", dropped(name, number))
        given = seen(item.get("approvals"))
        for number, _ in enumerate(decode(values.approvals, given) if given else []):
            place = f"operation {at}, {number}"
            add("an approval left out", place, approvals(
                lambda all_, number=number: all_[:number] + all_[number + 1 :]))
            add("an approval repeated", place, approvals(
                lambda all_, number=number: all_[: number + 1] + all_[number:]))
            if number:
                add("approvals swapped", place, approvals(
                    lambda all_, number=number: [
                        *all_[: number - 1], all_[number], all_[number - 1], *all_[number + 1 :]]))
    for name in ("policies", "tokens"):
        for at, _ in enumerate(bundle[name]):
            add(f"one of {name} left out", str(at), lambda made, name=name, at=at:
                made.bundle[name].pop(at))
    return found


def values_spliced(base: Base) -> list:
    """Values of two requests exchanged."""
    found = []

    def add(first: int, second: int, name: str) -> None:
        def edit(made: Fork) -> None:
            items = made.bundle["operations"]
            exchange(items[first], items[second], name)

        kind = f"fork: two requests' {name} exchanged"
        found.append(fork(base, kind, f"{first} and {second}", edit))

    for first, second, name in pairs(base):
        add(first, second, name)
    return found


def _under(made: Fork, at: int, body: bytes, policy: bytes | None = None) -> None:
    """A request with another body, in the log and the state under the id of that body."""
    bundle, genesis = made.bundle, made.base.genesis
    item = bundle["operations"][at]
    record = decode(values.record, item["record"]["value"])
    new = tagged("request", genesis, body)
    entries = []
    for block, subject, event in said(made.base.entries):
        if subject == _REQUEST + item["id"]:
            subject = _REQUEST + new
            if policy is not None and event[0] == 15:
                event = event[:-32] + policy
        entries.append((block, subject, event))
    for key in list(made.state):
        if item["id"] in key:
            made.state.pop(key)
    item["id"] = new
    item["record"]["value"] = body + record.raw[len(record.body.raw) :]
    bundle["operations"].sort(key=lambda one: one["id"])
    made.relog(linked(genesis, entries))


def _is_body(data: bytes) -> bool:
    try:
        decode(values.body, data)
    except ScaleError:
        return False
    return True


def requests_changed(base: Base) -> list:
    """Another request in the place of each: one part of its body changed, its id that of the new body;
    and each under the policy that came before its own."""
    found, before = [], {}
    for item in base.bundle["policies"]:
        record = decode(values.policy_record, item["record"]["value"])
        before[item["hash"]] = record.policy.predecessor

    def add(kind: str, place: str, at: int, body: bytes, policy: bytes | None = None) -> None:
        found.append(fork(base, kind, place, lambda made: _under(made, at, body, policy)))

    for at, item in enumerate(base.bundle["operations"]):
        raw = decode(values.record, item["record"]["value"]).body.raw
        for number, start in enumerate(parts_of(values.body, raw)):
            place, body = f"operation {at}, part {number}", bit(raw, start)
            if _is_body(body):
                add("fork: another request under its own id", place, at, body)
        older = before.get(raw[-36:-4])
        if older:
            body = raw[:-36] + older + raw[-4:]
            add("fork: a request under an older policy", f"operation {at}", at, body, older)
    return found


def forged_policies(base: Base) -> list:
    """Each policy with one part changed, under the hash that it has then, and in the place of the one
    it was in each request."""
    found = []

    def add(at: int, number: int, start: int) -> None:
        def edit(made: Fork) -> None:
            item = made.bundle["policies"][at]
            record = decode(values.policy_record, item["record"]["value"])
            policy = bit(record.policy.raw, start)
            item["record"]["value"] = policy + record.raw[len(policy) :]
            made.state.pop(state.policy(item["hash"]))
            old, item["hash"] = item["hash"], tagged("policy", base.genesis, policy)
            for one in made.bundle["policies"]:
                if one.get("successor") == old:
                    one["successor"] = item["hash"]
            made.bundle["policies"].sort(key=lambda one: one["hash"])

        place = f"policy {at}, part {number}"
        found.append(fork(base, "fork: another policy under its own hash", place, edit))

    for at, item in enumerate(base.bundle["policies"]):
        raw = decode(values.policy_record, item["record"]["value"]).policy.raw
        for number, start in enumerate(parts_of(values.policy, raw)):
            add(at, number, start)
    return found


def rewritten(base: Base, twin: Base) -> list:
    found = values_changed(base) + values_replayed(base, twin) + values_left_out(base)
    return found + values_spliced(base) + requests_changed(base) + forged_policies(base)
