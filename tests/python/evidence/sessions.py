"""Rules of the sessions (section 7)."""

from .broken import require
from .events import OPENED
from .scale import counted, tagged, u8_of


def judge_sessions(case) -> None:
    before = 0
    for attempt, one in enumerate(case.sessions, 1):
        if one is not None and before is not None:
            bound = (
                one.session.request == case.id
                and one.session.attempt == attempt
                and one.deadline == min(one.opened_at + one.session.lifetime, 0xFFFFFFFF)
                and (attempt == 1 or one.opened_at > before)
            )
            require(bound, "session-binding")
        before = None if one is None else one.deadline
    shown = [one for one in case.sessions if one is not None]
    for one in shown:
        session = one.session
        attested = tagged(
            "report-data",
            case.genesis,
            session.id
            + session.request
            + u8_of(session.attempt)
            + counted(session.kem_public)
            + session.signing_public
            + session.finalised_hash,
        )
        simulated = b"regent/simulated-evidence/v1" + one.measurement.digest + attested
        same_kind = session.evidence.kind == one.measurement.kind
        require(same_kind and session.evidence.bytes == simulated, "session-evidence")
    policy = case.record and case.policy
    if policy:
        accepted = [item.raw for item in policy.policy.measurements]
        for one in shown:
            require(one.measurement.raw in accepted, "session-measurement")
    for one in shown:
        case.judge_block(one.session.finalised_hash, "session-block")
    if case.history is None or len(shown) < len(case.sessions):
        return
    logged = [
        (*entry.event[1:], entry.block) for entry in case.history if entry.event[0] == OPENED
    ]
    expected = [
        (attempt, one.session.id, evidence_hash(case, one.session), one.opened_at)
        for attempt, one in enumerate(shown, 1)
    ]
    require(logged == expected, "sessions-logged")


def evidence_hash(case, session) -> bytes:
    return tagged("evidence", case.genesis, session.evidence.raw)


def enrolment_of(case, session) -> bytes:
    keys = counted(session.kem_public) + session.signing_public
    return tagged("enrolment-id", case.genesis, case.id + session.id + keys)


def made_by(case, session):
    """The token that a session made, and whether it may be one that is withheld."""
    enrolment = enrolment_of(case, session)
    of_key = [known for (key, _), known in case.context.tokens.items() if key == case.body.key]
    of_key = [known for known in of_key if not known.failed]
    for known in of_key:
        if known.value is not None and known.value.enrolment_id == enrolment:
            return known.value, False
    return None, any(known.value is None for known in of_key)
