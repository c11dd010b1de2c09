"""Bitcoin transactions, by embit (parsing, the hashes of BIP-143 and BIP-341) and coincurve (ECDSA,
BIP-340): taproot key-path spends of a BIP-340 key, P2WPKH spends of an ECDSA key."""

from coincurve import PublicKey, PublicKeyXOnly
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from embit import ec, script
from embit.networks import NETWORKS
from embit.psbt import PSBT
from embit.transaction import SIGHASH, Transaction

from .refusal import Refused, require

# Names of networks, here and in embit.
KNOWN = {"main": "main", "test": "test", "regtest": "regtest"}
# Of secp256k1.
ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141


def check(operation) -> str:
    where = operation.where
    psbt = PSBT.parse(operation.payload)
    transaction = Transaction.parse(operation.assembled)
    require(transaction.serialize() == operation.assembled, f"{where}: not one transaction")
    require(transaction.txid() == psbt.tx.txid(), f"{where}: another transaction is signed")

    match operation.algorithm:
        case "bip340":
            # BIP-341: the output key commits to the internal key and to no scripts.
            # The sign of the key's y does not count.
            own = script.p2tr(ec.PublicKey.parse(b"\x02" + operation.public_key[1:]))
            kind, spent, check_witness = "taproot", stated_coins(psbt), check_key_path
        case "ecdsa-secp256k1":
            own = script.p2wpkh(ec.PublicKey.parse(operation.public_key))
            kind, spent, check_witness = "P2WPKH", proven_coins(psbt, where), check_p2wpkh
        case other:
            raise Refused(f"{where}: {other} is verified nowhere here")
    require(all(spent), f"{where}: an input lacks the output it spends")
    require(
        all(output.script_pubkey == own for output in spent), f"{where}: an input is not the key's"
    )
    require(len(transaction.vin) == len(spent) > 0, f"{where}: inputs and spent outputs differ")
    require(len(operation.result) == len(spent), f"{where}: not one signature an input")
    for index in range(len(spent)):
        check_witness(operation, transaction, spent, index)
    check_effect(operation, transaction, spent, own)
    return (
        f"{kind} transaction {transaction.txid().hex()} of {operation.address} (embit, coincurve)"
    )


def stated_coins(psbt) -> list:
    """The spent outputs as the PSBT states them: a taproot signature commits to all of them."""
    return [item.witness_utxo for item in psbt.inputs]


def proven_coins(psbt, where: str) -> list:
    """The spent outputs, each from the transaction that made it: a P2WPKH signature commits to its own
    input's amount only."""
    spent = []
    for index, (item, vin) in enumerate(zip(psbt.inputs, psbt.tx.vin)):
        previous = item.non_witness_utxo
        require(
            previous is not None and previous.txid() == vin.txid,
            f"{where}: input {index} lacks the transaction it spends from",
        )
        output = previous.vout[vin.vout]
        stated = item.witness_utxo
        require(
            stated is None or stated.serialize() == output.serialize(),
            f"{where}: input {index} states another output than it spends",
        )
        spent.append(output)
    return spent


def check_key_path(operation, transaction, spent, index: int) -> None:
    where, given = operation.where, operation.result[index]
    scripts = [output.script_pubkey for output in spent]
    values = [output.value for output in spent]
    witness = transaction.vin[index].witness.items
    require(len(witness) == 1, f"{where}: input {index} is no key-path spend")
    signature, kind = witness[0][:64], witness[0][64:]
    require(kind in (b"", b"\x01"), f"{where}: input {index} does not sign the whole transaction")
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


def check_p2wpkh(operation, transaction, spent, index: int) -> None:
    where, given = operation.where, operation.result[index]
    witness = transaction.vin[index].witness.items
    require(
        len(witness) == 2 and witness[1] == operation.public_key,
        f"{where}: input {index} is no P2WPKH spend of the key",
    )
    require(len(given) == 65, f"{where}: a secp256k1 signature is r, s and v, 65 bytes")
    r, s = (int.from_bytes(part, "big") for part in (given[:32], given[32:64]))
    require(s <= ORDER // 2, f"{where}: input {index}: s is not in its low form")
    require(
        witness[0] == encode_dss_signature(r, s) + b"\x01",
        f"{where}: result {index} is not the witness's signature, of the whole transaction",
    )
    code = script.p2pkh_from_p2wpkh(spent[index].script_pubkey)
    sighash = transaction.sighash_segwit(index, code, spent[index].value)
    signer = PublicKey.from_signature_and_message(given, sighash, hasher=None)
    require(
        signer.format() == operation.public_key,
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
