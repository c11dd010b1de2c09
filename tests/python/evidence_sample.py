"""Makes evidence bundles without Regent: a chain with real signatures, tries and justifications.

    python evidence_sample.py FOLDER

writes a bundle a file, sound ones and ones with one thing wrong each, and `expected.json`: what
`evidence_verify.py` says of them, of the first with a part changed, and of the second with a byte
changed. `crates/evidence` is tested with them.
"""

import json
import random
import sys
from pathlib import Path

import sr25519
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from evidence import state, values
from evidence.cbor import encode
from evidence.container import id_of, redacted
from evidence.policy import payload_hash
from evidence.scale import compact, counted, decode, h256, path, tagged
from evidence.values import (
    BITCOIN,
    DECRYPT,
    EMPTY,
    ETHEREUM,
    RAW,
    REFRESH,
    RESHARE,
    SIGN,
)
from evidence_verify import keys_of, verify

# Entries of the log: how a request ends.
EXPIRED, CANCELLED, UNACCOUNTED, FAILED = 23, 24, 25, 28


def u8(number: int) -> bytes:
    return bytes([number])


def u16(number: int) -> bytes:
    return number.to_bytes(2, "little")


def u32(number: int) -> bytes:
    return number.to_bytes(4, "little")


def u64(number: int) -> bytes:
    return number.to_bytes(8, "little")


def u256(number: int) -> bytes:
    return number.to_bytes(32, "little")


def some(value: bytes | None) -> bytes:
    return b"\0" if value is None else b"\1" + value


def many(items) -> bytes:
    items = list(items)
    return compact(len(items)) + b"".join(items)


class Person:
    """Who signs by sr25519."""

    def __init__(self, name: str):
        self.name = name
        self.pair = sr25519.pair_from_seed(h256(name.encode()))
        self.id = self.pair[0]

    def sign(self, message: bytes) -> bytes:
        return sr25519.sign(self.pair, message)


class Validator:
    """Who signs by ed25519."""

    def __init__(self, name: str):
        self.key = Ed25519PrivateKey.from_private_bytes(h256(name.encode()))
        self.id = self.key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    def sign(self, message: bytes) -> bytes:
        return self.key.sign(message)


def validators(group: str, count: int = 4) -> list:
    return [Validator(f"{group}/{number}") for number in range(count)]


# -- tries --------------------------------------------------------------------------------------


def _nibbles(data: bytes) -> list:
    return [nibble for byte in data for nibble in (byte >> 4, byte & 15)]


class Trie:
    """A state: its root, and its nodes."""

    def __init__(self, items: dict):
        self.nodes = {}
        entries = sorted((_nibbles(key), value) for key, value in items.items())
        root = self._build(entries, 0)
        self.root = h256(root)
        self.nodes[self.root] = root

    def _build(self, entries: list, depth: int) -> bytes:
        first, last = entries[0][0], entries[-1][0]
        if len(entries) == 1:
            return self._node(0, first[depth:], entries[0][1], None)
        end = depth
        while end < len(first) and first[end] == last[end]:
            end += 1
        value, rest = None, entries
        if len(first) == end:
            value, rest = entries[0][1], entries[1:]
        children = {}
        for nibble in range(16):
            below = [entry for entry in rest if entry[0][end] == nibble]
            if below:
                children[nibble] = self._build(below, end + 1)
        return self._node(1, first[depth:end], value, children)

    def _node(self, branch: int, part: list, value: bytes | None, children: dict | None) -> bytes:
        hashed = value is not None and len(value) > 32
        if branch:
            bits, high = (4, 0b0001) if hashed else (6, 0b11 if value is not None else 0b10)
        else:
            bits, high = (5, 0b001) if hashed else (6, 0b01)
        maximum, count = (1 << bits) - 1, len(part)
        head = bytes([high << bits | min(count, maximum)])
        if count >= maximum:
            count -= maximum
            while count >= 255:
                head, count = head + b"\xff", count - 255
            head += bytes([count])
        padded = [0, *part] if len(part) % 2 else part
        head += bytes(high_ << 4 | low for high_, low in zip(padded[::2], padded[1::2]))
        if branch:
            head += u16(sum(1 << nibble for nibble in children))
        if value is not None:
            head += h256(value) if hashed else counted(value)
        for nibble in sorted(children or {}):
            child = children[nibble]
            if len(child) < 32:
                head += counted(child)
            else:
                self.nodes[h256(child)] = child
                head += counted(h256(child))
        return head

    def prove(self, keys: list) -> list:
        """The nodes on the way to these keys, without values."""
        proof = state.Proof(self.root, list(self.nodes.values()))
        for key in keys:
            proof.hash(key)
        return sorted(self.nodes[hash_] for hash_ in proof.used)


# -- the chain ----------------------------------------------------------------------------------


def header(number: int, parent: bytes, root: bytes, digest: list) -> bytes:
    return parent + compact(number) + root + b"\xee" * 32 + many(digest)


