"""The chain's values (section 6)."""

from .scale import (
    ScaleError,
    below,
    blob,
    boolean,
    choice,
    fixed,
    h32,
    listed,
    option,
    struct,
    u8,
    u16,
    u32,
    u64,
    u256,
)

ENROL, SIGN, DECRYPT, REFRESH, RESHARE, TRANSFER = range(6)
RAW, ETHEREUM, BITCOIN, EMPTY = range(4)
PENDING, APPROVED, EXECUTING, COMPLETED, DENIED, EXPIRED, CANCELLED, FAILED = range(8)
STATUS = ["pending", "approved", "executing", "completed", "denied", "expired", "cancelled", "failed"]

kind = below(6)
path = listed(u16, 4)
asset = choice({0: [u64], 1: [u64, fixed(20)], 2: [below(3)]})
_ALGORITHMS = (0, 1, 2, 3, 4, 16, 17, 18)


def algorithm(reader):
    value = u8(reader)
    if value not in _ALGORITHMS:
        raise ScaleError("an unknown algorithm")
    return value


_node = choice({0: [below(3), h32], 1: [u16, u16]})


class Tree:
    """An access tree: its leaves in preorder, and what satisfies it."""

    def __init__(self, nodes: list):
        self.nodes = nodes
        self.leaves = []  # (path, participant, id)
        gates = sum(1 for node in nodes if node[0] == 1)
        if not nodes or nodes[0][0] != 1 or gates > 64 or len(nodes) - gates > 256 or len(nodes) > 320:
            raise ScaleError("not an access tree")
        if self._walk(0, (), 0) != len(nodes):
            raise ScaleError("not one preorder")

    def _walk(self, at: int, path: tuple, gates: int) -> int:
        if at >= len(self.nodes):
            raise ScaleError("nodes are missing")
        node = self.nodes[at]
        if node[0] == 0:
            self.leaves.append((path, node[1], node[2]))
            return at + 1
        _, threshold, children = node
        if not 1 <= threshold <= children or gates >= 4:
            raise ScaleError("not a gate")
        at += 1
        for child in range(1, children + 1):
            at = self._walk(at, (*path, child), gates + 1)
        return at

    def satisfied(self, leaves: set, spare: int = 0) -> bool:
        """Whether these leaves, by number, satisfy the root; every gate with so many more."""
        numbers = iter(range(len(self.leaves)))
        nodes = iter(self.nodes)

        def visit() -> bool:
            node = next(nodes)
            if node[0] == 0:
                return next(numbers) in leaves
            _, threshold, children = node
            count = sum([visit() for _ in range(children)])
            return count >= min(threshold + spare, children)

        return visit()

    def commitments(self) -> int:
        return sum(node[1] for node in self.nodes if node[0] == 1)

    def number(self, path) -> int | None:
        paths = [leaf[0] for leaf in self.leaves]
        return paths.index(tuple(path)) if tuple(path) in paths else None


def tree(reader):
    return Tree(listed(_node, 320)(reader))


effect = struct(
    "Effect",
    transfers=listed(struct("Transfer", recipient=blob(64), asset=asset, amount=u256), 16),
    fee=option(struct("Fee", asset=asset, amount=u256)),
)

OPERATION = {
    ENROL: [algorithm, u32, tree],
    SIGN: [below(4)],
    DECRYPT: [blob(1216)],
    REFRESH: [],
    RESHARE: [u32, tree],
    TRANSFER: [u32, tree, h32, h32],
}

body = struct(
    "RequestBody",
    requester=h32,
    salt=h32,
    key=h32,
    epoch=u32,
    operation=choice(OPERATION),
    payload_hash=h32,
    effect=effect,
    policy=h32,
    expires=u32,
)
status = choice({PENDING: [u8], **{index: [] for index in range(1, 8)}})
record = struct(
    "RequestRecord",
    body=body,
    status=status,
    submitted_at=u32,
    attempts=u8,
    approved_entry=option(h32),
    last_entry=h32,
)

signature = choice({0: [fixed(64)], 1: [fixed(64)], 2: [fixed(65)], 3: [fixed(65)]})
measurement = struct("Measurement", kind=below(1), digest=h32)
stage = struct("Stage", role=u8, threshold=u8)
name = blob(64)
policy = struct(
    "Policy",
    name=name,
    predecessor=option(h32),
    roles=listed(struct("Role", name=name, members=listed(h32, 32)), 16),
    requesters=u8,
    stages=listed(stage, 8),
    operations=listed(kind, 6),
    limits=listed(struct("AssetLimit", asset=asset, maximum=u256, maximum_fee=u256), 32),
    recipients=option(listed(blob(64), 128)),
    allow_raw=boolean,
    maximum_lifetime=u32,
    measurements=listed(measurement, 16),
    change_rule=stage,
    conditions=listed(struct("Condition", id=h32, contract=h32, operations=listed(kind, 6)), 4),
)
policy_record = struct(
    "PolicyRecord",
    policy=policy,
    signatures=listed(struct("ChangeSignature", signer=h32, signature=signature), 32),
    created_by=h32,
    created_at=u32,
)

