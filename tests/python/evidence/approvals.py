"""Rules of the approvals (sections 7 and 10)."""

from .broken import require
from .events import DENIAL, GIVEN, IS_APPROVED
from .policy import Tally
from .scale import tagged
from .signatures import by_person


def judge_approvals(case) -> None:
    approvals, history = case.approvals, case.history
    if approvals is None:
        return
    policy = case.record and case.policy
    tally = None
    if policy and history is not None:
        tally = Tally(case.genesis, policy.policy, case.body, case.id)
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
    require(case.events(GIVEN, DENIAL) == expected, "approvals-logged")
    if tally is None:
        return
    case.stage = tally.stage
    kinds = [entry.event[0] for entry in history]
    if not tally.approved:
        none = IS_APPROVED not in kinds and case.record.approved_entry is None
        require(none, "approved")
        return
    last = max(at for at, kind in enumerate(kinds) if kind in (GIVEN, DENIAL))
    places = [at for at, kind in enumerate(kinds) if kind == IS_APPROVED]
    require(places == [last + 1], "approved")
    hash_ = tagged("audit-entry", case.genesis, history[last + 1].raw)
    require(case.record.approved_entry == hash_, "approved")
