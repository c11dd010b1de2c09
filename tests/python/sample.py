"""A file as the demo writes it, made without Regent: keys of its own, other people's libraries.

`python sample.py > sample.json` shows one.
"""

import hashlib
import json
import sys

import rlp
import sr25519
from coincurve import PrivateKey, PublicKey
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, mldsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from embit import ec as embit_ec
from embit import script
from embit.finalizer import finalize_psbt
from embit.networks import NETWORKS
from embit.psbt import PSBT
from embit.transaction import Transaction, TransactionInput, TransactionOutput
from eth_account import Account
from eth_keys import keys
from eth_utils import to_checksum_address

from regent_scale import FORMATS, byte_list, compact, hash_of, payload_hash, result_hash

GENESIS = bytes([0x47]) * 32
POLICY = bytes([0x50]) * 32
SESSION = bytes([0x53]) * 32
CONTRACT = "0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48"
BOB = bytes([0xB0]) * 20
RAW = (serialization.Encoding.Raw, serialization.PublicFormat.Raw)


def secret(name: str) -> bytes:
    return hashlib.sha256(name.encode()).digest()


def uint(value: int, size: int) -> bytes:
    return value.to_bytes(size, "little")


def scale_asset(text: str) -> bytes:
    kind, *rest = text.split(":")
    if kind == "ether":
        return b"\0" + uint(int(rest[0]), 8)
    if kind == "erc20":
        return b"\1" + uint(int(rest[0]), 8) + bytes.fromhex(rest[1][2:])
    return b"\2" + bytes([["main", "test", "regtest"].index(rest[0])])


def scale_effect(effect) -> bytes:
    if effect is None:
        return b"\0\0"
    encoded = compact(len(effect["transfers"]))
    for item in effect["transfers"]:
        recipient = bytes.fromhex(item["recipient"][2:])
        encoded += byte_list(recipient) + scale_asset(item["asset"]) + uint(int(item["amount"]), 32)
    fee = effect["fee"]
    return encoded + b"\1" + scale_asset(fee["asset"]) + uint(int(fee["amount"]), 32)


def operation(name, algorithm, public, form, payload, result, effect=None, decrypt=False, **more):
    """One operation with its request and signed receipt."""
    key = secret(f"key {more.pop('key', name)}")
    hashed = payload_hash(GENESIS, form, payload)
    index = next(index for index, known in FORMATS.items() if known == form)
    kind = b"\2" + byte_list(bytes(1216)) if decrypt else b"\1" + bytes([index])
    body = secret("requester") + secret(f"salt {name}") + key + uint(0, 4) + kind
    body += hashed + scale_effect(effect) + POLICY + uint(1000, 4)
    leaves = b"".join(compact(1) + uint(leaf, 2) for leaf in (1, 2, 4))
    receipt = hash_of("request", GENESIS, body) + uint(1, 1) + key + uint(0, 4)
    receipt += (b"\2" if decrypt else b"\1") + hashed + result_hash(GENESIS, result)
    receipt += compact(3) + leaves + compact(0) + POLICY + SESSION + bytes(32) + bytes(32)
    pair = sr25519.pair_from_seed(secret(f"session {name}"))
    signature = sr25519.sign(pair, hash_of("receipt", GENESIS, receipt))
    item = {
        "name": name,
        "algorithm": algorithm,
        "public_key": "0x" + public.hex(),
        "request": "0x" + body.hex(),
        "payload_format": form,
        "payload": "0x" + payload.hex(),
        "result": ["0x" + part.hex() for part in result],
        "receipt": "0x" + (receipt + signature).hex(),
        "session_signing_key": "0x" + pair[0].hex(),
    }
    if effect is not None:
        item["effect"] = effect
    return item | more


