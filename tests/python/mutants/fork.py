"""Forks: what a bundle says, changed and finalised anew.

Whoever has the keys of a set of authorities can write any state under any header. What people, agents
and sessions signed is out of reach; so is every hash.
"""

from evidence import state, values
from evidence.container import id_of, seen
from evidence.finality import header_of
from evidence.scale import decode, h256, tagged
from evidence_maker.commitment import Commitment, entries_root
from evidence_maker.copies import copied
from evidence_maker.encoding import many, some, u32, u64
from evidence_maker.headers import header, justification, slot
from evidence_maker.trie import Trie
from evidence_verify import keys_of

from .bases import Base


def sealed(bundle: dict) -> dict:
    """With the id that it has now."""
    bundle["id"] = id_of(bundle)
    return bundle


def written(bundle: dict) -> dict:
    """The state's keys of everything but the log, with the values that the bundle discloses; none
    where it has no value."""
    found = {}

    def put(key: bytes, field: dict | None) -> None:
        if field is None or "value" in field:
            found[key] = seen(field)

    for item in bundle["policies"]:
        put(state.policy(item["hash"]), item["record"])
        found[state.successor(item["hash"])] = item.get("successor")
    for item in bundle["tokens"]:
        put(state.token(item["key"], item["epoch"]), item["token"])
    for item in bundle["operations"]:
        id_ = item["id"]
        put(state.request(id_), item["record"])
        put(state.approvals(id_), item.get("approvals"))
        put(state.released(id_), item.get("released"))
        put(state.receipt(id_), item.get("receipt"))
        for attempt, session in enumerate(item["sessions"], 1):
            put(state.session(id_, attempt), session)
        for one in item["releases"]:
            put(state.release(id_, one["attempt"], one["leaf"]), one["note"])
        for one in item["refusals"]:
            put(state.refusal(id_, one["attempt"], one["agent"]), one["note"])
    return found


class Fork:
    """Another head, at the height of the base's. `bundle` is changed, then `finalised`."""

    def __init__(self, base: Base):
        self.base, self.bundle = base, copied(base.bundle)
        self.state, self.leaves = dict(base.state), list(base.leaves)
        self.group, self.set_id = base.group, base.set_id

    def write(self) -> None:
        for key, value in written(self.bundle).items():
            if value is None:
                self.state.pop(key, None)
            else:
                self.state[key] = value

    def by(self, group: list, set_id: int, handoffs: list) -> "Fork":
        """Finalised by others, to whom other handoffs lead."""
        self.group, self.set_id = group, set_id
        self.bundle["handoffs"] = handoffs
        return self

    def finalised(self) -> dict:
        """The bundle, with everything in it proven in the state of a head of its own."""
        self.write()
        self.prove()
        return self.finish()

    def prove(self) -> None:
        """Nodes and a run of the state as it is."""
        bundle, trie = self.bundle, Trie(self.state)
        bundle["nodes"] = trie.prove(keys_of(bundle))
        first = header_of(bundle["head"]["run"][0])
        run, parent = [], first.parent
        for number in range(first.number, first.number + len(bundle["head"]["run"])):
            root = trie.root if not run else bytes(32)
            run.append(header(number, parent, root, [slot(number)]))
            parent = h256(run[-1])
        bundle["head"]["run"] = run

    def finish(self) -> dict:
        """The justification of the last header, and the id."""
        last = self.bundle["head"]["run"][-1]
        number = header_of(last).number
        signed = justification(self.group, number, h256(last), self.set_id)
        self.bundle["head"]["justification"] = signed
        return sealed(self.bundle)

    def commit(self, leaves: list) -> None:
        """To other leaves: their root, and the proofs of the blocks that are shown."""
        made, log = Commitment(leaves), self.bundle["log"]
        self.leaves = leaves
        log["root"], log["leaves"] = made.root(), len(leaves)
        self.state[state.LOG_ROOT], self.state[state.LOG_LEAVES] = made.root(), u64(len(leaves))
        for batch in log["blocks"]:
            blocks = [int.from_bytes(leaf[:4], "little") for leaf in batch["leaves"]]
            batch["leaves"] = [leaves[block] for block in blocks]
            batch["items"] = made.blocks(blocks)
        earlier = log.get("ancestry")
        if earlier:
            earlier["peaks"], earlier["items"] = made.ancestry(earlier["leaves"])
            earlier["root"] = made.root(earlier["leaves"])

    def relog(self, entries: list) -> None:
        """Another log: everything that follows from its entries is made to fit them."""
        bundle, genesis = self.bundle, self.base.genesis
        log, count = bundle["log"], len(entries)
        hashes = [tagged("audit-entry", genesis, entry) for entry in entries]
        log["head"], log["count"] = hashes[-1] if hashes else bytes(32), count
        log["from"] = min(log["from"], count)
        log["entries"] = entries[log["from"] :]
        log["included"] = []
        self.state[state.LOG_COUNT], self.state[state.LOG_HEAD] = u64(count), log["head"]
        decoded = [decode(values.entry, entry) for entry in entries]
        by_block, newest, histories = {}, {}, {}
        for entry, hash_ in zip(decoded, hashes):
            by_block.setdefault(entry.block, []).append(hash_)
            if entry.subject[0] == 4:
                newest[entry.subject[1]] = hash_
                histories.setdefault(entry.subject[1], []).append(entry)
        leaves, seen_, head = [], 0, bytes(32)
        for leaf in self.leaves:
            own = by_block.get(int.from_bytes(leaf[:4], "little"), [])
            seen_, head = seen_ + len(own), own[-1] if own else head
            leaves.append(leaf[:36] + u64(seen_) + head + entries_root(own))
        self.commit(leaves)
        for item in bundle["operations"]:
            self._retell(item, histories.get(item["id"], []), newest.get(item["id"]))

    def _retell(self, item: dict, history: list, newest: bytes | None) -> None:
        """The history of an operation, and what its record says of it."""
        key = state.item("Audit", "SubjectHead", state._blake(b"\4" + item["id"]))
        if newest is None:
            self.state.pop(key, None)
        else:
            self.state[key] = newest
        listed = [entry.raw for entry in history]
        item["history"]["value"] = many(listed)
        record = decode(values.record, item["record"]["value"])
        approved = [entry.raw for entry in history if entry.event[0] == 17]
        hash_ = tagged("audit-entry", self.base.genesis, approved[0]) if approved else None
        fixed = len(record.raw) - len(some(record.approved_entry)) - 32
        item["record"]["value"] = record.raw[:fixed] + some(hash_) + (newest or bytes(32))




def linked(genesis: bytes, said: list) -> list:
    """A log of these (block, subject, event), in which every entry names the ones before."""
    entries, newest, before = [], {}, bytes(32)
    for index, (block, subject, event) in enumerate(said):
        entry = u64(index) + u32(block) + before + subject + newest.get(subject, bytes(32)) + event
        entries.append(entry)
        before = newest[subject] = tagged("audit-entry", genesis, entry)
    return entries


def said(entries: list) -> list:
    """What entries say, without their links: (block, subject, event)."""
    result = []
    for data in entries:
        entry = decode(values.entry, data)
        size = 1 + 32 * (entry.subject[0] > 1)
        start = 44 + size
        result.append((entry.block, data[44:start], data[start + 32 :]))
    return result
