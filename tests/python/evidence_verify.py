"""Verifies an evidence bundle offline: a second verifier, written from docs/evidence.md alone.

    python evidence_verify.py FILE --genesis HASH [--anchor HASH]

Prints a line for each policy, token and operation, for each request that the log names and the bundle
does not have, and the verdict last. Ends with 0 if everything holds, and with 1 if a rule does not.
"""

import argparse
import sys
from dataclasses import dataclass, field as a_field
from pathlib import Path

from evidence import log, state, values
from evidence.broken import Broken, require
from evidence.container import id_of, read, seen
from evidence.finality import follow, hash_of
from evidence.operation import Known, Operation
from evidence.policy import is_sound
from evidence.scale import ScaleError, decode, h256, tagged
from evidence.signatures import by_person
from evidence.state import Proof, ProofError


@dataclass
class Verdict:
    """What is said of one policy, token or operation."""

    rule: str | None = None
    withheld: set = a_field(default_factory=set)
    status: str | None = None
    findings: set = a_field(default_factory=set)

    def __str__(self) -> str:
        return f"invalid: {self.rule}" if self.rule else "valid" + _withheld(self.withheld)


@dataclass
class Report:
    """What is said of a bundle."""

    rule: str | None = None
    detail: str = ""
    id: bytes | None = None
    # The rule that is looked at last.
    last_rule: str | None = None
    head: tuple | None = None
    anchored: bool = False
    # The anchor's height, where it is older than the head.
    anchor_block: int | None = None
    policies: dict = a_field(default_factory=dict)
    tokens: dict = a_field(default_factory=dict)
    operations: dict = a_field(default_factory=dict)
    # What the log names and the bundle does not have; none where a rule of the bundle fails.
    absent: log.Absent | None = None

    def parts(self) -> list:
        return [*self.policies.values(), *self.tokens.values(), *self.operations.values()]

    def first_rule(self) -> str | None:
        rules = [self.rule, *(part.rule for part in self.parts()), self.last_rule]
        return next((rule for rule in rules if rule), None)

    def __str__(self) -> str:
        rule = self.first_rule()
        if rule:
            return f"invalid: {rule}"
        verdict = "valid, anchored" if self.anchored else "self-consistent, unanchored"
        if self.anchor_block is not None:
            verdict += f" at block {self.anchor_block}"
        return verdict + _withheld({name for part in self.parts() for name in part.withheld})


def _withheld(names: set) -> str:
    return f", withheld: {', '.join(sorted(names))}" if names else ""


@dataclass
class Context:
    """What policies, tokens and operations are judged against."""

    genesis: bytes
    head: int
    proof: Proof
    # What is shown of the log: ancestors by height, and their heights by hash; entries by index.
    leaves: dict = a_field(default_factory=dict)
    blocks: dict = a_field(default_factory=dict)
    entries: dict = a_field(default_factory=dict)
    included: dict = a_field(default_factory=dict)
    policies: dict = a_field(default_factory=dict)
    tokens: dict = a_field(default_factory=dict)

    def holds(self, key: bytes, value: bytes | None) -> bool:
        return self.proof.hash(key) == (None if value is None else h256(value))

    def proves(self, key: bytes, field: dict | None) -> bool:
        if field is not None and "digest" in field:
            return self.proof.hash(key) is not None
        return self.holds(key, seen(field))


def keys_of(bundle: dict) -> list:
    """The keys that a bundle proves (section 5)."""
    keys = [state.LOG_COUNT, state.LOG_HEAD, state.LOG_ROOT, state.LOG_LEAVES]
    for item in bundle["policies"]:
        keys += [state.policy(item["hash"]), state.successor(item["hash"])]
    keys += [state.token(item["key"], item["epoch"]) for item in bundle["tokens"]]
    for item in bundle["operations"]:
        id_ = item["id"]
        keys += [state.request(id_), state.approvals(id_), state.released(id_)]
        keys += [state.receipt(id_), state.newest_entry(id_)]
        keys += [state.session(id_, attempt) for attempt, _ in enumerate(item["sessions"], 1)]
        keys += [state.release(id_, one["attempt"], one["leaf"]) for one in item["releases"]]
        keys += [state.refusal(id_, one["attempt"], one["agent"]) for one in item["refusals"]]
    return keys


