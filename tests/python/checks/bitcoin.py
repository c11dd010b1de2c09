"""Bitcoin taproot transactions, by embit (parsing, BIP-341) and coincurve (BIP-340)."""

from coincurve import PublicKeyXOnly
from embit import ec, script
from embit.networks import NETWORKS
from embit.psbt import PSBT
from embit.transaction import SIGHASH, Transaction

from .refusal import require

# Names of networks, here and in embit.
KNOWN = {"main": "main", "test": "test", "regtest": "regtest"}


def check(operation) -> str:
    where = operation.where
    require(
        operation.algorithm == "bip340", f"{where}: {operation.algorithm} is verified nowhere here"
    )
    psbt = PSBT.parse(operation.payload)
    transaction = Transaction.parse(operation.assembled)
    require(transaction.serialize() == operation.assembled, f"{where}: not one transaction")
    require(transaction.txid() == psbt.tx.txid(), f"{where}: another transaction is signed")

    # BIP-341: the output key commits to the internal key and to no scripts.
    # The sign of the key's y does not count.
    own = script.p2tr(ec.PublicKey.parse(b"\x02" + operation.public_key[1:]))
    spent = [item.witness_utxo for item in psbt.inputs]
    require(all(spent), f"{where}: an input lacks the output it spends")
    require(
        all(output.script_pubkey == own for output in spent), f"{where}: an input is not the key's"
    )
    check_signatures(operation, transaction, spent)
    check_effect(operation, transaction, spent, own)
    return (
        f"taproot transaction {transaction.txid().hex()} of {operation.address} (embit, coincurve)"
    )


def check_signatures(operation, transaction, spent) -> None:
    where = operation.where
    require(len(transaction.vin) == len(spent) > 0, f"{where}: inputs and spent outputs differ")
    require(len(operation.result) == len(spent), f"{where}: not one signature an input")
    scripts = [output.script_pubkey for output in spent]
    values = [output.value for output in spent]
    for index, (given, item) in enumerate(zip(operation.result, transaction.vin)):
        witness = item.witness.items
        require(len(witness) == 1, f"{where}: input {index} is no key-path spend")
        signature, kind = witness[0][:64], witness[0][64:]
        require(
            kind in (b"", b"\x01"), f"{where}: input {index} does not sign the whole transaction"
        )
        require(given == signature, f"{where}: result {index} is not the witness's signature")
        sighash = transaction.sighash_taproot(
            index, scripts, values, sighash=SIGHASH.ALL if kind else SIGHASH.DEFAULT
        )
        # A taproot script is OP_1, a push of 32 bytes, and the output key.
        key = PublicKeyXOnly(scripts[index].data[2:])
        require(
            len(signature) == 64 and key.verify(signature, sighash),
            f"{where}: input {index}: the signature does not verify",
        )


def check_effect(operation, transaction, spent, own) -> None:
    where, effect = operation.where, operation.effect
    require(effect.fee is not None, f"{where}: no fee is declared")
    asset = effect.fee.asset
    world, _, network = asset.partition(":")
    require(world == "bitcoin" and network in KNOWN, f"{where}: {asset} is no Bitcoin network")
    address = own.address(NETWORKS[KNOWN[network]])
    require(operation.address == address, f"{where}: the key's address is {address}")

    made = [
        (asset, output.script_pubkey.data, output.value)
        for output in transaction.vout
        if output.script_pubkey != own
    ]
    declared = [(item.asset, item.recipient, item.amount) for item in effect.transfers]
    require(declared == made, f"{where}: the transaction transfers something else")
    fee = sum(output.value for output in spent) - sum(output.value for output in transaction.vout)
    require(
        fee >= 0 and effect.fee.amount == fee, f"{where}: the transaction's fee is {fee} satoshi"
    )