def ethereum(name: str, **fields):
    """EIP-1559, or legacy where `gasPrice` is given."""
    private = secret("ethereum")
    account = Account.from_key(private)
    base = {
        "chainId": 1,
        "nonce": 7,
        "gas": 21_000,
        "to": to_checksum_address(BOB),
        "value": 10**18,
    }
    fees = {"maxFeePerGas": 30 * 10**9, "maxPriorityFeePerGas": 10**9}
    fields = base | ({} if "gasPrice" in fields else fees) | fields
    signed = account.sign_transaction(fields)
    raw = bytes(signed.raw_transaction)
    if raw[:1] == b"\x02":
        payload = b"\x02" + rlp.encode(rlp.decode(raw[1:])[:9])
        parity = signed.v
    else:
        payload = rlp.encode(
            rlp.decode(raw)[:6] + [rlp.sedes.big_endian_int.serialize(1), b"", b""]
        )
        parity = signed.v - 37
    price = fields.get("gasPrice", fields.get("maxFeePerGas"))
    transfer = {"recipient": "0x" + BOB.hex(), "asset": "ether:1", "amount": str(fields["value"])}
    if "data" in fields:
        amount = str(int(fields["data"][-64:], 16))
        transfer |= {"asset": f"erc20:1:{CONTRACT}", "amount": amount}
    effect = {
        "transfers": [transfer],
        "fee": {"asset": "ether:1", "amount": str(price * fields["gas"])},
    }
    signature = signed.r.to_bytes(32, "big") + signed.s.to_bytes(32, "big") + bytes([parity])
    public = keys.PrivateKey(private).public_key.to_compressed_bytes()
    return operation(
        name,
        "ecdsa-secp256k1",
        public,
        "ethereum",
        payload,
        [signature],
        effect,
        key="ethereum",
        address=account.address,
        assembled="0x" + raw.hex(),
    )


def taproot(name: str):
    private = embit_ec.PrivateKey(secret("taproot"))
    public = private.get_public_key()
    own = script.p2tr(public)
    bob = script.p2wpkh(embit_ec.PrivateKey(secret("bob")).get_public_key())
    inputs = [TransactionInput(bytes([number]) * 32, number) for number in (1, 2)]
    outputs = [TransactionOutput(60_000, bob), TransactionOutput(38_500, own)]
    psbt = PSBT(Transaction(version=2, vin=inputs, vout=outputs, locktime=0))
    for item in psbt.inputs:
        item.witness_utxo = TransactionOutput(50_000, own)
        item.taproot_internal_key = public
    payload = psbt.serialize()
    assert psbt.sign_with(private) == 2
    final = finalize_psbt(psbt)
    effect = {
        "transfers": [
            {"recipient": "0x" + bob.data.hex(), "asset": "bitcoin:regtest", "amount": "60000"}
        ],
        "fee": {"asset": "bitcoin:regtest", "amount": "1500"},
    }
    return operation(
        name,
        "bip340",
        public.sec(),
        "bitcoin",
        payload,
        [item.witness.items[0] for item in final.vin],
        effect,
        address=own.address(NETWORKS["regtest"]),
        assembled="0x" + final.serialize().hex(),
    )


def p2wpkh(name: str):
    private = embit_ec.PrivateKey(secret("p2wpkh"))
    public = private.get_public_key()
    own = script.p2wpkh(public)
    bob = script.p2wpkh(embit_ec.PrivateKey(secret("bob")).get_public_key())
    made = [TransactionOutput(1, bob), TransactionOutput(50_000, own)]
    previous = [
        Transaction(2, vin=[TransactionInput(bytes([number]) * 32, 0)], vout=made, locktime=0)
        for number in (3, 4)
    ]
    inputs = [TransactionInput(transaction.txid(), 1) for transaction in previous]
    outputs = [TransactionOutput(60_000, bob), TransactionOutput(38_500, own)]
    psbt = PSBT(Transaction(version=2, vin=inputs, vout=outputs, locktime=0))
    for item, transaction in zip(psbt.inputs, previous):
        item.non_witness_utxo = transaction
        item.witness_utxo = made[1]
    payload = psbt.serialize()
    assert psbt.sign_with(private) == 2
    final = finalize_psbt(psbt)
    effect = {
        "transfers": [
            {"recipient": "0x" + bob.data.hex(), "asset": "bitcoin:regtest", "amount": "60000"}
        ],
        "fee": {"asset": "bitcoin:regtest", "amount": "1500"},
    }
    return operation(
        name,
        "ecdsa-secp256k1",
        public.sec(),
        "bitcoin",
        payload,
        [p2wpkh_result(final, index, made[1], public) for index in range(2)],
        effect,
        address=own.address(NETWORKS["regtest"]),
        assembled="0x" + final.serialize().hex(),
    )


