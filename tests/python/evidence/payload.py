"""What a transaction does, against what was declared; and what one of Ethereum does (section 9)."""

from coincurve import PublicKey

from . import psbt
from .broken import require
from .psbt import SECP256K1
from .unread import UnreadError, check
from .values import BITCOIN, ETHEREUM, SIGN

_MAX_CHAIN_ID = (1 << 63) - 37
_SELECTOR = bytes.fromhex("a9059cbb")


def judge_payload_effect(case, payload: bytes | None) -> None:
    if payload is None or case.token is None:
        return
    kind, declared, fee = tuple(case.body.operation[:2]), case.body.effect.transfers, case.body.effect.fee
    cost = fee and (fee.asset, fee.amount)
    try:
        if kind == (SIGN, ETHEREUM):
            _check_key(case.token)
            transfer, found = effect_of(payload)
            transfers = [transfer]
        elif kind == (SIGN, BITCOIN):
            check(fee is not None and fee.asset[0] == 2)
            key = (case.token.algorithm, case.token.public_key)
            transfers, found = psbt.effect_of(payload, *key, fee.asset[1])
        else:
            return
    except UnreadError:
        require(False, "payload-effect", "not a transaction that is known")
    said = [(one.recipient, one.asset, one.amount) for one in declared]
    require(said == transfers, "payload-effect", "other transfers")
    require(cost == found, "payload-effect", "another fee")


def _check_key(token) -> None:
    check(token.algorithm == SECP256K1 and len(token.public_key) == 33)
    try:
        PublicKey(token.public_key)
    except ValueError as error:
        raise UnreadError from error


def effect_of(payload: bytes) -> tuple:
    """The transfer: recipient, asset and amount; and the fee: asset and amount."""
    check(bool(payload))
    if payload[0] == 2:
        items = _list(payload[1:])
        check(len(items) == 9 and items.pop() == [])
        chain, nonce, priority, price, limit, to, value, data = items
        check(_number(priority, 128) <= _number(price, 128))
    else:
        items = _list(payload)
        check(len(items) == 9 and items[7:] == [b"", b""])
        nonce, price, limit, to, value, data, chain = items[:7]
    check(all(isinstance(item, bytes) for item in (to, data)) and len(to) == 20)
    _number(nonce, 64)
    chain, value = _number(chain, 64), _number(value, 256)
    check(1 <= chain <= _MAX_CHAIN_ID)
    cost = ((0, chain), _number(limit, 64) * _number(price, 128))
    if not data:
        return (to, (0, chain), value), cost
    check(value == 0 and len(data) == 68 and data[:16] == _SELECTOR + bytes(12))
    return (data[16:36], (1, chain, to), int.from_bytes(data[36:], "big")), cost


def _number(item, bits: int) -> int:
    check(isinstance(item, bytes) and item[:1] != b"\0" and 8 * len(item) <= bits)
    return int.from_bytes(item, "big")


def _list(data: bytes) -> list:
    """The items of the RLP list that is all of this: byte strings, and empty lists."""
    start, end, is_list = _span(data, 0)
    check(is_list and end == len(data))
    items = []
    while start < end:
        begin, after, is_list = _span(data, start)
        check(after <= end and not (is_list and after > begin))
        items.append([] if is_list else data[begin:after])
        start = after
    return items


def _span(data: bytes, at: int) -> tuple:
    """Where an item's content begins and ends, and whether it is a list."""
    check(at < len(data))
    first = data[at]
    if first < 0x80:
        return at, at + 1, False
    is_list = first >= 0xC0
    short = first - (0xC0 if is_list else 0x80)
    begin, count = at + 1, short
    if short > 55:
        begin = at + 1 + short - 55
        length = data[at + 1 : begin]
        check(len(length) == short - 55 and length[0] != 0)
        count = int.from_bytes(length, "big")
        check(count > 55)
    check(begin + count <= len(data))
    check(is_list or count != 1 or data[begin] >= 0x80)
    return begin, begin + count, is_list