def slot(number: int) -> bytes:
    return b"\6aura" + counted(u64(3_500_000_000 + number))


def authority_list(group: list) -> bytes:
    return many(validator.id + u64(1) for validator in group)


def change(group: list) -> bytes:
    return b"\4FRNK" + counted(b"\1" + authority_list(group) + u32(0))


def justification(group: list, number: int, block: bytes, set_id: int, count: int = None) -> bytes:
    count = len(group) - (len(group) - 1) // 3 if count is None else count
    votes = []
    for validator in group[:count]:
        message = b"\1" + block + u32(number) + u64(7) + u64(set_id)
        votes.append(block + u32(number) + validator.sign(message) + validator.id)
    return u64(7) + block + u32(number) + many(votes) + many([])


class World:
    """A chain whose state is written step by step, and finalised at the end."""

    def __init__(self, seed: int = 1):
        self.random = random.Random(seed)
        self.validators = validators("first")
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
        self.state, self.block, self.parent, self.set_id = first, 0, self.genesis, 0
        self.log, self.subjects, self.handoffs = [], {}, []
        self.policies, self.tokens, self.operations = {}, {}, {}
        self.next()

    def bytes(self, count: int = 32) -> bytes:
        return self.random.randbytes(count)

    def hash(self, purpose: str, value: bytes) -> bytes:
        return tagged(purpose, self.genesis, value)

    def next(self, count: int = 1) -> None:
        self.block += count

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
        made = header(self.block, self.parent, self.bytes(), [slot(self.block), change(group)])
        signed = justification(self.validators, self.block, h256(made), self.set_id)
        self.handoffs.append({"header": made, "justification": signed})
        self.validators, self.set_id, self.parent = group, self.set_id + 1, h256(made)

    def policy(self, encoded: bytes, signatures: list = (), predecessor: bytes = None) -> bytes:
        hash_ = self.hash("policy", encoded)
        self.append(b"\2" + hash_, b"\x0b" + some(predecessor) + b"\5" * 32)
        self.policies[hash_] = encoded + many(signatures) + b"\5" * 32 + u32(self.block)
        if predecessor:
            self.state[state.successor(predecessor)] = hash_
        return hash_

    def field(self, value: bytes) -> dict:
        return {"salt": self.bytes(), "value": value}

    def bundle(self, log_from: int | None = None, headers: int = 2) -> dict:
        """Everything, at a head of the block after the newest."""
        self.next()
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
            operations.append(operation.item())
        trie = Trie(self.state)
        run, parent = [], self.parent
        for at in range(headers):
            root = trie.root if at == 0 else self.bytes()
            run.append(header(self.block + at, parent, root, [slot(self.block + at)]))
            parent = h256(run[-1])
        last = self.block + headers - 1
        start = count if log_from is None else log_from
        bundle = {
            "schema": "regent-evidence",
            "version": 1,
            "genesis": self.genesis,
            "origin": {"header": self.origin, "nodes": self.origin_nodes},
            "handoffs": list(self.handoffs),
            "head": {
                "run": run,
                "justification": justification(self.validators, last, parent, self.set_id),
            },
            "log": {"from": start, "head": head, "count": count, "entries": self.log[start:]},
            "policies": policies,
            "tokens": tokens,
            "operations": operations,
        }
        bundle["nodes"] = trie.prove(keys_of(bundle))
        bundle["id"] = id_of(bundle)
        return bundle


# -- people, policies, tokens -------------------------------------------------------------------

DESK, ALICE, BOB, CAROL, DAVE = map(Person, ("desk", "alice", "bob", "carol", "dave"))
AGENTS = [Person(f"agent {number}") for number in range(4)]
MEASUREMENT = b"\0" + b"simulated: nothing is protected!"
ETHER = b"\0" + u64(1)


def policy(predecessor: bytes | None = None, maximum: int = 1000, **changes) -> bytes:
    """Two of alice, bob, carol; then dave."""
    parts = {
        "name": counted(b"treasury"),
        "predecessor": some(predecessor),
        "roles": many(
            counted(name) + many(person.id for person in people)
            for name, people in (
                (b"desk", [DESK]),
                (b"operators", [ALICE, BOB, CAROL]),
                (b"board", [DAVE, CAROL]),
            )
        ),
        "requesters": u8(0),
        "stages": many([u8(1) + u8(2), u8(2) + u8(1)]),
        "operations": many(u8(kind) for kind in range(6)),
        "limits": many([ETHER + u256(maximum) + u256(10)]),
        "recipients": some(many([counted(b"\xb0" * 20)])),
        "allow_raw": b"\1",
        "maximum_lifetime": u32(1000),
        "measurements": many([MEASUREMENT]),
        "change_rule": u8(2) + u8(1),
        "conditions": many([]),
    }
    return b"".join((parts | changes).values())