def judged(judge) -> tuple:
    """A verdict, and what a rule's function returned."""
    try:
        return Verdict(), judge()
    except Broken as broken:
        return Verdict(rule=broken.rule), None


def read_policies(context: Context, items: list) -> dict:
    """Policies by hash, each with its verdict."""

    def alone(item: dict):
        hash_, successor = item["hash"], item.get("successor")
        proven = context.proves(state.policy(hash_), item["record"])
        proven = proven and context.holds(state.successor(hash_), successor)
        require(proven, "policy-unproven")
        data = seen(item["record"])
        if data is None:
            return None
        try:
            record = decode(values.policy_record, data)
        except ScaleError as error:
            raise Broken("policy-undecodable", str(error)) from error
        require(tagged("policy", context.genesis, record.policy.raw) == hash_, "policy-hash")
        require(is_sound(record.policy), "policy-rules")
        return record

    found = {item["hash"]: judged(lambda item=item: alone(item)) for item in items}

    def change(hash_: bytes, record) -> None:
        predecessor = record.policy.predecessor
        if predecessor is None:
            require(not record.signatures, "policy-change")
            return
        before = found.get(predecessor, (None, None))[1]
        if before is None:
            return
        rule = before.policy.change_rule
        members = before.policy.roles[rule.role].members
        signers = [item.signer for item in record.signatures]
        message = tagged("policy-change", context.genesis, predecessor + hash_)
        require(
            set(signers) <= set(members)
            and len(set(signers)) == len(signers) >= rule.threshold
            and all(by_person(one.signer, message, one.signature) for one in record.signatures),
            "policy-change",
        )

    verdicts = {}
    for item in items:
        hash_ = item["hash"]
        verdict, record = found[hash_]
        if record is not None:
            verdict, _ = judged(lambda: change(hash_, record))
        if seen(item["record"]) is None and verdict.rule is None:
            verdict.withheld.add("policy")
        known = Known(record, verdict.rule is not None, item.get("successor"))
        context.policies[hash_], verdicts[hash_] = known, verdict
    return verdicts


_PUBLIC = {0: 32, 1: 32, 2: 33, 3: 33, 4: 33, 16: 0, 17: 1184, 18: 1952}


def has_shape(token) -> bool:
    """Rule `token-shape`."""
    leaves, native = len(token.tree.leaves), token.algorithm < 16
    if (token.commitments[0] == 0) != native or len(token.public_key) != _PUBLIC[token.algorithm]:
        return False
    committed = token.commitments[1]
    if native:
        gates, committed = token.commitments[1:]
        size = 32 if token.algorithm in (0, 1) else 33
        if any(len(point) != size for point in gates + committed):
            return False
        if len(gates) != token.tree.commitments():
            return False
    there = {leaf for leaf, item in enumerate(token.corrections) if item is not None}
    return (
        len(committed) == len(token.corrections) == leaves and token.tree.satisfied(there)
    )


def read_tokens(context: Context, items: list) -> dict:
    """Tokens by key and epoch, each with its verdict."""

    def alone(item: dict):
        key, epoch = item["key"], item["epoch"]
        require(context.proves(state.token(key, epoch), item["token"]), "token-unproven")
        data = seen(item["token"])
        if data is None:
            return None
        try:
            token = decode(values.token, data)
        except ScaleError as error:
            raise Broken("token-undecodable", str(error)) from error
        require((token.key_id, token.epoch) == (key, epoch), "token-binding")
        require(has_shape(token), "token-shape")
        return token

    verdicts = {}
    for item in items:
        verdict, token = judged(lambda item=item: alone(item))
        if token is None and verdict.rule is None:
            verdict.withheld.add("token")
        place = (item["key"], item["epoch"])
        context.tokens[place], verdicts[place] = Known(token, verdict.rule is not None), verdict
    return verdicts


