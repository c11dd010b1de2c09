"""What anyone can do to a file, without any key: at every place of the bundle's form."""

from evidence.container import redacted
from evidence_maker.copies import copied

from .bases import Base
from .fork import sealed
from .mutant import Mutant

# A payload is not among them: two requests may have the same.
_SPLICED = (
    "record", "history", "receipt", "released", "approvals", "releases", "refusals", "sessions",
)


def _told(value):
    """A bundle, or a part of it, but for its salts and for what stands for withheld fields."""
    if isinstance(value, list):
        return [_told(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {key: _told(item) for key, item in value.items() if key not in ("salt", "digest")}


def _names_blocks(bundle: dict) -> bool:
    """Whether there is anything for which the log's blocks are brought."""
    log = bundle["log"]
    notes = [one for item in bundle["operations"] for one in item["sessions"]]
    for item in bundle["operations"]:
        notes += [item["receipt"]] if "receipt" in item else []
        notes += [one["note"] for one in (*item["releases"], *item["refusals"])]
    return bool(log["included"]) or "ancestry" in log or any("value" in one for one in notes)


def _is_other_export(bundle: dict, path: tuple, value, new) -> bool:
    """Whether this, with the id computed anew, is another honest export of the same: with other salts,
    with less beside what is proven, with something else withheld of which nobody knows what it is. That
    it is not the bundle that was spoken of is all there is to find, and the id tells it."""
    if path[-1] == "id" or path[-1] in ("salt", "digest"):
        return True
    if type(new) is type(value) and _told(new) == _told(value):
        return True
    beside = path[-1] in ("payload", "ancestry", "included") or path[-2:-1] == ("included",)
    beside = beside or (path[:2] == ("log", "blocks") and not _names_blocks(bundle))
    return beside and not new


def _places(value, path: tuple = ()):
    """Every part of a bundle, with the way to it."""
    yield path, value
    if isinstance(value, dict):
        for step, item in value.items():
            yield from _places(item, (*path, step))
    elif isinstance(value, list):
        for step, item in enumerate(value):
            yield from _places(item, (*path, step))


def _at(bundle, path: tuple):
    """What is there, if anything."""
    for step in path:
        there = step < len(bundle) if isinstance(bundle, list) and isinstance(step, int) else (
            isinstance(bundle, dict) and step in bundle
        )
        if not there:
            return None
        bundle = bundle[step]
    return bundle


def _deeds(value):
    """What can be done to a value: the name of the deed, where, and what takes its place."""
    if isinstance(value, bytes):
        middle = len(value) // 2
        if value:
            changed = bytes([value[middle] ^ 1])
            yield "a bit changed", "", value[:middle] + changed + value[middle + 1 :]
            yield "cut", "", value[:-1]
        yield "longer", "", value + b"\0"
    elif isinstance(value, int):
        yield "one more", "", value + 1
        if value:
            yield "one less", "", value - 1
    elif isinstance(value, str):
        yield "longer", "", value + "x"
    elif isinstance(value, list):
        for at, (one, next_) in enumerate(zip(value, value[1:])):
            yield "swapped", f" {at}", [*value[:at], next_, one, *value[at + 2 :]]
        for at, one in enumerate(value):
            yield "repeated", f" {at}", [*value[: at + 1], one, *value[at + 1 :]]
        yield "emptied", "", []


def edits(base: Base, twin: Base) -> list:
    """Every part left out, changed, or replaced by that of another chain or of an earlier export; the id
    is that of what there is then."""
    found = []
    others = {"of another chain": twin.bundle, "of an earlier export": base.earlier}

    def add(path: tuple, deed: str, where: str, new) -> None:
        def make() -> dict:
            changed = copied(base.bundle)
            holder = _at(changed, path[:-1])
            value = holder[path[-1]]
            if deed == "left out":
                del holder[path[-1]]
            else:
                holder[path[-1]] = copied(new)
            kept = _is_other_export(base.bundle, path, value, new)
            # Without a genesis nothing has an id.
            return changed if kept or "genesis" not in changed else sealed(changed)

        name = ".".join(map(str, path)) + where
        kind = ".".join(step for step in path if isinstance(step, str))
        found.append(Mutant(f"{kind} {deed}", base, name, make))

    for path, value in list(_places(base.bundle))[1:]:
        add(path, "left out", "", None)
        for deed, where, new in _deeds(value):
            add(path, deed, where, new)
        for deed, other in others.items():
            there = None if other is None else _at(other, path)
            if type(there) is type(value) and there != value:
                add(path, deed, "", there)
    return found


def withheld(base: Base) -> list:
    """Fields withheld under another digest than their own, and the id as it was."""
    found = []

    def add(path: tuple, value: dict) -> None:
        def make() -> dict:
            changed = copied(base.bundle)
            other = {"salt": bytes(32), "value": value["value"] + b"\0"}
            _at(changed, path[:-1])[path[-1]] = redacted(base.genesis, other)
            return changed

        kind = ".".join(step for step in path if isinstance(step, str))
        found.append(Mutant(f"{kind} withheld under another digest", base, str(path), make))

    for path, value in _places(base.bundle):
        if isinstance(value, dict) and "salt" in value:
            add(path, value)
    return found


def exchange(first: dict, second: dict, name: str) -> None:
    """A part of two requests."""
    ours, theirs = first.pop(name, None), second.pop(name, None)
    if theirs is not None:
        first[name] = theirs
    if ours is not None:
        second[name] = ours


def pairs(base: Base) -> list:
    """Parts in which two requests differ: both requests, and the name."""
    items = base.bundle["operations"]
    return [
        (first, second, name)
        for name in _SPLICED
        for first in range(len(items))
        for second in range(first + 1, len(items))
        if _told(items[first].get(name)) != _told(items[second].get(name))
    ]


def spliced(base: Base) -> list:
    """Parts of two requests exchanged, and the id computed anew."""
    found = []

    def add(first: int, second: int, name: str) -> None:
        def make() -> dict:
            changed = copied(base.bundle)
            exchange(changed["operations"][first], changed["operations"][second], name)
            return sealed(changed)

        found.append(Mutant(f"two requests' {name} exchanged", base, f"{first} and {second}", make))

    for pair in pairs(base):
        add(*pair)
    return found