approval = struct(
    "Approval",
    genesis=h32,
    request=h32,
    key=h32,
    epoch=u32,
    operation=kind,
    payload_hash=h32,
    policy=h32,
    stage=u8,
    decision=below(2),
    expires=u32,
)
signed_approval = struct("SignedApproval", approval=approval, approver=h32, signature=signature)
approvals = listed(signed_approval, 64)

evidence = struct("Evidence", kind=below(1), bytes=blob(16_384))
session = struct(
    "Session",
    id=h32,
    request=h32,
    attempt=u8,
    kem_public=blob(1216),
    signing_public=h32,
    finalised_hash=h32,
    evidence=evidence,
    endpoint=blob(128),
    lifetime=u32,
)
session_record = struct(
    "SessionRecord", session=session, measurement=measurement, opened_at=u32, deadline=u32
)

release = struct(
    "Release",
    request=h32,
    attempt=u8,
    session=h32,
    leaf=path,
    agent=h32,
    aad=h32,
    sealed_hash=h32,
    finalised_hash=h32,
    signature=fixed(64),
)
reason = below(11)
refusal = struct(
    "Refusal",
    request=h32,
    attempt=u8,
    agent=h32,
    reason=reason,
    finalised_hash=h32,
    signature=fixed(64),
)
released = struct(
    "ReleasedLeaves", first=fixed(32), second=fixed(32), third=fixed(32), enough=boolean
)

receipt = struct(
    "Receipt",
    request=h32,
    attempt=u8,
    key=h32,
    epoch=u32,
    operation=kind,
    payload_hash=h32,
    result_hash=h32,
    leaves=listed(path, 256),
    faulty=listed(path, 256),
    policy=h32,
    session=h32,
    finalised_hash=h32,
    previous=h32,
)
signed_receipt = struct("SignedReceipt", receipt=receipt, signature=fixed(64))

point = blob(33)
token = struct(
    "RegenToken",
    key_id=h32,
    algorithm=algorithm,
    public_key=blob(2048),
    epoch=u32,
    window=u32,
    enrolment_id=h32,
    tree=tree,
    policy_hash=h32,
    commitments=choice({0: [listed(point, 320), listed(point, 256)], 1: [listed(h32, 256), h32]}),
    corrections=listed(option(h32), 256),
    wrapped=option(blob(4096)),
)

subject = choice({0: [], 1: [], 2: [h32], 3: [h32], 4: [h32], 5: [h32]})
_i, _e, _a = u32, u32, h32
EVENTS = {
    0: [_i],
    1: [_i],
    2: [_i],
    3: [_i, _a],
    4: [_i, _a],
    5: [_i, option(_a)],
    6: [measurement, u32],
    7: [measurement],
    8: [_a, _i],
    9: [_a],
    10: [u32, u16, u16],
    11: [option(h32), _a],
    12: [_e, h32, h32],
    13: [_e, path, _a],
    14: [_e, boolean],
    15: [_a, h32, kind, h32, h32],
    16: [_a, u8, h32],
    17: [],
    18: [_a, h32],
    19: [u8, h32, h32],
    20: [u8, _a, path, h32],
    21: [u8, _a, reason],
    22: [u8, h32],
    23: [],
    24: [],
    25: [],
    26: [_i, u64],
    27: [_a],
    28: [],
    29: [_e],
    30: [_e, _a, boolean],
    31: [_e],
    32: [_e, _a, _a, h32],
    33: [_e],
    40: [_a],
    41: [_a],
    42: [_i, fixed(16)],
    43: [_i, fixed(16)],
    44: [option(_a)],
    45: [option(_a)],
    46: [_a, _a],
    47: [_e],
    48: [h32, h32],
    49: [h32],
    50: [],
    51: [_i, fixed(16)],
    52: [_a, _a, fixed(16)],
    53: [_a, fixed(16), h32],
    54: [_a, _a, fixed(16)],
    55: [_a],
    56: [_a],
    57: [_a, h32],
    58: [h32, u32, u32],
    59: [_i, _a, _a],
    60: [h32],
}
leaf = struct("LogLeaf", block=u32, hash=h32, count=u64, head=h32, entries_root=h32)
entry = struct(
    "AuditEntry",
    index=u64,
    block=u32,
    previous=h32,
    subject=subject,
    subject_previous=h32,
    event=choice(EVENTS),
)
history = listed(entry)
