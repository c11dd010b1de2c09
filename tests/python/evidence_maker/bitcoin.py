"""Transactions of Bitcoin that are to be signed, by embit."""

from embit import ec, script
from embit.psbt import PSBT
from embit.transaction import Transaction, TransactionInput, TransactionOutput

from evidence.scale import counted

from .encoding import many, some, u8, u256

# Whom to pay: P2WPKH of somebody.
PAID, OTHER = b"\x00\x14" + b"\xb0" * 20, b"\x00\x14" + b"\xb1" * 20
BITCOIN = u8(2) + u8(0)


def payment(amount: int = 600, recipient: bytes = PAID, fee: int = 5) -> bytes:
    """What is declared of one payment."""
    return many([counted(recipient) + BITCOIN + u256(amount)]) + some(BITCOIN + u256(fee))


def psbt(key: bytes, taproot: bool, amount: int = 600, recipient: bytes = PAID, fee: int = 5, **changes) -> bytes:
    """Spends two coins of the key, pays somebody, and gives the rest back but for a fee."""
    public = ec.PublicKey.parse(b"\2" + key[1:] if taproot else key)
    own = script.p2tr(public) if taproot else script.p2wpkh(public)
    coin = TransactionOutput(1_000, changes.get("owner", own))
    former = Transaction(2, [TransactionInput(b"\7" * 32, 1)], [coin, coin], 0)
    spent = former.txid() if not taproot else b"\5" * 32
    paid = [TransactionOutput(amount, script.Script(recipient)), TransactionOutput(2_000 - amount - fee, own)]
    made = PSBT(Transaction(2, [TransactionInput(spent, at) for at in range(2)], paid, 0))
    for one in made.inputs:
        one.witness_utxo = TransactionOutput(changes.get("stated", 1_000), coin.script_pubkey)
        if taproot:
            one.taproot_internal_key = public
        else:
            one.non_witness_utxo = former
        if "sighash" in changes:
            one.sighash_type = changes["sighash"]
        one.unknown = changes.get("unknown", {})
    return made.serialize()
