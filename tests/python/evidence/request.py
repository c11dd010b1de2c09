"""Rules of the request itself: its history, policy and tree; and where it stands at the end (sections 7, 11
and 12)."""

from . import state, values
from .broken import Broken, require
from .container import seen
from .events import (
    DENIAL,
    DONE,
    EPOCH_ENDED,
    HAS_FAILED,
    IS_APPROVED,
    RELEASED,
    SUBMITTED,
    TIMED_OUT,
    UNACCOUNTED,
    WITHDRAWN,
)
from .policy import allows, form_of, payload_hash
from .scale import ScaleError, h256, tagged
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
    RESHARE,
    STATUS,
    TRANSFER,
)

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


def judge_request(case) -> None:
    body, record = case.body, case.record
    if record is not None:
        require(tagged("request", case.genesis, body.raw) == case.id, "request-id")
    if case.history is not None:
        judge_history(case)
    if record is not None and case.history is not None:
        first = case.history[0]
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
            and len(case.events(SUBMITTED)) == 1,
            "submitted",
        )
    if record is not None:
        require(len(case.sessions) == record.attempts, "attempts")
    payload = seen(case.item.get("payload"))
    if payload is not None:
        require(record is not None, "payload", "its request is withheld")
        found = payload_hash(case.genesis, form_of(body.operation), payload)
        require(found == body.payload_hash, "payload")


def judge_history(case) -> None:
    def need(condition: bool, detail: str) -> None:
        require(condition, "history", detail)

    need(bool(case.history), "it is empty")
    before, index, block = bytes(32), -1, 0
    for entry in case.history:
        need(entry.subject == (4, case.id), "another subject")
        need(entry.subject_previous == before, "a broken link")
        need(entry.index > index and entry.block >= block, "another order")
        need(entry.block <= case.context.head, "after the head")
        for known in (case.context.entries, case.context.included):
            logged = known.get(entry.index)
            need(logged is None or logged.raw == entry.raw, "the log has another entry")
        before = tagged("audit-entry", case.genesis, entry.raw)
        index, block = entry.index, entry.block
    need(
        case.context.proof.hash(state.newest_entry(case.id)) == h256(before),
        "the state has another newest entry",
    )
    if case.record is not None:
        need(before == case.record.last_entry, "the record has another newest entry")


def judge_policy(case) -> None:
    if case.record is None:
        return
    body, context = case.body, case.context
    case.policy = case.policy_of(body.policy, "policy")
    kind = body.operation[0]
    known = context.tokens.get((body.key, body.epoch))
    if kind != ENROL and known is not None and known.value is not None and not known.failed:
        judge_lineage(case, known.value)
    successor = context.policies[body.policy].successor
    if successor is not None:
        next_ = case.policy_of(successor, "superseded")
        if next_ is not None:
            require(next_.created_at >= case.record.submitted_at, "superseded")
    case.token = None
    if kind != ENROL:
        case.token = case.known(context.tokens, (body.key, body.epoch), "token", "token")
    make_tree(case)
    if case.policy is not None:
        allowed = allows(case.genesis, case.policy.policy, body, case.record.submitted_at)
        require(allowed, "request-rules")


def judge_lineage(case, token) -> None:
    at = case.body.policy
    for _ in range(32):
        record = case.policy_of(at, "lineage")
        if at == token.policy_hash or record is None:
            return
        require(record.policy.predecessor is not None, "lineage", "it begins elsewhere")
        at = record.policy.predecessor
    raise Broken("lineage", "too many policies")


def make_tree(case) -> None:
    operation = case.body.operation
    kind = operation[0]
    if kind == ENROL:
        case.tree = operation[3]
        case.present = set(range(len(case.tree.leaves)))
    elif case.token is not None:
        old = case.token.tree
        case.tree = old
        corrections = enumerate(case.token.corrections)
        case.present = {leaf for leaf, correction in corrections if correction is not None}
        if kind in (RESHARE, TRANSFER):
            try:
                case.tree = values.Tree([(1, 2, 2), *old.nodes, *operation[2].nodes])
            except ScaleError as error:
                raise Broken("tree") from error
            case.present |= set(range(len(old.leaves), len(case.tree.leaves)))


def judge_end(case) -> None:
    if case.record is None or case.history is None:
        return
    status = None
    for entry in case.history:
        event = entry.event[0]
        if event == RELEASED:
            status = EXECUTING if status == APPROVED else status
        else:
            status = _AFTER.get(event, status)
    found = case.record.status
    require(found[0] == status, "status", f"{STATUS[found[0]]}")
    if status == PENDING and case.policy is not None and case.approvals is not None:
        require(found[1] == case.stage, "status", "another stage")
    if status in (EXPIRED, CANCELLED, FAILED) and case.item["releases"]:
        require(bool(case.events(UNACCOUNTED)), "unaccounted")
