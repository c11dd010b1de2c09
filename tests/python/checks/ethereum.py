"""Ethereum transactions, by eth-account, eth-keys and rlp."""

import rlp
from eth_account import Account
from eth_keys import keys
from eth_utils import is_checksum_address, keccak, to_checksum_address

from .refusal import Refused, require

# The first four bytes of a call of transfer(address,uint256).
TRANSFER = keccak(text="transfer(address,uint256)")[:4]


def plain_asset(text: str, where: str) -> str:
    """An asset's text, with a contract's checksum verified and removed."""
    parts = text.split(":")
    if parts[0] == "erc20" and len(parts) == 3:
        require(
            is_checksum_address(parts[2]), f"{where}: contract {parts[2]} has no valid checksum"
        )
        parts[2] = parts[2].lower()
    return ":".join(parts)


def fields_of(data: bytes) -> list:
    """The fields of a typed transaction (with its type) or of a legacy one."""
    if data[:1] == b"\x02":
        return [b"\x02", *rlp.decode(data[1:])]
    return rlp.decode(data)


def number(data: bytes) -> int:
    return int.from_bytes(data, "big")


def check(operation) -> str:
    where = operation.where
    require(
        operation.algorithm == "ecdsa-secp256k1",
        f"{where}: {operation.algorithm} signs no Ethereum",
    )
    address = keys.PublicKey.from_compressed_bytes(operation.public_key).to_checksum_address()
    require(operation.address == address, f"{where}: the key's address is {address}")
    sender = Account.recover_transaction(operation.assembled)
    require(sender == address, f"{where}: sender is {sender}, not {address}")

    unsigned = fields_of(operation.payload)
    signed = fields_of(operation.assembled)
    if unsigned[0] == b"\x02" and len(unsigned) == 10:
        require(
            len(signed) == 13 and signed[:10] == unsigned, f"{where}: another transaction is signed"
        )
        _, chain, nonce, _, fee, gas, to, value, data, _ = unsigned
        parity, r, s = signed[10:]
        parity = number(parity)
        kind = "EIP-1559"
    elif len(unsigned) == 9:
        require(
            len(signed) == 9 and signed[:6] == unsigned[:6],
            f"{where}: another transaction is signed",
        )
        nonce, fee, gas, to, value, data, chain, *_ = unsigned
        v, r, s = signed[6:]
        parity = number(v) - 35 - 2 * number(chain)
        kind = "legacy EIP-155"
    else:
        raise Refused(f"{where}: the payload is neither EIP-1559 nor EIP-155")
    signature = (
        r.rjust(32, b"\0") + s.rjust(32, b"\0") + bytes([parity]) if parity in (0, 1) else b""
    )
    require(
        [signature] == operation.result, f"{where}: the result is not the transaction's signature"
    )
    check_effect(operation, number(chain), number(fee) * number(gas), to, number(value), data)
    return f"{kind} transaction {number(nonce)} of {sender} (eth-account)"


def check_effect(operation, chain: int, fee: int, to: bytes, value: int, data: bytes) -> None:
    where, effect = operation.where, operation.effect
    require(len(effect.transfers) == 1, f"{where}: one transfer is made")
    (transfer,) = effect.transfers
    if data:
        require(
            len(data) == 68 and data[:4] == TRANSFER and not any(data[4:16]) and value == 0,
            f"{where}: the call is no plain token transfer",
        )
        made = (f"erc20:{chain}:{to_checksum_address(to).lower()}", data[16:36], number(data[36:]))
    else:
        made = (f"ether:{chain}", to, value)
    declared = (transfer.asset, transfer.recipient, transfer.amount)
    require(declared == made, f"{where}: the transaction transfers something else")
    require(
        effect.fee is not None and (effect.fee.asset, effect.fee.amount) == (f"ether:{chain}", fee),
        f"{where}: the transaction's fee is {fee} wei",
    )