def tree(threshold: int = 2, agents=AGENTS[:3]) -> bytes:
    gate = b"\1" + u16(threshold) + u16(len(agents))
    return many([gate, *(b"\0\0" + agent.id for agent in agents)])


def ed25519_token(key: bytes, epoch: int, enrolment: bytes, made_of: bytes, policy_hash: bytes):
    """A token of the right shape: the curve's points are not looked at."""
    decoded = decode(values.tree, made_of)
    gates = many(counted(b"\3" * 32) for _ in range(decoded.commitments()))
    leaves = many(counted(b"\4" * 32) for _ in decoded.leaves)
    corrections = many(some(b"\5" * 32) for _ in decoded.leaves)
    return (
        key + u8(1) + counted(b"\2" * 32) + u32(epoch) + u32(0) + enrolment + made_of
        + policy_hash + b"\0" + gates + leaves + corrections + b"\0"
    )


class Operation:
    """A request, made step by step; what is wrong with it is written over before the end."""

    def __init__(self, world: World, key: bytes, policy_hash: bytes, operation: bytes, **changes):
        self.world, self.key, self.policy = world, key, policy_hash
        self.kind, self.operation = operation[0], operation
        self.epoch = changes.get("epoch", 0)
        self.effect = changes.get("effect", many([]) + b"\0")
        self.payload = changes.get("payload", b"")
        self.expires = world.block + changes.get("lifetime", 500)
        self.salt = changes.get("salt", world.bytes())
        form = operation[1] if self.kind == SIGN else RAW if self.kind == DECRYPT else EMPTY
        self.payload_hash = payload_hash(world.genesis, form, self.payload)
        self.requester = changes.get("requester", DESK).id
        self.body = (
            self.requester + self.salt + key + u32(self.epoch) + operation + self.payload_hash
            + self.effect + policy_hash + u32(self.expires)
        )
        self.id = world.hash("request", self.body)
        self.status, self.submitted_at = b"\0\0", world.block
        self.approvals, self.sessions, self.releases, self.refusals = [], [], {}, {}
        self.history, self.approved_entry, self.receipt, self.bits = [], None, None, {}
        self.enough, self.attempts, self.last_entry = False, None, None
        self.shows_payload = False
        self.leaves, self.aad_enrolment = changes.get("leaves"), changes.get("enrolment")
        world.operations[self.id] = self
        submitted = self.requester + key + u8(self.kind) + self.payload_hash + policy_hash
        self.append(b"\x0f" + submitted)

    def append(self, event: bytes) -> bytes:
        hash_ = self.world.append(b"\4" + self.id, event)
        self.history.append(self.world.log[-1])
        return hash_

    def approve(self, person: Person, stage: int, **changes) -> None:
        decision, expires = changes.get("decision", 0), changes.get("expires", self.expires)
        said = (
            changes.get("genesis", self.world.genesis) + changes.get("request", self.id)
            + self.key + u32(self.epoch) + u8(self.kind) + self.payload_hash + self.policy
            + u8(stage) + u8(decision) + u32(expires)
        )
        message = self.world.hash("approval", said)
        signed = b"<Bytes>" + message + b"</Bytes>" if changes.get("wallet") else message
        signer = changes.get("signer", person)
        self.approvals.append(said + person.id + b"\1" + signer.sign(signed))
        if decision == 0:
            self.append(b"\x10" + person.id + u8(stage) + message)
            self.status = b"\0" + u8(changes.get("open", stage))
        else:
            self.append(b"\x12" + person.id + message)
            self.status = u8(values.DENIED)

    def approved(self) -> None:
        self.approved_entry = self.append(b"\x11")
        self.status = u8(values.APPROVED)

    def approve_all(self) -> None:
        self.approve(ALICE, 0)
        self.approve(BOB, 0, wallet=True)
        self.approve(CAROL, 1)
        self.approved()

    def open_session(self, **changes) -> None:
        world, attempt = self.world, len(self.sessions) + 1
        signer = Person(f"session {attempt} {self.id.hex()}")
        session = {
            "id": world.bytes(),
            "request": changes.get("request", self.id),
            "attempt": u8(changes.get("attempt", attempt)),
            "kem": counted(world.bytes(1216)),
            "signing": signer.id,
            "finalised": world.bytes(),
        }
        attested = world.hash("report-data", b"".join(session.values()))
        digest = changes.get("digest", MEASUREMENT[1:])
        evidence = b"\0" + counted(
            b"regent/simulated-evidence/v1" + digest + changes.get("attested", attested)
        )
        lifetime = changes.get("lifetime", 20)
        record = b"".join(session.values()) + evidence + counted(b"http://enclave") + u32(lifetime)
        record += b"\0" + digest + u32(world.block)
        record += u32(changes.get("deadline", world.block + lifetime))
        hash_ = world.hash("evidence", evidence)
        self.sessions.append({"record": record, "signer": signer, "evidence": hash_, **session})
        self.append(b"\x13" + u8(attempt) + session["id"] + hash_)

    def enrolment_of(self, session: dict) -> bytes:
        said = self.id + session["id"] + session["kem"] + session["signing"]
        return self.world.hash("enrolment-id", said)

    def aad(self, session: dict, attempt: int, leaf: list, more: bytes = b"") -> bytes:
        world = self.world
        enrolment = self.aad_enrolment or self.enrolment_of(session)
        return world.hash(
            "aad",
            self.id + u8(attempt) + session["id"] + world.hash("kem-public", session["kem"])
            + session["evidence"] + self.key + u32(self.epoch) + enrolment + path(leaf)
            + u8(self.kind) + self.payload_hash + self.policy + more,
        )

    def release(self, agent: Person, leaf: list, number: int, attempt: int = 1, **changes) -> None:
        world, session = self.world, self.sessions[attempt - 1]
        said_leaf = changes.get("aad_leaf", leaf)
        aad = changes.get("aad") or self.aad(session, attempt, said_leaf, changes.get("more", b""))
        session_id = changes.get("session", session["id"])
        sealed, final = world.bytes(), world.bytes()
        start = self.id + u8(attempt) + session_id + path(leaf)
        message = world.hash("release", start + sealed + aad + final)
        signature = changes.get("signer", agent).sign(message)
        note = start + agent.id + aad + sealed + final + signature
        self.releases[(attempt, tuple(leaf))] = note
        self.append(b"\x14" + u8(attempt) + agent.id + path(leaf) + aad)
        self.bits.setdefault(attempt, set()).add(number)
        if self.status == u8(values.APPROVED):
            self.status = u8(values.EXECUTING)

    def refuse(self, agent: Person, reason: int = 5, attempt: int = 1, **changes) -> None:
        final = self.world.bytes()
        said = self.id + u8(attempt) + agent.id + u8(reason) + final
        signer = changes.get("signer", agent)
        signature = signer.sign(self.world.hash("refusal", said))
        self.refusals[(attempt, agent.id)] = said + signature
        self.append(b"\x15" + u8(attempt) + agent.id + u8(reason))

    def complete(self, leaves: list, attempt: int = 1, **changes) -> None:
        world, session = self.world, self.sessions[attempt - 1]
        receipt = (
            changes.get("request", self.id) + u8(attempt) + self.key + u32(self.epoch)
            + u8(self.kind) + self.payload_hash + changes.get("result", world.bytes())
            + many(path(leaf) for leaf in leaves) + many([]) + self.policy
            + changes.get("session", session["id"]) + world.bytes()
            + changes.get("previous", self.approved_entry)
        )
        message = world.hash("receipt", receipt)
        self.receipt = receipt + changes.get("signer", session["signer"]).sign(message)
        self.append(b"\x16" + u8(attempt) + message)
        self.status = u8(values.COMPLETED)

    def end(self, event: int, status: int) -> None:
        if self.releases:
            self.append(u8(UNACCOUNTED))
        self.append(u8(event))
        self.status = u8(status)

    def record(self) -> bytes:
        last = self.last_entry or self.world.hash("audit-entry", self.history[-1])
        attempts = len(self.sessions) if self.attempts is None else self.attempts
        return (
            self.body + self.status + u32(self.submitted_at) + u8(attempts)
            + some(self.approved_entry) + last
        )

    def released(self) -> bytes | None:
        if not self.bits:
            return None
        bits = [sum(1 << leaf for leaf in self.bits.get(attempt, ())) for attempt in (1, 2, 3)]
        return b"".join(map(u256, bits)) + u8(self.enough)

    def values(self) -> dict:
        """Keys of the state with their values; none where there is none."""
        id_ = self.id
        found = {
            state.request(id_): self.record(),
            state.approvals(id_): many(self.approvals) if self.approvals else None,
            state.released(id_): self.released(),
            state.receipt(id_): self.receipt,
        }
        for attempt, session in enumerate(self.sessions, 1):
            found[state.session(id_, attempt)] = session["record"]
        for (attempt, leaf), note in self.releases.items():
            found[state.release(id_, attempt, leaf)] = note
        for (attempt, agent), note in self.refusals.items():
            found[state.refusal(id_, attempt, agent)] = note
        return found

    def write(self, target: dict) -> None:
        target.update({key: value for key, value in self.values().items() if value is not None})

    def item(self) -> dict:
        field, found = self.world.field, self.values()
        item = {
            "id": self.id,
            "record": field(self.record()),
            "history": field(many(self.history)),
            "refusals": [
                {"attempt": attempt, "agent": agent, "note": field(note)}
                for (attempt, agent), note in sorted(self.refusals.items())
            ],
            "releases": [
                {"attempt": attempt, "leaf": list(leaf), "note": field(note)}
                for (attempt, leaf), note in sorted(self.releases.items())
            ],
            "sessions": [field(session["record"]) for session in self.sessions],
        }
        optional = {"approvals": state.approvals, "released": state.released, "receipt": state.receipt}
        for name, key in optional.items():
            if found[key(self.id)] is not None:
                item[name] = field(found[key(self.id)])
        if self.shows_payload:
            item["payload"] = field(self.payload)
        return item


