"""Rules of an operation (sections 7, 11 and 12)."""

from . import state, values
from .broken import Broken, require
from .policy import Tally, allows, form_of, payload_hash
from .scale import ScaleError, compact, counted, decode, h256, path, tagged
from .signatures import by_person, by_sr25519
from .values import (
    APPROVED,
    CANCELLED,
    COMPLETED,
    DENIED,
    ENROL,
    EXECUTING,
    EXPIRED,
    FAILED,
    PENDING,
    RAW,
    REFRESH,
    RESHARE,
    STATUS,
    TRANSFER,
)

SUBMITTED, GIVEN, IS_APPROVED, DENIAL, OPENED, RELEASED, REFUSED, DONE = range(15, 23)
TIMED_OUT, WITHDRAWN, UNACCOUNTED, HAS_FAILED, EPOCH_ENDED = 23, 24, 25, 28, 33


def _u32(number: int) -> bytes:
    return number.to_bytes(4, "little")


def _u8(number: int) -> bytes:
    return bytes([number])


def seen(field: dict | None):
    """The bytes of a field; none if it is withheld."""
    return None if field is None else field.get("value")


class Known:
    """A policy or token of the bundle, as operations find it."""

    def __init__(self, value=None, failed: bool = False, successor: bytes | None = None):
        self.value, self.failed, self.successor = value, failed, successor


