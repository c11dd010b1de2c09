"""The form of a bundle (section 2), its id, and redaction (section 3)."""

from . import cbor
from .broken import Broken, require
from .scale import counted, tagged

SCHEMA, VERSION = "regent-evidence", 2
MAX_BYTES, MAX_ITEMS, MAX_HANDOFFS = 1 << 28, 1 << 18, 1 << 16
MAX_NODE, MAX_HEADER, MAX_JUSTIFICATION = 65_536, 49_152, 2_097_152


def need(condition: bool) -> None:
    require(condition, "malformed")


def b32(value) -> None:
    need(isinstance(value, bytes) and len(value) == 32)


def integer(low: int = 0, high: int = (1 << 64) - 1):
    def check(value):
        need(isinstance(value, int) and low <= value <= high)

    return check


def blob(limit: int = MAX_BYTES, low: int = 0):
    def check(value):
        need(isinstance(value, bytes) and low <= len(value) <= limit)

    return check


def text(value) -> None:
    need(isinstance(value, str))


def array(item, low: int = 0, high: int = MAX_ITEMS, key=None):
    def check(value):
        need(isinstance(value, list) and low <= len(value) <= high)
        for one in value:
            item(one)
        if key:
            keys = [key(one) for one in value]
            need(all(one < next_ for one, next_ in zip(keys, keys[1:])))

    return check


def mapping(optional=(), **fields):
    def check(value):
        need(isinstance(value, dict) and set(value) <= set(fields))
        need(all(name in value or name in optional for name in fields))
        for name, one in value.items():
            fields[name](one)

    return check


def field(value) -> None:
    need(isinstance(value, dict))
    if "digest" in value:
        mapping(digest=b32)(value)
    else:
        mapping(salt=b32, value=blob())(value)


_same = lambda value: value  # noqa: E731
_nodes = array(blob(MAX_NODE), key=_same)
_header, _justification = blob(MAX_HEADER), blob(MAX_JUSTIFICATION)
_attempt = integer(1, 3)
_release = mapping(leaf=array(integer(0, 0xFFFF), 1, 4), note=field, attempt=_attempt)
_refusal = mapping(note=field, agent=b32, attempt=_attempt)
_operation = mapping(
    optional=("payload", "receipt", "released", "approvals"),
    id=b32,
    record=field,
    history=field,
    payload=field,
    receipt=field,
    refusals=array(_refusal, key=lambda item: (item["attempt"], item["agent"])),
    released=field,
    releases=array(_release, key=lambda item: (item["attempt"], item["leaf"])),
    sessions=array(field, 0, 3),
    approvals=field,
)
_log = mapping(
    optional=("ancestry",),
    **{"from": integer()},
    head=b32,
    root=b32,
    count=integer(),
    blocks=array(mapping(items=array(b32), leaves=array(blob(108, 108), 1, 1_024))),
    leaves=integer(),
    entries=array(blob()),
    ancestry=mapping(root=b32, items=array(b32, 0, 64), peaks=array(b32, 0, 64), leaves=integer()),
    included=array(mapping(path=array(b32, 0, 32), count=integer(1, 0xFFFFFFFF), entry=blob())),
)
_bundle = mapping(
    id=b32,
    log=_log,
    head=mapping(run=array(_header, 1, 4_200), justification=_justification),
    nodes=_nodes,
    origin=mapping(nodes=_nodes, header=_header),
    schema=text,
    tokens=array(
        mapping(key=b32, epoch=integer(0, 0xFFFFFFFF), token=field),
        key=lambda item: (item["key"], item["epoch"]),
    ),
    genesis=b32,
    version=integer(),
    handoffs=array(mapping(header=_header, justification=_justification), 0, MAX_HANDOFFS),
    policies=array(
        mapping(optional=("successor",), hash=b32, record=field, successor=b32),
        key=lambda item: item["hash"],
    ),
    operations=array(_operation, key=lambda item: item["id"]),
)


def read(data: bytes) -> dict:
    """The bundle that is all of these bytes."""
    require(len(data) <= MAX_BYTES, "too-large")
    try:
        bundle = cbor.decode(data)
    except cbor.CborError as error:
        raise Broken("malformed", str(error)) from error
    need(isinstance(bundle, dict))
    schema, version = bundle.get("schema"), bundle.get("version")
    need(isinstance(schema, str) and isinstance(version, int))
    require((schema, version) == (SCHEMA, VERSION), "unknown-version")
    _bundle(bundle)
    return bundle


def seen(value: dict | None):
    """The bytes of a field; none if it is withheld."""
    return None if value is None else value.get("value")


def digest(genesis: bytes, value: dict) -> bytes:
    """What stands for a field where it is withheld."""
    if "digest" in value:
        return value["digest"]
    return tagged("bundle-field", genesis, value["salt"] + counted(value["value"]))


def redacted(genesis: bytes, value):
    """A bundle, or a part of it, with every field withheld."""
    if isinstance(value, list):
        return [redacted(genesis, item) for item in value]
    if not isinstance(value, dict):
        return value
    if set(value) in ({"digest"}, {"salt", "value"}):
        return {"digest": digest(genesis, value)}
    return {key: redacted(genesis, item) for key, item in value.items()}


def id_of(bundle: dict) -> bytes:
    """What all redactions of a bundle share."""
    genesis = bundle["genesis"]
    rest = {key: value for key, value in bundle.items() if key != "id"}
    return tagged("bundle", genesis, counted(cbor.encode(redacted(genesis, rest))))