def transfer(amount: int = 600, recipient: bytes = b"\xb0" * 20, fee: int = 5) -> bytes:
    made = counted(recipient) + ETHER + u256(amount)
    return many([made]) + some(ETHER + u256(fee))


# -- sound bundles ------------------------------------------------------------------------------


def enrol(world: World, policy_hash: bytes, agents=AGENTS[:3]) -> Operation:
    """An enrolment, completed: its token is in the world."""
    salt = world.bytes()
    key = world.hash("key-id", DESK.id + salt)
    operation = Operation(world, key, policy_hash, b"\0\1" + u32(0) + tree(2, agents), salt=salt)
    operation.open_session()
    operation.approve_all()
    world.next()
    for number, agent in enumerate(agents):
        operation.release(agent, [number + 1], number)
    operation.enough = True
    enrolment = operation.enrolment_of(operation.sessions[0])
    token = ed25519_token(key, 0, enrolment, tree(2, agents), policy_hash)
    world.tokens[(key, 0)] = token
    operation.token, operation.made = token, enrolment
    operation.complete([[1], [2], [3]], result=world.hash("result", token))
    return operation


def sign(world: World, enrolled: Operation, policy_hash: bytes, **changes) -> Operation:
    """A request to sign an Ethereum transaction, with an open session."""
    changes = {"effect": transfer(), "payload": b"a transaction", "enrolment": enrolled.made} | changes
    kind = u8(SIGN) + u8(changes.pop("format", ETHEREUM))
    operation = Operation(world, enrolled.key, policy_hash, kind, **changes)
    operation.open_session()
    return operation


