"""An operation that is being judged: what can be seen of it, and its rules in their order (section 7)."""

from . import approvals, payload, receipts, refusals, releases, request, sessions, state, values
from .broken import Broken, require
from .container import seen
from .events import IS_APPROVED
from .policy import form_of
from .scale import ScaleError, decode
from .values import RAW, STATUS


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

    def known(self, pool: dict, key, rule: str, name: str):
        known = pool.get(key)
        require(known is not None, rule, f"{name} is not in the bundle")
        require(not known.failed, rule, f"{name} breaks a rule of its own")
        if known.value is None:
            self.withheld.add(name)
        return known.value

    def policy_of(self, hash_: bytes, rule: str):
        return self.known(self.context.policies, hash_, rule, "policy")

    def judge_block(self, named: bytes, rule: str) -> int:
        """A block that is named is one of those that are shown to be ancestors. Its height."""
        require(named in self.context.blocks, rule, "a block is not shown to be an ancestor")
        return self.context.blocks[named]

    def judge_state(self, named: bytes, attempt: int, rule: str) -> None:
        """The same of a block whose state has the approval and the session, where they can be seen."""
        found, session = self.judge_block(named, rule), self.session(attempt)
        approved = [entry.block for entry in self.history or [] if entry.event[0] == IS_APPROVED]
        require(not approved or approved[0] <= found, rule, "before the approval")
        require(session is None or session.opened_at <= found, rule, "before the session")

    def judge(self) -> None:
        self.check_proven()
        self.open()
        self.find()
        request.judge_request(self)
        request.judge_policy(self)
        payload.judge_payload_effect(self, seen(self.item.get("payload")))
        approvals.judge_approvals(self)
        sessions.judge_sessions(self)
        releases.judge_releases(self)
        refusals.judge_refusals(self)
        receipts.judge_receipt(self)
        request.judge_end(self)

    def find(self) -> None:
        self.status = self.record and STATUS[self.record.status[0]]
        if any(one and one.measurement.kind == 0 for one in self.sessions):
            self.findings.add("simulated")
        accounted = self.receipt and self.receipt.receipt.attempt
        attempts = {one["attempt"] for one in self.item["releases"]}
        if not self.is_hidden("receipt") and attempts - {accounted}:
            self.findings.add("unaccounted")
        if self.body and form_of(self.body.operation) == RAW:
            self.findings.add("raw")
        known = self.body and self.context.policies.get(self.body.policy)
        if known and known.value is not None and not known.failed:
            kind, conditions = self.body.operation[0], known.value.policy.conditions
            if any(kind in condition.operations for condition in conditions):
                self.findings.add("conditions")

    def takes_part(self, agent: bytes, leaf=None) -> bool:
        """Whether a leaf that takes part, at this path if one is given, is this agent's."""
        return any(
            number in self.present
            and (participant, id_) == (0, agent)
            and (leaf is None or tuple(leaf) == path_)
            for number, (path_, participant, id_) in enumerate(self.tree.leaves)
        )
