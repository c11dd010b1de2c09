"""Bundles that were changed without the chain's help."""

from evidence import values
from evidence.container import redacted
from evidence.scale import decode, h256

from .copies import copied
from .encoding import many
from .headers import justification
from .log_mutations import log_mutations
from .people import validators
from .scene import Scene


def mutations(bundle: dict) -> dict:
    """By name: the rule that is to fail, and the bundle, changed without the chain's help."""
    made = {}
    other = Scene().served().bundle()

    def add(rule: str, name: str, edit) -> None:
        changed = copied(bundle)
        edit(changed)
        made[f"{rule}: {name}"] = (rule, changed)

    def completed(changed: dict) -> dict:
        return next(one for one in changed["operations"] if "receipt" in one and one["refusals"])

    add("unknown-version", "a later one", lambda one: one.update(version=3))
    add("unknown-version", "the one before", lambda one: one.update(version=1))
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
    log_mutations(add)
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
