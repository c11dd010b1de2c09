"""A chain whose state is written step by step."""

import random

from evidence import state
from evidence.container import id_of
from evidence.scale import h256, tagged
from evidence_verify import keys_of

from .commitment import Commitment, entries_root, entry_path
from .encoding import many, some, u8, u32, u64
from .headers import authority_list, change, header, justification, slot
from .people import validators
from .trie import Trie


class World:
    """A chain whose state is written step by step, and finalised at the end."""

    def __init__(self, seed: int = 1, chain: str = "", validators: int = 4):
        self.random, self.chain = random.Random(seed), chain
        self.validators = self.group("first", validators)
        first = {
            state.AUTHORITIES: authority_list(self.validators),
            state.SET_ID: u64(0),
            state.item("System", "Number"): u32(0),
            **{b"neighbour" + u8(at): b"\7" * 40 for at in range(40)},
        }
        trie = Trie(first)
        self.origin = header(0, bytes(32), trie.root, [])
        self.genesis = h256(self.origin)
        proof = state.Proof(trie.root, [*trie.nodes.values(), first[state.AUTHORITIES]])
        for key in (state.AUTHORITIES, state.SET_ID, state.PENDING_CHANGE):
            proof.value(key)
        self.origin_nodes = sorted(proof.nodes[hash_] for hash_ in proof.used)
        self.state, self.block, self.set_id = first, 0, 0
        self.log, self.subjects, self.handoffs = [], {}, []
        self.policies, self.tokens, self.operations = {}, {}, {}
        # Of the first block, of handoffs and of heads; others are made up.
        self.hashes = {0: self.genesis}
        # Heights of blocks that are shown to be ancestors; and how many the commitment lacks.
        self.shown, self.uncommitted = set(), 0
        self.next()

    def group(self, name: str, count: int = 4) -> list:
        """Validators of this chain alone: what they sign does not name it."""
        return validators(self.chain + name, count)

    def bytes(self, count: int = 32) -> bytes:
        return self.random.randbytes(count)

    def hash(self, purpose: str, value: bytes) -> bytes:
        return tagged(purpose, self.genesis, value)

    def next(self, count: int = 1) -> None:
        self.block += count

    def hash_of(self, block: int) -> bytes:
        return self.hashes.get(block) or h256(b"block" + self.genesis + u32(block))

    def final(self) -> bytes:
        """The newest final block, as somebody names it now."""
        self.shown.add(self.block - 1)
        return self.hash_of(self.block - 1)

    def append(self, subject: bytes, event: bytes) -> bytes:
        entry = u64(len(self.log)) + u32(self.block)
        entry += self.hash("audit-entry", self.log[-1]) if self.log else bytes(32)
        entry += subject + self.subjects.get(subject, bytes(32)) + event
        self.log.append(entry)
        self.subjects[subject] = self.hash("audit-entry", entry)
        return self.subjects[subject]

    def hand_over(self, group: list) -> None:
        """The validators change."""
        self.next()
        parent = self.hash_of(self.block - 1)
        made = header(self.block, parent, self.bytes(), [slot(self.block), change(group)])
        signed = justification(self.validators, self.block, h256(made), self.set_id)
        self.handoffs.append({"header": made, "justification": signed})
        self.validators, self.set_id = group, self.set_id + 1
        self.hashes[self.block] = h256(made)

    def policy(self, encoded: bytes, signatures: list = (), predecessor: bytes = None) -> bytes:
        hash_ = self.hash("policy", encoded)
        self.append(b"\2" + hash_, b"\x0b" + some(predecessor) + b"\5" * 32)
        self.policies[hash_] = encoded + many(signatures) + b"\5" * 32 + u32(self.block)
        if predecessor:
            self.state[state.successor(predecessor)] = hash_
        return hash_

    def field(self, value: bytes) -> dict:
        return {"salt": self.bytes(), "value": value}

    def leaves(self) -> list:
        """The leaves of all blocks before this one."""
        hashes, blocks = {}, []
        for entry in self.log:
            own = hashes.setdefault(int.from_bytes(entry[8:12], "little"), [])
            own.append(self.hash("audit-entry", entry))
        count, head = 0, bytes(32)
        for block in range(self.block):
            own = hashes.get(block, [])
            count, head = count + len(own), own[-1] if own else head
            blocks.append(u32(block) + self.hash_of(block) + u64(count) + head + entries_root(own))
        return blocks[: len(blocks) - self.uncommitted]

    def included(self, index: int) -> dict:
        """An entry of the log by itself."""
        entry = self.log[index]
        own = [other for other in self.log if other[8:12] == entry[8:12]]
        path = entry_path([self.hash("audit-entry", other) for other in own], own.index(entry))
        self.shown.add(int.from_bytes(entry[8:12], "little"))
        return {"entry": entry, "count": len(own), "path": path}

    def commitment(self, included: list, since: dict | None, batch: int) -> dict:
        """What a bundle's log holds of the commitment; its root goes into the state."""
        leaves = self.leaves()
        made = Commitment(leaves)
        self.state[state.LOG_ROOT], self.state[state.LOG_LEAVES] = made.root(), u64(len(leaves))
        log = {"root": made.root(), "leaves": len(leaves), "blocks": []}
        log["included"] = [self.included(index) for index in included]
        if since:
            earlier = since["log"]["leaves"]
            peaks, items = made.ancestry(earlier)
            log["ancestry"] = {"leaves": earlier, "root": made.root(earlier), "peaks": peaks, "items": items}
            self.shown.add(earlier)
        shown = sorted(block for block in self.shown if block < len(leaves))
        for at in range(0, len(shown), batch):
            blocks = shown[at : at + batch]
            items = made.blocks(blocks)
            log["blocks"].append({"leaves": [leaves[block] for block in blocks], "items": items})
        return log

    def bundle(
        self,
        log_from: int | None = None,
        included: list = (),
        since: dict | None = None,
        batch: int = 1_024,
        headers: int = 2,
        only: set | None = None,
    ) -> dict:
        """Everything, or only these operations of it, at a head of the block after the newest; the chain
        goes on after its headers."""
        self.next()
        commitment = self.commitment(included, since, batch)
        self.state[state.item("System", "Number")] = u32(self.block)
        count = len(self.log)
        head = self.hash("audit-entry", self.log[-1])
        self.state[state.LOG_COUNT], self.state[state.LOG_HEAD] = u64(count), head
        for subject, hash_ in self.subjects.items():
            key = state.item("Audit", "SubjectHead", state._blake(subject))
            self.state[key] = hash_
        policies, tokens, operations = [], [], []
        for hash_, record in sorted(self.policies.items()):
            self.state[state.policy(hash_)] = record
            item = {"hash": hash_, "record": self.field(record)}
            successor = self.state.get(state.successor(hash_))
            policies.append(item | ({"successor": successor} if successor else {}))
        for (key, epoch), token in sorted(self.tokens.items()):
            self.state[state.token(key, epoch)] = token
            tokens.append({"key": key, "epoch": epoch, "token": self.field(token)})
        for id_, operation in sorted(self.operations.items()):
            operation.write(self.state)
            if only is None or id_ in only:
                operations.append(operation.item())
        trie = Trie(self.state)
        run, parent = [], self.hash_of(self.block - 1)
        for at in range(headers):
            root = trie.root if at == 0 else self.bytes()
            run.append(header(self.block + at, parent, root, [slot(self.block + at)]))
            parent = self.hashes[self.block + at] = h256(run[-1])
        last = self.block + headers - 1
        start = count if log_from is None else log_from
        bundle = {
            "schema": "regent-evidence",
            "version": 2,
            "genesis": self.genesis,
            "origin": {"header": self.origin, "nodes": self.origin_nodes},
            "handoffs": list(self.handoffs),
            "head": {
                "run": run,
                "justification": justification(self.validators, last, parent, self.set_id),
            },
            "log": {"from": start, "head": head, "count": count, "entries": self.log[start:]}
            | commitment,
            "policies": policies,
            "tokens": tokens,
            "operations": operations,
        }
        bundle["nodes"] = trie.prove(keys_of(bundle))
        bundle["id"] = id_of(bundle)
        self.next(headers)
        return bundle