def judge_operation(context: Context, item: dict) -> Verdict:
    operation = Operation(context, item)
    verdict, _ = judged(operation.judge)
    verdict.findings = operation.findings
    verdict.status = operation.status
    if verdict.rule is None:
        verdict.withheld = operation.withheld
    return verdict


def judge_anchor(report: Report, run: list, handoffs: dict, anchor: bytes) -> None:
    if anchor not in map(hash_of, run):
        report.anchor_block = handoffs.get(anchor)
        require(report.anchor_block is not None, "anchor")
    report.anchored = True


def judge_bundle(report: Report, data: bytes, genesis: bytes, anchor: bytes | None) -> None:
    bundle = read(data)
    report.id = id_of(bundle)
    require(bundle["genesis"] == genesis, "wrong-genesis")
    run, handoffs = follow(bundle)
    report.head = (run[0].number, hash_of(run[0]))
    context = Context(genesis, run[0].number, Proof(run[0].state_root, bundle["nodes"]))
    try:
        for key in keys_of(bundle):
            context.proof.hash(key)
        context.proof.check_all_used()
    except ProofError as error:
        raise Broken("state", str(error)) from error
    log.check_head(context, bundle["log"])
    log.check_root(context, bundle["log"])
    log.read_blocks(context, bundle["log"])
    if anchor is not None:
        judge_anchor(report, run, handoffs, anchor)
    log.read_included(context, bundle["log"])
    log.check_earlier(bundle["log"])
    log.read_entries(context, bundle["log"])
    report.policies = read_policies(context, bundle["policies"])
    report.tokens = read_tokens(context, bundle["tokens"])
    for item in bundle["operations"]:
        report.operations[item["id"]] = judge_operation(context, item)
    report.absent = log.absent(context, bundle["log"], bundle["operations"])
    if bundle["id"] != report.id:
        report.last_rule = "bundle-id"


def verify(data: bytes, genesis: bytes, anchor: bytes | None = None) -> Report:
    """Verifies a file."""
    report = Report()
    try:
        judge_bundle(report, data, genesis, anchor)
    except Broken as broken:
        report.rule, report.detail = broken.rule, str(broken)
    return report


def _hash(text: str) -> bytes:
    data = bytes.fromhex(text.removeprefix("0x"))
    if len(data) != 32:
        raise argparse.ArgumentTypeError("a hash has 64 hexadecimal digits")
    return data


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", type=Path)
    parser.add_argument("--genesis", type=_hash, required=True)
    parser.add_argument("--anchor", type=_hash)
    options = parser.parse_args()
    report = verify(options.file.read_bytes(), options.genesis, options.anchor)
    if report.id:
        print(f"bundle 0x{report.id.hex()}")
    if report.head:
        print(f"head {report.head[0]} 0x{report.head[1].hex()}")
    for hash_, verdict in report.policies.items():
        print(f"policy 0x{hash_.hex()}: {verdict}")
    for (key, epoch), verdict in report.tokens.items():
        print(f"token 0x{key.hex()} epoch {epoch}: {verdict}")
    for id_, verdict in report.operations.items():
        notes = "".join(f", {finding}" for finding in sorted(verdict.findings))
        print(f"operation 0x{id_.hex()} ({verdict.status}{notes}): {verdict}")
    if report.absent:
        for id_ in report.absent.requests:
            print(f"absent 0x{id_.hex()}")
        for id_ in report.absent.unaccounted:
            print(f"unaccounted 0x{id_.hex()}, absent")
        print(f"absent: {report.absent}")
    print(f"{report}{f' ({report.detail})' if report.detail else ''}")
    return 1 if report.first_rule() else 0


if __name__ == "__main__":
    sys.exit(main())