def served(world: World, operation: Operation) -> None:
    """Approved, released by two agents, completed."""
    operation.approve_all()
    world.next()
    operation.release(AGENTS[0], [1], 0)
    operation.release(AGENTS[2], [3], 2)
    operation.enough = True
    operation.complete([[1], [3]])


def succeed(world: World, enrolled: Operation, policy_hash: bytes, kind: int) -> Operation:
    """A refresh, or a reshare to other agents, completed."""
    new_tree = tree() if kind == REFRESH else tree(2, AGENTS[1:])
    operation = u8(kind) + (b"" if kind == REFRESH else u32(0) + new_tree)
    made = Operation(world, enrolled.key, policy_hash, operation, enrolment=enrolled.made)
    made.open_session()
    made.approve_all()
    world.next()
    enrolment = made.enrolment_of(made.sessions[0])
    token = ed25519_token(enrolled.key, 1, enrolment, new_tree, policy_hash)
    world.tokens[(enrolled.key, 1)] = token

    def more(part: int) -> bytes:
        return u8(part) + u32(1) + u32(0) + enrolment + policy_hash + new_tree

    if kind == REFRESH:
        for number in range(3):
            made.release(AGENTS[number], [number + 1], number, more=more(0))
        leaves = [[1], [2], [3]]
    else:
        for number in range(2):
            leaf = number + 1
            made.release(AGENTS[number], [1, leaf], number, aad_leaf=[leaf], more=more(1))
        for number in range(3):
            leaf = number + 1
            made.release(AGENTS[number + 1], [2, leaf], number + 3, aad_leaf=[leaf], more=more(2))
        leaves = [[1, 1], [1, 2], [2, 1], [2, 2], [2, 3]]
    made.enough = True
    made.complete(leaves, result=world.hash("result", token))
    return made


def everything() -> tuple:
    """Every kind of operation and of end, two policies, two changes of validators; and the same
    chain exported earlier."""
    world = World()
    first = world.policy(policy())
    world.next(3)
    enrolled = enrol(world, first)
    world.hand_over(validators("second", 7))
    done = sign(world, enrolled, first)
    done.refuse(AGENTS[1])
    served(world, done)
    done.shows_payload = True
    earlier = world.bundle(0)
    done.release(AGENTS[1], [2], 1)

    denied = sign(world, enrolled, first, format=RAW, effect=many([]) + b"\0")
    denied.approve(ALICE, 0)
    denied.approve(DAVE, 1, decision=1)

    expired = sign(world, enrolled, first)
    expired.approve_all()
    expired.release(AGENTS[0], [1], 0)
    world.next(600)
    expired.end(EXPIRED, values.EXPIRED)

    failed = sign(world, enrolled, first)
    failed.approve_all()
    world.next(30)
    failed.open_session()
    for number in range(2):
        failed.release(AGENTS[number], [number + 1], number, attempt=2)
    failed.enough = True
    world.next(600)
    failed.end(FAILED, values.FAILED)

    pending = sign(world, enrolled, first, lifetime=900)
    pending.approve(BOB, 0)
    pending.approve(ALICE, 0, open=1)
    waiting = sign(world, enrolled, first, lifetime=900)
    waiting.approve_all()
    world.hand_over(validators("third", 4))

    successor = policy(first, maximum=500)
    message = world.hash("policy-change", first + world.hash("policy", successor))
    second = world.policy(successor, [DAVE.id + b"\1" + DAVE.sign(message)], first)
    world.next()
    cancelled = sign(world, enrolled, second, effect=transfer(500))
    cancelled.end(CANCELLED, values.CANCELLED)
    decrypting = Operation(
        world, enrolled.key, second, u8(DECRYPT) + counted(b"\x31" * 1216),
        payload=b"a ciphertext", enrolment=enrolled.made,
    )
    decrypting.open_session()
    served(world, decrypting)
    other = enrol(world, second)
    succeed(world, other, second, REFRESH)
    third = enrol(world, second)
    succeed(world, third, second, RESHARE)
    return world.bundle(0), earlier


