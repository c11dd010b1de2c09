"""Rules of policies, requests and approvals (sections 8 to 10)."""

from .scale import compact, tagged
from .values import (
    BITCOIN,
    DECRYPT,
    EMPTY,
    ENROL,
    ETHEREUM,
    RAW,
    REFRESH,
    RESHARE,
    SIGN,
    TRANSFER,
)

_P = (1 << 255) - 19
_WEAK = [number.to_bytes(32, "little") for number in (0, 1, _P - 1, _P, _P + 1)] + [
    bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),
    bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"),
]
# Unicode's property White_Space.
_SPACES = set("\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000") | {
    chr(code) for code in range(0x2000, 0x200B)
}


def _is_name(data: bytes) -> bool:
    try:
        return bool(set(data.decode("utf-8")) - _SPACES)
    except UnicodeDecodeError:
        return False


def _is_weak(account: bytes) -> bool:
    return account[:31] + bytes([account[31] & 0x7F]) in _WEAK


def _distinct(items: list) -> bool:
    return len(set(items)) == len(items)


def is_sound(policy) -> bool:
    """The rules of section 8."""
    roles = policy.roles
    networks = {limit.asset[1] for limit in policy.limits if limit.asset[0] == 2}

    def is_stage(stage) -> bool:
        return stage.role < len(roles) and 1 <= stage.threshold <= len(roles[stage.role].members)

    return (
        all(map(_is_name, [policy.name, *(role.name for role in roles)]))
        and _distinct([role.name for role in roles])
        and all(role.members and _distinct(role.members) for role in roles)
        and not any(_is_weak(member) for role in roles for member in role.members)
        and policy.requesters < len(roles)
        and bool(policy.stages)
        and all(map(is_stage, [*policy.stages, policy.change_rule]))
        and sum(stage.threshold for stage in policy.stages) <= 64
        and bool(policy.operations)
        and _distinct(policy.operations)
        and _distinct([limit.asset for limit in policy.limits])
        and len(networks) <= 1
        and _distinct(policy.recipients or [])
        and bool(policy.measurements)
        and _distinct([item.raw for item in policy.measurements])
        and _distinct([(item.contract, item.id) for item in policy.conditions])
        and all(item.operations and _distinct(item.operations) for item in policy.conditions)
        and policy.maximum_lifetime != 0
    )


def payload_hash(genesis: bytes, form: int, payload: bytes) -> bytes:
    return tagged("payload", genesis, bytes([form]) + compact(len(payload)) + payload)


def form_of(operation: tuple) -> int:
    """How the payload of an operation is read."""
    if operation[0] == SIGN:
        return operation[1]
    return RAW if operation[0] == DECRYPT else EMPTY


def allows(genesis: bytes, policy, body, block: int) -> bool:
    """The rules of section 9."""
    kind, form, effect = body.operation[0], form_of(body.operation), body.effect
    declared = bool(effect.transfers) or effect.fee is not None
    parsed = kind == SIGN and form in (ETHEREUM, BITCOIN)
    limits = {limit.asset: limit for limit in policy.limits}
    sums = {}
    for transfer in effect.transfers:
        sums[transfer.asset] = sums.get(transfer.asset, 0) + transfer.amount
    fee = effect.fee
    return (
        body.requester in policy.roles[policy.requesters].members
        and block <= body.expires
        and body.expires - block <= policy.maximum_lifetime
        and kind in policy.operations
        and (form != RAW or policy.allow_raw)
        and not (kind == SIGN and form == EMPTY)
        and (kind != ENROL or body.key == tagged("key-id", genesis, body.requester + body.salt))
        and (kind != ENROL or body.epoch == 0)
        and (
            kind not in (ENROL, REFRESH, RESHARE, TRANSFER)
            or body.payload_hash == payload_hash(genesis, EMPTY, b"")
        )
        and (kind != DECRYPT or len(body.operation[1]) == 1216)
        and declared == parsed
        and all(asset in limits and sum_ <= limits[asset].maximum for asset, sum_ in sums.items())
        and all(sum_ < 1 << 256 for sum_ in sums.values())
        and (
            fee is None
            or (fee.asset in limits and fee.amount <= limits[fee.asset].maximum_fee)
        )
        and (
            policy.recipients is None
            or all(transfer.recipient in policy.recipients for transfer in effect.transfers)
        )
    )


class Tally:
    """Approvals counted in their order (section 10)."""

    def __init__(self, genesis: bytes, policy, body, request: bytes):
        self.genesis, self.policy, self.body, self.request = genesis, policy, body, request
        self.stage, self.count, self.denied = 0, 0, False
        self.approvers, self.expiries = set(), []

    @property
    def approved(self) -> bool:
        return self.stage == len(self.policy.stages) and not self.denied

    def _is_member(self, stage: int, account: bytes) -> bool:
        return account in self.policy.roles[self.policy.stages[stage].role].members

    def add(self, signed, block: int) -> bool:
        """Whether one more counts at this block."""
        said, body, stages = signed.approval, self.body, self.policy.stages
        bound = (
            said.genesis,
            said.request,
            said.key,
            said.epoch,
            said.operation,
            said.payload_hash,
            said.policy,
        )
        expected = (
            self.genesis,
            self.request,
            body.key,
            body.epoch,
            body.operation[0],
            body.payload_hash,
            body.policy,
        )
        approves = said.decision == 0
        if approves:
            self.expiries.append(said.expires)
        if (
            block > body.expires
            or bound != expected
            or any(block > expires for expires in self.expiries)
            or self.denied
            or self.stage == len(stages)
            or signed.approver == body.requester
        ):
            return False
        if not approves:
            self.denied = True
            return said.stage < len(stages) and self._is_member(said.stage, signed.approver)
        if (
            said.stage != self.stage
            or not self._is_member(said.stage, signed.approver)
            or signed.approver in self.approvers
        ):
            return False
        self.approvers.add(signed.approver)
        self.count += 1
        if self.count >= stages[self.stage].threshold:
            self.stage, self.count = self.stage + 1, 0
        return True