class Operation:
    """One that is being judged. `self.withheld` grows by what a rule could not see."""

    def __init__(self, context, item: dict):
        self.context, self.item = context, item
        self.genesis, self.id = context.genesis, item["id"]
        self.withheld, self.findings = set(), set()
        self.record = self.history = self.tree = self.policy = self.status = None

    # -- what is there ---------------------------------------------------------------------------

    def check_proven(self) -> None:
        proves, item, id_ = self.context.proves, self.item, self.id
        require(proves(state.request(id_), item["record"]), "record-unproven")
        for name, key in (
            ("approvals", state.approvals),
            ("released", state.released),
            ("receipt", state.receipt),
        ):
            require(proves(key(id_), item.get(name)), f"{name}-unproven")
        for attempt, session in enumerate(item["sessions"], 1):
            require(proves(state.session(id_, attempt), session), "session-unproven")
        for one in item["releases"]:
            key = state.release(id_, one["attempt"], one["leaf"])
            require(proves(key, one["note"]), "release-unproven")
        for one in item["refusals"]:
            key = state.refusal(id_, one["attempt"], one["agent"])
            require(proves(key, one["note"]), "refusal-unproven")

    def _open(self, field: dict | None, kind, name: str):
        data = seen(field)
        if data is None:
            if field is not None:
                self.withheld.add(name)
            return None
        try:
            return decode(kind, data)
        except ScaleError as error:
            raise Broken("undecodable", name) from error

    def open(self) -> None:
        item = self.item
        self.record = self._open(item["record"], values.record, "record")
        self.body = self.record and self.record.body
        self.approvals = self._open(item.get("approvals"), values.approvals, "approvals")
        if "approvals" not in item:
            self.approvals = []
        self.released = self._open(item.get("released"), values.released, "released")
        self.receipt = self._open(item.get("receipt"), values.signed_receipt, "receipt")
        self.sessions = [self._open(one, values.session_record, "session") for one in item["sessions"]]
        self.releases = [self._open(one["note"], values.release, "release") for one in item["releases"]]
        self.refusals = [self._open(one["note"], values.refusal, "refusal") for one in item["refusals"]]
        self.history = self._open(item["history"], values.history, "history")
        if "payload" in item and seen(item["payload"]) is None:
            self.withheld.add("payload")

    def is_hidden(self, name: str) -> bool:
        """Whether the bundle has it, and does not show it."""
        return name in self.item and seen(self.item[name]) is None

    def session(self, attempt: int):
        return self.sessions[attempt - 1] if 1 <= attempt <= len(self.sessions) else None

    def events(self, *kinds: int) -> list:
        return [entry.event for entry in self.history if entry.event[0] in kinds]

    def _known(self, pool: dict, key, rule: str, name: str):
        known = pool.get(key)
        require(known is not None, rule, f"{name} is not in the bundle")
        require(not known.failed, rule, f"{name} breaks a rule of its own")
        if known.value is None:
            self.withheld.add(name)
        return known.value

    def policy_of(self, hash_: bytes, rule: str):
        return self._known(self.context.policies, hash_, rule, "policy")

    # -- the rules -------------------------------------------------------------------------------

    def judge(self) -> None:
        self.check_proven()
        self.open()
        self.find()
        self.judge_request()
        self.judge_policy()
        self.judge_approvals()
        self.judge_sessions()
        self.judge_releases()
        self.judge_refusals()
        self.judge_receipt()
        self.judge_end()

    def find(self) -> None:
        self.status = self.record and STATUS[self.record.status[0]]
        if any(one and one.measurement.kind == 0 for one in self.sessions):
            self.findings.add("simulated")
        if self.item["releases"] and "receipt" not in self.item:
            self.findings.add("unaccounted")
        if self.body and form_of(self.body.operation) == RAW:
            self.findings.add("raw")

    def judge_request(self) -> None:
        body, record = self.body, self.record
        if record is not None:
            require(tagged("request", self.genesis, body.raw) == self.id, "request-id")
        if self.history is not None:
            self.judge_history()
        if record is not None and self.history is not None:
            first = self.history[0]
            submitted = (
                SUBMITTED,
                body.requester,
                body.key,
                body.operation[0],
                body.payload_hash,
                body.policy,
            )
            require(
                first.event == submitted
                and first.block == record.submitted_at
                and len(self.events(SUBMITTED)) == 1,
                "submitted",
            )
        if record is not None:
            require(len(self.sessions) == record.attempts, "attempts")
        payload = seen(self.item.get("payload"))
        if payload is not None:
            require(record is not None, "payload", "its request is withheld")
            found = payload_hash(self.genesis, form_of(body.operation), payload)
            require(found == body.payload_hash, "payload")

    def judge_history(self) -> None:
        def need(condition: bool, detail: str) -> None:
            require(condition, "history", detail)

        need(bool(self.history), "it is empty")
        before, index, block = bytes(32), -1, 0
        for entry in self.history:
            need(entry.subject == (4, self.id), "another subject")
            need(entry.subject_previous == before, "a broken link")
            need(entry.index > index and entry.block >= block, "another order")
            need(entry.block <= self.context.head, "after the head")
            logged = self.context.log.get(entry.index)
            need(logged is None or logged.raw == entry.raw, "the log has another entry")
            before = tagged("audit-entry", self.genesis, entry.raw)
            index, block = entry.index, entry.block
        need(
            self.context.proof.hash(state.newest_entry(self.id)) == h256(before),
            "the state has another newest entry",
        )
        if self.record is not None:
            need(before == self.record.last_entry, "the record has another newest entry")

    def judge_policy(self) -> None:
        if self.record is None:
            return
        body, context = self.body, self.context
        self.policy = self.policy_of(body.policy, "policy")
        kind = body.operation[0]
        known = context.tokens.get((body.key, body.epoch))
        if kind != ENROL and known is not None and known.value is not None and not known.failed:
            self.judge_lineage(known.value)
        successor = context.policies[body.policy].successor
        if successor is not None:
            next_ = self.policy_of(successor, "superseded")
            if next_ is not None:
                require(next_.created_at >= self.record.submitted_at, "superseded")
        self.token = None
        if kind != ENROL:
            self.token = self._known(context.tokens, (body.key, body.epoch), "token", "token")
        self.make_tree()
        if self.policy is not None:
            allowed = allows(self.genesis, self.policy.policy, body, self.record.submitted_at)
            require(allowed, "request-rules")

    def judge_lineage(self, token) -> None:
        at = self.body.policy
        for _ in range(32):
            record = self.policy_of(at, "lineage")
            if at == token.policy_hash or record is None:
                return
            require(record.policy.predecessor is not None, "lineage", "it begins elsewhere")
            at = record.policy.predecessor
        raise Broken("lineage", "too many policies")

    def make_tree(self) -> None:
        operation = self.body.operation
        kind = operation[0]
        if kind == ENROL:
            self.tree = operation[3]
            self.present = set(range(len(self.tree.leaves)))
        elif self.token is not None:
            old = self.token.tree
            self.tree = old
            corrections = enumerate(self.token.corrections)
            self.present = {leaf for leaf, correction in corrections if correction is not None}
            if kind in (RESHARE, TRANSFER):
                try:
                    self.tree = values.Tree([(1, 2, 2), *old.nodes, *operation[2].nodes])
                except ScaleError as error:
                    raise Broken("tree") from error
                self.present |= set(range(len(old.leaves), len(self.tree.leaves)))

    def takes_part(self, agent: bytes, leaf=None) -> bool:
        """Whether a leaf that takes part, at this path if one is given, is this agent's."""
        return any(
            number in self.present
            and (participant, id_) == (0, agent)
            and (leaf is None or tuple(leaf) == path_)
            for number, (path_, participant, id_) in enumerate(self.tree.leaves)
        )

    def judge_approvals(self) -> None:
        approvals, history = self.approvals, self.history
        if approvals is None:
            return
        policy = self.record and self.policy
        tally = None
        if policy and history is not None:
            tally = Tally(self.genesis, policy.policy, self.body, self.id)
            decided = [entry for entry in history if entry.event[0] in (GIVEN, DENIAL)]
            for number, signed in enumerate(approvals):
                require(number < len(decided), "approvals", "one is not in the log")
                require(tally.add(signed, decided[number].block), "approvals")
        for signed in approvals:
            message = tagged("approval", signed.approval.genesis, signed.approval.raw)
            require(by_person(signed.approver, message, signed.signature), "approval-signature")
        if history is None:
            return
        expected = []
        for signed in approvals:
            message = tagged("approval", signed.approval.genesis, signed.approval.raw)
            if signed.approval.decision == 0:
                expected.append((GIVEN, signed.approver, signed.approval.stage, message))
            else:
                expected.append((DENIAL, signed.approver, message))
        require(self.events(GIVEN, DENIAL) == expected, "approvals-logged")
        if tally is None:
            return
        self.stage = tally.stage
        kinds = [entry.event[0] for entry in history]
        if not tally.approved:
            none = IS_APPROVED not in kinds and self.record.approved_entry is None
            require(none, "approved")
            return
        last = max(at for at, kind in enumerate(kinds) if kind in (GIVEN, DENIAL))
        places = [at for at, kind in enumerate(kinds) if kind == IS_APPROVED]
        require(places == [last + 1], "approved")
        hash_ = tagged("audit-entry", self.genesis, history[last + 1].raw)
        require(self.record.approved_entry == hash_, "approved")

    def judge_sessions(self) -> None:
        before = 0
        for attempt, one in enumerate(self.sessions, 1):
            if one is not None and before is not None:
                bound = (
                    one.session.request == self.id
                    and one.session.attempt == attempt
                    and one.deadline == min(one.opened_at + one.session.lifetime, 0xFFFFFFFF)
                    and (attempt == 1 or one.opened_at > before)
                )
                require(bound, "session-binding")
            before = None if one is None else one.deadline
        shown = [one for one in self.sessions if one is not None]
        for one in shown:
            session = one.session
            attested = tagged(
                "report-data",
                self.genesis,
                session.id
                + session.request
                + _u8(session.attempt)
                + counted(session.kem_public)
                + session.signing_public
                + session.finalised_hash,
            )
            simulated = b"regent/simulated-evidence/v1" + one.measurement.digest + attested
            same_kind = session.evidence.kind == one.measurement.kind
            require(same_kind and session.evidence.bytes == simulated, "session-evidence")
        policy = self.record and self.policy
        if policy:
            accepted = [item.raw for item in policy.policy.measurements]
            for one in shown:
                require(one.measurement.raw in accepted, "session-measurement")
        if self.history is None or len(shown) < len(self.sessions):
            return
        logged = [
            (*entry.event[1:], entry.block) for entry in self.history if entry.event[0] == OPENED
        ]
        expected = [
            (attempt, one.session.id, self.evidence_hash(one.session), one.opened_at)
            for attempt, one in enumerate(shown, 1)
        ]
        require(logged == expected, "sessions-logged")

    def evidence_hash(self, session) -> bytes:
        return tagged("evidence", self.genesis, session.evidence.raw)

    def enrolment_of(self, session) -> bytes:
        keys = counted(session.kem_public) + session.signing_public
        return tagged("enrolment-id", self.genesis, self.id + session.id + keys)

    def made_by(self, session):
        """The token that a session made, and whether it may be one that is withheld."""
        enrolment = self.enrolment_of(session)
        of_key = [known for (key, _), known in self.context.tokens.items() if key == self.body.key]
        of_key = [known for known in of_key if not known.failed]
        for known in of_key:
            if known.value is not None and known.value.enrolment_id == enrolment:
                return known.value, False
        return None, any(known.value is None for known in of_key)

    def judge_releases(self) -> None:
        items = list(zip(self.item["releases"], self.releases))
        shown = [one for one in self.releases if one is not None]
        for item, one in items:
            if one is None:
                continue
            require(item["attempt"] <= len(self.sessions), "release-binding")
            session = self.session(item["attempt"])
            if session is not None:
                bound = (
                    one.request == self.id
                    and one.attempt == item["attempt"]
                    and one.leaf == item["leaf"]
                    and one.session == session.session.id
                )
                require(bound, "release-binding")
        if self.tree is not None:
            for one in shown:
                require(self.takes_part(one.agent, one.leaf), "release-leaf")
        if self.body is not None:
            for one in shown:
                self.judge_aad(one)
        for one in shown:
            message = tagged(
                "release",
                self.genesis,
                one.request
                + _u8(one.attempt)
                + one.session
                + path(one.leaf)
                + one.sealed_hash
                + one.aad
                + one.finalised_hash,
            )
            require(by_sr25519(one.agent, message, one.signature), "release-signature")
        if self.history is not None and len(shown) == len(self.releases):
            self.judge_releases_logged(shown)
        if self.tree is not None and not self.is_hidden("released"):
            self.judge_released()

    def judge_aad(self, release) -> None:
        session, kind = self.session(release.attempt), self.body.operation[0]
        if session is None or (kind != ENROL and self.token is None):
            return
        session, leaf, more = session.session, list(release.leaf), b""
        enrolment = self.enrolment_of(session) if kind == ENROL else self.token.enrolment_id
        if kind in (REFRESH, RESHARE, TRANSFER):
            made, hidden = self.made_by(session)
            if made is None:
                if hidden:
                    self.withheld.add("token")
                return
            part = 0
            if kind != REFRESH:
                part = 1 if leaf[0] == 1 else 2
                leaf = leaf[1:]
            nodes = compact(len(made.tree.nodes)) + b"".join(map(_node, made.tree.nodes))
            more = _u8(part) + _u32(made.epoch) + _u32(made.window)
            more += made.enrolment_id + made.policy_hash + nodes
        fields = (
            self.id
            + _u8(release.attempt)
            + session.id
            + tagged("kem-public", self.genesis, counted(session.kem_public))
            + self.evidence_hash(session)
            + self.body.key
            + _u32(self.body.epoch)
            + enrolment
            + path(leaf)
            + _u8(kind)
            + self.body.payload_hash
            + self.body.policy
            + more
        )
        require(release.aad == tagged("aad", self.genesis, fields), "release-aad")

    def judge_releases_logged(self, releases: list) -> None:
        approved, logged = False, []
        for entry in self.history:
            approved = approved or entry.event[0] == IS_APPROVED
            if entry.event[0] == RELEASED:
                require(approved, "releases-logged")
                logged.append(entry.event[1:])
        expected = [(one.attempt, one.agent, one.leaf, one.aad) for one in releases]
        require(sorted(logged) == sorted(expected), "releases-logged")

    def judge_released(self) -> None:
        items = self.item["releases"]
        leaves = {1: set(), 2: set(), 3: set()}
        for item in items:
            number = self.tree.number(item["leaf"])
            require(number is not None, "released")
            leaves[item["attempt"]].add(number)
        if not items:
            require(self.released is None, "released")
            return
        require(self.released is not None, "released")
        found = [self.released.first, self.released.second, self.released.third]
        for attempt, bits in enumerate(found, 1):
            expected = sum(1 << leaf for leaf in leaves[attempt])
            require(int.from_bytes(bits, "little") == expected, "released")
        spare = 1 if self.body.operation[0] == ENROL else 0
        enough = any(self.tree.satisfied(some, spare) for some in leaves.values())
        require(self.released.enough == enough, "released")

    def judge_refusals(self) -> None:
        shown = [one for one in self.refusals if one is not None]
        if self.tree is not None:
            for item, one in zip(self.item["refusals"], self.refusals):
                if one is not None:
                    bound = (
                        one.request == self.id
                        and one.attempt == item["attempt"]
                        and one.agent == item["agent"]
                        and self.takes_part(one.agent)
                    )
                    require(bound, "refusal-binding")
        for one in shown:
            said = one.request + _u8(one.attempt) + one.agent + _u8(one.reason) + one.finalised_hash
            message = tagged("refusal", self.genesis, said)
            require(by_sr25519(one.agent, message, one.signature), "refusal-signature")
        if self.history is not None and len(shown) == len(self.refusals):
            logged = sorted(event[1:] for event in self.events(REFUSED))
            expected = sorted((one.attempt, one.agent, one.reason) for one in shown)
            require(logged == expected, "refusals-logged")

    def judge_receipt(self) -> None:
        if self.receipt is not None:
            self.judge_signed()
        if self.history is None or self.is_hidden("receipt"):
            return
        expected = []
        if self.receipt is not None:
            receipt = self.receipt.receipt
            expected = [(DONE, receipt.attempt, tagged("receipt", self.genesis, receipt.raw))]
        require(self.events(DONE) == expected, "receipt-logged")

    def judge_signed(self) -> None:
        receipt, body = self.receipt.receipt, self.body
        require(1 <= receipt.attempt <= len(self.sessions), "receipt-binding")
        record = self.session(receipt.attempt)
        if body is not None and record is not None:
            bound = (
                receipt.request == self.id
                and receipt.key == body.key
                and receipt.epoch == body.epoch
                and receipt.operation == body.operation[0]
                and receipt.payload_hash == body.payload_hash
                and receipt.policy == body.policy
                and receipt.previous == self.record.approved_entry
                and receipt.session == record.session.id
            )
            require(bound, "receipt-binding")
        if self.tree is not None:
            numbers = [self.tree.number(leaf) for leaf in receipt.leaves]
            enough = (
                None not in numbers
                and len(set(numbers)) == len(numbers)
                and set(numbers) <= self.present
                and self.tree.satisfied(set(numbers))
            )
            require(enough, "receipt-leaves")
        if record is None:
            return
        message = tagged("receipt", self.genesis, receipt.raw)
        signed = by_sr25519(record.session.signing_public, message, self.receipt.signature)
        require(signed, "receipt-signature")
        if body is None or body.operation[0] not in (ENROL, REFRESH, RESHARE, TRANSFER):
            return
        token, hidden = self.made_by(record.session)
        if token is None and hidden:
            self.withheld.add("token")
            return
        require(token is not None, "receipt-token", "it is not in the bundle")
        require(tagged("result", self.genesis, token.raw) == receipt.result_hash, "receipt-token")

    def judge_end(self) -> None:
        if self.record is None or self.history is None:
            return
        status = None
        for entry in self.history:
            event = entry.event[0]
            if event == RELEASED:
                status = EXECUTING if status == APPROVED else status
            else:
                status = _AFTER.get(event, status)
        found = self.record.status
        require(found[0] == status, "status", f"{STATUS[found[0]]}")
        if status == PENDING and self.policy is not None and self.approvals is not None:
            require(found[1] == self.stage, "status", "another stage")
        if status in (EXPIRED, CANCELLED, FAILED) and self.item["releases"]:
            require(bool(self.events(UNACCOUNTED)), "unaccounted")


_AFTER = {
    SUBMITTED: PENDING,
    IS_APPROVED: APPROVED,
    DONE: COMPLETED,
    DENIAL: DENIED,
    TIMED_OUT: EXPIRED,
    WITHDRAWN: CANCELLED,
    EPOCH_ENDED: CANCELLED,
    HAS_FAILED: FAILED,
}


def _node(node: tuple) -> bytes:
    if node[0] == 0:
        return bytes([0, node[1]]) + node[2]
    return b"\1" + node[1].to_bytes(2, "little") + node[2].to_bytes(2, "little")