class Scene:
    """One operation that is to have one thing wrong."""

    def __init__(self, **changes):
        self.world = World(2)
        self.policy = self.world.policy(policy(**changes.pop("policy", {})))
        self.world.next()
        self.key = self.world.bytes()
        self.made = self.world.bytes()
        committed = changes.pop("committed", self.policy)
        token = ed25519_token(self.key, 0, self.made, tree(), committed)
        self.world.tokens[(self.key, 0)] = token
        changes = {"requester": DESK} | changes
        self.session = changes.pop("session", {})
        fields = {"effect": transfer(), "payload": b"a transaction", "enrolment": self.made}
        kind = changes.pop("operation", u8(SIGN) + u8(ETHEREUM))
        self.operation = Operation(self.world, self.key, self.policy, kind, **(fields | changes))
        self.operation.shows_payload = True

    def opened(self) -> "Scene":
        self.operation.open_session(**self.session)
        return self

    def approved(self) -> "Scene":
        self.opened().operation.approve_all()
        self.world.next()
        return self

    def served(self) -> "Scene":
        served(self.world, self.opened().operation)
        return self

    def bundle(self) -> dict:
        return self.world.bundle()


# -- bundles with one thing wrong ---------------------------------------------------------------


def scenes() -> dict:
    """By name: the rule that is to fail, and the bundle."""
    made = {}

    def add(rule: str, name: str, scene: Scene, edit=None) -> None:
        if edit:
            edit(scene.operation)
        made[f"{rule}: {name}"] = (rule, scene.bundle())

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
    scene.world.tokens[(scene.key, 0)] = token[:32] + u8(4) + token[33:]
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
    made["superseded: an older policy"] = ("superseded", world.bundle())

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
    bitcoin = Scene(operation=u8(SIGN) + u8(BITCOIN), effect=other_asset)
    add("request-rules", "an asset without a limit", bitcoin.opened())

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
    early_release = Scene().opened()
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
    completing("receipt-signature", "by another", signer=ALICE)
    withheld = Scene().served()
    withheld.operation.receipt = None
    add("receipt-logged", "withheld by the chain", withheld)
    world = World(4)
    first = world.policy(policy())
    world.next()
    enrolled = enrol(world, first)
    world.tokens[(enrolled.key, 0)] = enrolled.token[:-1] + some(counted(b"w"))
    made["receipt-token: another token"] = ("receipt-token", world.bundle())

    # the end
    add("status", "said to be denied", Scene().served(), lambda one: setattr(
        one, "status", u8(values.DENIED)))
    add("status", "another stage is said to be open", with_(
        lambda one, _: one.approve(ALICE, 0, open=1)))
    lost = Scene().approved()
    lost.operation.release(AGENTS[0], [1], 0)
    lost.world.next(600)
    lost.operation.append(u8(EXPIRED))
    lost.operation.status = u8(values.EXPIRED)
    add("unaccounted", "not told", lost)
    return made


def _relogged(scene: Scene) -> Scene:
    """Writes the last entry of the log anew, with what the operation's last session now says."""
    world, operation = scene.world, scene.operation
    old = operation.history[-1]
    entry = old[: -(32)] + operation.sessions[-1]["evidence"]
    world.log[-1] = operation.history[-1] = entry
    world.subjects[b"\4" + operation.id] = world.hash("audit-entry", entry)
    return scene


