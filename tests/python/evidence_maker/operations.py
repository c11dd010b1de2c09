"""A request, made step by step."""

from evidence import state, values
from evidence.policy import payload_hash
from evidence.scale import counted, path
from evidence.values import DECRYPT, EMPTY, RAW, SIGN

from .chain import World
from .encoding import many, some, u8, u32, u256
from .people import ALICE, BOB, CAROL, DESK, Person
from .policies import MEASUREMENT

# Entry of the log.
UNACCOUNTED = 25


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
            "finalised": changes.get("finalised") or world.final(),
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
        sealed, final = world.bytes(), changes.get("final") or world.final()
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
        final = changes.get("final") or self.world.final()
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
            + changes.get("session", session["id"]) + (changes.get("final") or world.final())
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
