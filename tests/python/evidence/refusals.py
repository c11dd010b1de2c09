"""Rules of the refusals (section 7)."""

from .broken import require
from .events import REFUSED
from .scale import tagged, u8_of
from .signatures import by_sr25519


def judge_refusals(case) -> None:
    shown = [one for one in case.refusals if one is not None]
    if case.tree is not None:
        for item, one in zip(case.item["refusals"], case.refusals):
            if one is not None:
                bound = (
                    one.request == case.id
                    and one.attempt == item["attempt"]
                    and one.agent == item["agent"]
                    and case.takes_part(one.agent)
                )
                require(bound, "refusal-binding")
    for one in shown:
        said = one.request + u8_of(one.attempt) + one.agent + u8_of(one.reason) + one.finalised_hash
        message = tagged("refusal", case.genesis, said)
        require(by_sr25519(one.agent, message, one.signature), "refusal-signature")
    for one in shown:
        case.judge_block(one.finalised_hash, "refusal-block")
    if case.history is not None and len(shown) == len(case.refusals):
        logged = sorted(event[1:] for event in case.events(REFUSED))
        expected = sorted((one.attempt, one.agent, one.reason) for one in shown)
        require(logged == expected, "refusals-logged")
