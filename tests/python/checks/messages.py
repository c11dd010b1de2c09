"""Signatures over raw payloads, and decryptions, by cryptography, openssl, coincurve and
py-sr25519-bindings."""

import shutil
import subprocess
import tempfile
from pathlib import Path

import sr25519
from coincurve import PublicKey, PublicKeyXOnly
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, mldsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from .refusal import Refused, require


def check(operation) -> str:
    """Verifies one signature; of a sealing, its length."""
    require(len(operation.result) == 1, f"{operation.where}: not exactly one result")
    checks = {
        "sr25519": check_sr25519,
        "ed25519": check_ed25519,
        "ecdsa-p256": check_p256,
        "ecdsa-secp256k1": check_secp256k1,
        "bip340": check_bip340,
        "ml-dsa-65": check_ml_dsa,
        "aes-256-gcm": check_sealed,
    }
    require(
        operation.algorithm in checks, f"{operation.where}: {operation.algorithm} does not sign"
    )
    verify = checks[operation.algorithm]
    return verify(operation.public_key, operation.payload, operation.result[0], operation.where)


def check_sr25519(public: bytes, message: bytes, signature: bytes, where: str) -> str:
    require(len(signature) == 64, f"{where}: an sr25519 signature has 64 bytes")
    try:
        valid = sr25519.verify(signature, message, public)
    except ValueError:  # bytes that encode no signature or key
        valid = False
    require(valid, f"{where}: the sr25519 signature does not verify")
    return "sr25519 signature (py-sr25519-bindings)"


def check_ed25519(public: bytes, message: bytes, signature: bytes, where: str) -> str:
    key = ed25519.Ed25519PublicKey.from_public_bytes(public)
    valid_or_refuse(lambda: key.verify(signature, message), where, "Ed25519")
    with_openssl(key, message, signature, where, ["pkeyutl", "-verify", "-rawin"])
    return "Ed25519 signature (cryptography, openssl)"


def check_p256(public: bytes, message: bytes, signature: bytes, where: str) -> str:
    require(len(signature) == 64, f"{where}: a P-256 signature is r and s, 64 bytes")
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), public)
    r, s = (int.from_bytes(part, "big") for part in (signature[:32], signature[32:]))
    der = encode_dss_signature(r, s)
    valid_or_refuse(lambda: key.verify(der, message, ec.ECDSA(hashes.SHA256())), where, "P-256")
    with_openssl(key, message, der, where, ["dgst", "-sha256"])
    return "ECDSA P-256 signature (cryptography, openssl)"


def check_ml_dsa(public: bytes, message: bytes, signature: bytes, where: str) -> str:
    key = mldsa.MLDSA65PublicKey.from_public_bytes(public)
    valid_or_refuse(lambda: key.verify(signature, message), where, "ML-DSA-65")
    return "ML-DSA-65 signature (cryptography)"


def check_secp256k1(public: bytes, message: bytes, signature: bytes, where: str) -> str:
    require(len(signature) == 65, f"{where}: a secp256k1 signature is r, s and v, 65 bytes")
    recovered = PublicKey.from_signature_and_message(signature, message).format()
    require(recovered == public, f"{where}: the secp256k1 signature is another key's")
    return "ECDSA secp256k1 signature (coincurve)"


def check_bip340(public: bytes, message: bytes, signature: bytes, where: str) -> str:
    require(len(signature) == 64, f"{where}: a BIP-340 signature has 64 bytes")
    valid = PublicKeyXOnly(public[1:]).verify(signature, message)
    require(valid, f"{where}: the BIP-340 signature does not verify")
    return "BIP-340 signature (coincurve)"


def check_sealed(_public: bytes, message: bytes, sealed: bytes, where: str) -> str:
    # Without the key nobody can verify more; the opening of it shows the rest.
    require(len(sealed) == len(message) + 28, f"{where}: not nonce, ciphertext and tag")
    require(message == b"" or sealed[12:-16] != message, f"{where}: the message is not encrypted")
    return "AES-256-GCM sealing, by its length"


def check_decryption(operation, operations: list) -> str:
    where = operation.where
    require(len(operation.result) == 1, f"{where}: not exactly one result")
    require(
        operation.plaintext not in operation.result[0] or operation.plaintext == b"",
        f"{where}: the result shows the plaintext: it is not sealed",
    )
    if operation.algorithm == "aes-256-gcm":
        sources = [
            other
            for other in operations
            if other.request.key == operation.request.key
            and other.request.operation == "sign"
            and other.result == [operation.payload]
        ]
        require(len(sources) == 1, f"{where}: no operation of the file sealed this ciphertext")
        expected = sources[0].payload
        if operation.expected_plaintext is not None:
            require(
                operation.expected_plaintext == expected, f"{where}: another plaintext is expected"
            )
        what = f"AES-256-GCM opening of what {sources[0].name!r} sealed"
    elif operation.algorithm == "ml-kem-768":
        expected = operation.expected_plaintext
        require(
            expected is not None and len(expected) == 32, f"{where}: expected_plaintext is missing"
        )
        require(len(operation.payload) == 1088, f"{where}: no ML-KEM-768 ciphertext")
        what = "ML-KEM-768 decapsulation, the same secret as the sender's"
    else:
        raise Refused(f"{where}: {operation.algorithm} does not decrypt")
    require(operation.plaintext == expected, f"{where}: the plaintext is not what was encrypted")
    return what


def valid_or_refuse(verify, where: str, what: str) -> None:
    try:
        verify()
    except (InvalidSignature, ValueError):
        raise Refused(f"{where}: the {what} signature does not verify") from None


def with_openssl(key, message: bytes, signature: bytes, where: str, command: list) -> None:
    """Verifies once more with the openssl program."""
    openssl = shutil.which("openssl")
    require(openssl is not None, "the openssl program is not installed")
    pem = key.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    with tempfile.TemporaryDirectory() as folder:
        files = {"key": pem, "message": message, "signature": signature}
        paths = {name: Path(folder) / name for name in files}
        for name, content in files.items():
            paths[name].write_bytes(content)
        if command[0] == "dgst":
            tail = ["-verify", paths["key"], "-signature", paths["signature"], paths["message"]]
        else:
            tail = ["-pubin", "-inkey", paths["key"], "-in", paths["message"]]
            tail += ["-sigfile", paths["signature"]]
        done = subprocess.run(
            [openssl, *command, *tail], capture_output=True, text=True, timeout=60, check=False
        )
    require(done.returncode == 0, f"{where}: openssl refuses the signature: {done.stdout.strip()}")