def mutations(bundle: dict) -> dict:
    """By name: the rule that is to fail, and the bundle, changed without the chain's help."""
    made = {}
    other = Scene().served().bundle()

    def add(rule: str, name: str, edit) -> None:
        changed = _copied(bundle)
        edit(changed)
        made[f"{rule}: {name}"] = (rule, changed)

    def completed(changed: dict) -> dict:
        return next(one for one in changed["operations"] if "receipt" in one and one["refusals"])

    add("unknown-version", "a later one", lambda one: one.update(version=2))
    add("unknown-version", "another schema", lambda one: one.update(schema="something"))
    add("malformed", "a key more", lambda one: one.update(extra=1))
    add("malformed", "no log", lambda one: one.pop("log"))
    add("malformed", "operations out of order", lambda one: one["operations"].reverse())
    add("malformed", "an operation twice", lambda one: one["operations"].append(one["operations"][-1]))
    add("malformed", "a field with salt and digest", lambda one: one["tokens"][0]["token"].update(
        digest=bytes(32)))
    add("malformed", "no headers", lambda one: one["head"].update(run=[]))
    add("wrong-genesis", "of another chain", lambda one: one.update(genesis=bytes(32)))
    add("origin", "another first block", lambda one: one["origin"].update(
        header=one["origin"]["header"][:-1] + b"\1"))
    add("origin", "a node is missing", lambda one: one["origin"]["nodes"].pop())
    add("handoff", "one is missing", lambda one: one["handoffs"].pop(0))
    add("handoff", "one twice", lambda one: one["handoffs"].insert(0, one["handoffs"][0]))
    add("handoff", "out of order", lambda one: one["handoffs"].reverse())
    add("handoff", "the other one's justification", lambda one: one["handoffs"][0].update(
        justification=one["handoffs"][1]["justification"]))
    add("finality", "the last handoff is missing", lambda one: one["handoffs"].pop())
    add("finality", "a header is missing", lambda one: one["head"]["run"].pop())
    add("finality", "another head", lambda one: one["head"].update(run=other["head"]["run"]))

    def forged_set(one: dict) -> None:
        last = one["head"]["run"][-1]
        number = int.from_bytes(last[32:36], "little") >> 2
        forged = justification(validators("forged"), number, h256(last), 2)
        one["head"]["justification"] = forged

    add("finality", "by a forged set of authorities", forged_set)

    def retired(one: dict) -> None:
        last = one["head"]["run"][-1]
        number = int.from_bytes(last[32:36], "little") >> 2
        one["head"]["justification"] = justification(validators("first"), number, h256(last), 2)

    add("finality", "by validators that have retired", retired)

    def fewer(one: dict) -> None:
        last = one["head"]["run"][-1]
        number = int.from_bytes(last[32:36], "little") >> 2
        one["head"]["justification"] = justification(
            validators("third", 4), number, h256(last), 2, 2)

    add("finality", "by too few", fewer)
    add("state", "a node is missing", lambda one: one["nodes"].pop(5))
    add("state", "a node more", lambda one: one.update(nodes=sorted([*one["nodes"], b"more"])))
    add("state", "an operation is left out", lambda one: one["operations"].pop(2))
    add("record-unproven", "another chain's operation", lambda one: one.update(operations=sorted(
        [*one["operations"], *other["operations"]], key=lambda item: item["id"])))
    add("log-head", "a shorter log", lambda one: one["log"].update(
        count=one["log"]["count"] - 1, entries=one["log"]["entries"][:-1]))
    add("log-entries", "one is missing", lambda one: one["log"]["entries"].pop(4))
    add("log-entries", "two are swapped", lambda one: one["log"].update(
        entries=[*one["log"]["entries"][:-2], *reversed(one["log"]["entries"][-2:])]))

    def flipped(field: dict) -> None:
        value = field["value"]
        field["value"] = value[:40] + bytes([value[40] ^ 1]) + value[41:]

    add("policy-unproven", "another policy", lambda one: flipped(one["policies"][0]["record"]))
    add("policy-unproven", "the successor is withheld", lambda one: [
        item.pop("successor", None) for item in one["policies"]])
    add("token-unproven", "another token", lambda one: flipped(one["tokens"][0]["token"]))
    add("record-unproven", "another record", lambda one: flipped(completed(one)["record"]))
    add("approvals-unproven", "withheld", lambda one: completed(one).pop("approvals"))

    def fewer_approvals(one: dict) -> None:
        field = completed(one)["approvals"]
        all_ = decode(values.approvals, field["value"])
        field["value"] = many(item.raw for item in all_[1:])

    add("approvals-unproven", "one is removed", fewer_approvals)
    add("released-unproven", "withheld", lambda one: completed(one).pop("released"))
    add("receipt-unproven", "withheld", lambda one: completed(one).pop("receipt"))

    def spliced(one: dict) -> None:
        first, second = [item for item in one["operations"] if "receipt" in item][:2]
        first["receipt"], second["receipt"] = second["receipt"], first["receipt"]

    add("receipt-unproven", "two are exchanged", spliced)
    add("session-unproven", "another", lambda one: flipped(completed(one)["sessions"][0]))
    add("release-unproven", "another", lambda one: flipped(completed(one)["releases"][0]["note"]))
    add("refusal-unproven", "another", lambda one: flipped(completed(one)["refusals"][0]["note"]))
    add("history", "cut", lambda one: completed(one)["history"].update(value=many(
        item.raw for item in decode(values.history, completed(one)["history"]["value"])[:-1])))
    add("undecodable", "a history of other bytes", lambda one: completed(one)["history"].update(
        value=b"\4\0"))
    add("payload", "another", lambda one: completed(one)["payload"].update(value=b"other"))

    def unproven(one: dict) -> None:
        item = completed(one)
        item["record"] = redacted(one["genesis"], item["record"])

    add("payload", "its request is withheld", unproven)

    def rewritten(one: dict) -> None:
        item = completed(one)
        item["record"] = redacted(one["genesis"], item["record"])
        item["payload"] = redacted(one["genesis"], item["payload"])
        item["history"]["value"] = many(
            entry.raw for entry in decode(values.history, item["history"]["value"])[:-1]
        )

    add("history", "cut, where the record is withheld", rewritten)
    add("bundle-id", "another salt", lambda one: completed(one)["record"].update(salt=bytes(32)))
    add("bundle-id", "another id", lambda one: one.update(id=bytes(32)))
    return made


