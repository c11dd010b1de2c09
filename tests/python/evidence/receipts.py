"""Rules of the receipt (section 7)."""

from .broken import require
from .events import DONE
from .scale import tagged
from .sessions import made_by
from .signatures import by_sr25519
from .values import ENROL, REFRESH, RESHARE, TRANSFER


def judge_receipt(case) -> None:
    if case.receipt is not None:
        judge_signed(case)
    if case.history is None or case.is_hidden("receipt"):
        return
    expected = []
    if case.receipt is not None:
        receipt = case.receipt.receipt
        expected = [(DONE, receipt.attempt, tagged("receipt", case.genesis, receipt.raw))]
    require(case.events(DONE) == expected, "receipt-logged")


def judge_signed(case) -> None:
    receipt, body = case.receipt.receipt, case.body
    require(1 <= receipt.attempt <= len(case.sessions), "receipt-binding")
    record = case.session(receipt.attempt)
    if body is not None and record is not None:
        bound = (
            receipt.request == case.id
            and receipt.key == body.key
            and receipt.epoch == body.epoch
            and receipt.operation == body.operation[0]
            and receipt.payload_hash == body.payload_hash
            and receipt.policy == body.policy
            and receipt.previous == case.record.approved_entry
            and receipt.session == record.session.id
        )
        require(bound, "receipt-binding")
    if case.tree is not None:
        numbers = [case.tree.number(leaf) for leaf in receipt.leaves]
        enough = (
            None not in numbers
            and len(set(numbers)) == len(numbers)
            and set(numbers) <= case.present
            and case.tree.satisfied(set(numbers))
        )
        require(enough, "receipt-leaves")
    case.judge_state(receipt.finalised_hash, receipt.attempt, "receipt-block")
    if record is None:
        return
    message = tagged("receipt", case.genesis, receipt.raw)
    signed = by_sr25519(record.session.signing_public, message, case.receipt.signature)
    require(signed, "receipt-signature")
    if body is None or body.operation[0] not in (ENROL, REFRESH, RESHARE, TRANSFER):
        return
    token, hidden = made_by(case, record.session)
    if token is None and hidden:
        case.withheld.add("token")
        return
    require(token is not None, "receipt-token", "it is not in the bundle")
    require(tagged("result", case.genesis, token.raw) == receipt.result_hash, "receipt-token")
