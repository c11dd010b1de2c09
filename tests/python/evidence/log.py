"""The log and its commitment (rules `log-`, sections 7 and 14)."""

from dataclasses import dataclass

from . import state, values
from .broken import Broken, require
from .commitment import OtherRoot, check_ancestry, check_blocks, check_entry
from .events import SUBMITTED, UNACCOUNTED
from .scale import ScaleError, decode, tagged

# Of an entry's subject: a request.
REQUEST = 4


@dataclass
class Absent:
    """What the log's entries name and the bundle does not have."""

    # Number of the entry from which on all are here; none where no entry is.
    since: int | None
    requests: list
    unaccounted: list

    def __str__(self) -> str:
        if self.since is None:
            return "no entries here: that nothing else happened is not shown"
        reach = f"from entry {self.since} on" if self.since else "all entries are here"
        return f"requests {len(self.requests)}, unaccounted {len(self.unaccounted)}, {reach}"


def check_head(context, log: dict) -> None:
    count, head = log["count"], log["head"]
    proven = context.holds(state.LOG_COUNT, count.to_bytes(8, "little") if count else None)
    proven = proven and context.holds(state.LOG_HEAD, head if any(head) else None)
    require(proven, "log-head")


def check_root(context, log: dict) -> None:
    proven = context.holds(state.LOG_ROOT, log["root"])
    proven = proven and context.holds(state.LOG_LEAVES, log["leaves"].to_bytes(8, "little"))
    require(proven, "log-root")
    require(log["leaves"] == context.head, "log-root", "other blocks than those before the head")


def read_blocks(context, log: dict) -> None:
    """The ancestors that are shown, into the context."""
    last = -1
    for batch in log["blocks"]:
        known = {}
        for data in batch["leaves"]:
            leaf = decode(values.leaf, data)
            require(last < leaf.block < log["leaves"], "log-blocks", "another order")
            last, known[leaf.block] = leaf.block, data
            context.leaves[leaf.block] = leaf
            context.blocks.setdefault(leaf.hash, leaf.block)
        try:
            check_blocks(log["root"], log["leaves"], known, batch["items"])
        except OtherRoot as error:
            raise Broken("log-blocks", "the proof leads elsewhere") from error


def _entry(data: bytes, rule: str):
    try:
        return decode(values.entry, data)
    except ScaleError as error:
        raise Broken(rule, str(error)) from error


def read_included(context, log: dict) -> None:
    """Entries that are shown by themselves, into the context."""
    last = -1
    for item in log["included"]:
        entry, count = _entry(item["entry"], "log-inclusion"), item["count"]
        require(entry.index > last, "log-inclusion", "another order")
        leaf = context.leaves.get(entry.block)
        require(leaf is not None, "log-inclusion", "its block is not shown")
        place = entry.index - (leaf.count - count)
        # Less than all entries of the log are of one block.
        require(count <= leaf.count, "log-inclusion", "too many entries")
        hash_ = tagged("audit-entry", context.genesis, item["entry"])
        try:
            check_entry(leaf.entries_root, hash_, place, count, item["path"])
        except OtherRoot as error:
            raise Broken("log-inclusion", "the proof leads elsewhere") from error
        last = entry.index
        context.included[entry.index] = entry


def check_earlier(log: dict) -> None:
    earlier = log.get("ancestry")
    if earlier is None:
        return
    own, then = (log["root"], log["leaves"]), (earlier["root"], earlier["leaves"])
    try:
        check_ancestry(*own, *then, earlier["peaks"], earlier["items"])
    except OtherRoot as error:
        raise Broken("log-ancestry", "the proof leads elsewhere") from error


def read_entries(context, log: dict) -> None:
    """All entries from one on, into the context."""

    def need(condition: bool, detail: str) -> None:
        require(condition, "log-entries", detail)

    need(log["from"] + len(log["entries"]) == log["count"], "not all entries are here")
    previous, block = None if log["from"] else bytes(32), 0
    for index, data in enumerate(log["entries"], log["from"]):
        entry = _entry(data, "log-entries")
        need(entry.index == index, "another index")
        need(previous in (None, entry.previous), "a broken link")
        need(block <= entry.block <= context.head, "another block")
        previous, block = tagged("audit-entry", context.genesis, data), entry.block
        context.entries[index] = entry
    need(not log["entries"] or previous == log["head"], "another newest entry")


def absent(context, log: dict, operations: list) -> Absent:
    """What the entries name and the bundle does not have: requests once each, in the order of entries."""
    here = {item["id"] for item in operations}

    def named(event: int) -> list:
        entries = [entry for _, entry in sorted(context.entries.items()) if entry.event[0] == event]
        ids = [entry.subject[1] for entry in entries if entry.subject[0] == REQUEST]
        return [id_ for id_ in dict.fromkeys(ids) if id_ not in here]

    shown = log["entries"] or not log["count"]
    return Absent(log["from"] if shown else None, named(SUBMITTED), named(UNACCOUNTED))