def _copied(value):
    if isinstance(value, dict):
        return {key: _copied(item) for key, item in value.items()}
    return [_copied(item) for item in value] if isinstance(value, list) else value


# What is withheld together.
REDACTIONS = [
    ["policy"],
    ["token"],
    ["payload", "record"],
    ["history"],
    ["payload"],
    ["receipt"],
    ["released"],
    ["approvals"],
    ["session"],
    ["release"],
    ["refusal"],
    ["approvals", "history", "policy"],
    ["release", "session"],
]
REDACTIONS.append(sorted({kind for kinds in REDACTIONS for kind in kinds}))


def withhold(bundle: dict, kinds: list) -> dict:
    """The bundle with every field of these kinds withheld."""
    genesis, changed = bundle["genesis"], _copied(bundle)

    def part(holder: dict, key: str, kind: str) -> None:
        if kind in kinds and key in holder:
            holder[key] = redacted(genesis, holder[key])

    for item in changed["policies"]:
        part(item, "record", "policy")
    for item in changed["tokens"]:
        part(item, "token", "token")
    for item in changed["operations"]:
        for kind in ("record", "history", "payload", "receipt", "released", "approvals"):
            part(item, kind, kind)
        part(item, "sessions", "session")
        for release in item["releases"]:
            part(release, "note", "release")
        for refusal in item["refusals"]:
            part(refusal, "note", "refusal")
    return changed


def _spliced(old: bytes, new: bytes) -> dict:
    """What makes one of two files of the other."""
    shorter, start, end = min(len(old), len(new)), 0, 0
    while start < shorter and old[start] == new[start]:
        start += 1
    while end < shorter - start and old[-1 - end] == new[-1 - end]:
        end += 1
    inserted = new[start : len(new) - end]
    return {"at": start, "remove": len(old) - start - end, "insert": inserted.hex()}


def _judged(name: str, data: bytes, genesis: bytes, rule: str | None) -> dict:
    report = verify(data, genesis)
    assert report.first_rule() == rule, (name, str(report), report.detail)
    return {
        "name": name,
        "genesis": genesis.hex(),
        "id": report.id.hex() if report.id else "",
        "verdict": str(report),
        "parts": [str(part) for part in report.parts()],
    }


def _write(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (whole, earlier), single = everything(), Scene().served().bundle()
    files = {"everything": (None, whole), "one operation": (None, single), "earlier": (None, earlier)}
    files |= scenes()
    expected = {"files": [], "redacted": [], "changed": [], "bytes": []}
    for number, (name, (rule, bundle)) in enumerate(files.items()):
        data = encode(bundle)
        (folder / f"{number:03}.cbor").write_bytes(data)
        judged_ = _judged(name, data, bundle["genesis"], rule)
        expected["files"].append({"file": f"{number:03}.cbor"} | judged_)
    for kinds in REDACTIONS:
        changed = encode(withhold(whole, kinds))
        judged_ = _judged(str(kinds), changed, whole["genesis"], None)
        hashed = {"kinds": kinds, "hash": h256(changed).hex()}
        expected["redacted"].append(hashed | judged_)
    data = encode(whole)
    for name, (rule, bundle) in mutations(whole).items():
        changed = encode(bundle)
        judged_ = _judged(name, changed, whole["genesis"], rule)
        expected["changed"].append(_spliced(data, changed) | judged_)
    data, chosen = encode(single), random.Random(7)
    for _ in range(1000):
        at, change_ = chosen.randrange(len(data)), chosen.randrange(1, 256)
        changed = data[:at] + bytes([data[at] ^ change_]) + data[at + 1 :]
        report = verify(changed, single["genesis"])
        assert report.first_rule(), (at, change_)
        expected["bytes"].append([at, change_, str(report)])
    (folder / "expected.json").write_text(json.dumps(expected, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    _write(Path(sys.argv[1]))