def p2wpkh_result(transaction, index: int, spent, public) -> bytes:
    """r, s and v of the signature in a witness."""
    r, s = decode_dss_signature(transaction.vin[index].witness.items[0][:-1])
    compact = r.to_bytes(32, "big") + s.to_bytes(32, "big")
    code = script.p2pkh_from_p2wpkh(spent.script_pubkey)
    sighash = transaction.sighash_segwit(index, code, spent.value)
    for v in (b"\0", b"\1"):
        signer = PublicKey.from_signature_and_message(compact + v, sighash, hasher=None)
        if signer.format() == public.sec():
            return compact + v
    raise AssertionError("the witness has another key's signature")


def raw(name: str, algorithm: str, public: bytes, sign, message: bytes = b"a message to sign"):
    return operation(name, algorithm, public, "raw", message, [sign(message)])


def document() -> dict:
    edwards = ed25519.Ed25519PrivateKey.from_private_bytes(secret("ed25519"))
    p256 = ec.derive_private_key(int.from_bytes(secret("p256"), "big"), ec.SECP256R1())
    ml_dsa = mldsa.MLDSA65PrivateKey.from_seed_bytes(secret("ml-dsa"))
    ristretto = sr25519.pair_from_seed(secret("sr25519"))
    secp = PrivateKey(secret("secp256k1"))

    def sign_p256(message: bytes) -> bytes:
        r, s = decode_dss_signature(p256.sign(message, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")

    point = (serialization.Encoding.X962, serialization.PublicFormat.CompressedPoint)
    call = "0xa9059cbb" + "00" * 12 + BOB.hex() + (5_000_000).to_bytes(32, "big").hex()
    plaintext, nonce = b"what only two people may read", bytes(range(12))
    sealed = nonce + AESGCM(secret("aes")).encrypt(nonce, plaintext, None)
    shared = secret("shared")
    operations = [
        ethereum("ethereum transfer"),
        ethereum("ethereum token", to=CONTRACT, value=0, gas=65_000, data=call),
        ethereum("ethereum legacy", gasPrice=20 * 10**9),
        taproot("bitcoin taproot"),
        p2wpkh("bitcoin p2wpkh"),
        raw("ed25519", "ed25519", edwards.public_key().public_bytes(*RAW), edwards.sign),
        raw("p256", "ecdsa-p256", p256.public_key().public_bytes(*point), sign_p256),
        raw("ml-dsa", "ml-dsa-65", ml_dsa.public_key().public_bytes(*RAW), ml_dsa.sign),
        raw("sr25519", "sr25519", ristretto[0], lambda m: sr25519.sign(ristretto, m)),
        raw("secp256k1", "ecdsa-secp256k1", secp.public_key.format(), secp.sign_recoverable),
        raw(
            "bip340",
            "bip340",
            b"\2" + secp.public_key_xonly.format(),
            secp.sign_schnorr,
            message=secret("coincurve signs 32 bytes only"),
        ),
        operation("aes seal", "aes-256-gcm", b"", "raw", plaintext, [sealed], key="aes"),
        operation(
            "aes open",
            "aes-256-gcm",
            b"",
            "raw",
            sealed,
            [bytes(1200)],
            decrypt=True,
            key="aes",
            plaintext="0x" + plaintext.hex(),
        ),
        operation(
            "ml-kem",
            "ml-kem-768",
            bytes(1184),
            "raw",
            bytes(1088),
            [bytes(1200)],
            decrypt=True,
            plaintext="0x" + shared.hex(),
            expected_plaintext="0x" + shared.hex(),
        ),
    ]
    return {"genesis": "0x" + GENESIS.hex(), "operations": operations}


if __name__ == "__main__":
    json.dump(document(), sys.stdout, indent=2)
    print()
