"""X-Wing and HPKE, written from the drafts and RFC 9180 over the ML-KEM-768, X25519 and
ChaCha20-Poly1305 of `cryptography`; opens sealing.json and the drafts' own hpke-xwing.json (see
check.py).
"""

import hashlib
import hmac

from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from regen import blake2b, preimage, vec

KEM, KDF, AEAD = 0x647A, 1, 3
SUITE = b"HPKE" + b"".join(number.to_bytes(2, "big") for number in (KEM, KDF, AEAD))
ML_KEM_CIPHERTEXT = 1088
# The draft draws an X-Wing with it.
X_WING_LABEL = bytes.fromhex("5c2e2f2f5e5c")


class XWing:
    """A key pair from its 32 secret bytes."""

    def __init__(self, secret):
        expanded = hashlib.shake_256(secret).digest(96)
        self.ml_kem = MLKEM768PrivateKey.from_seed_bytes(expanded[:64])
        self.x25519 = X25519PrivateKey.from_private_bytes(expanded[64:])
        self.x_public = self.x25519.public_key().public_bytes_raw()
        self.public = self.ml_kem.public_key().public_bytes_raw() + self.x_public

    def decapsulate(self, encapsulated):
        ml_kem, x_sent = encapsulated[:ML_KEM_CIPHERTEXT], encapsulated[ML_KEM_CIPHERTEXT:]
        shared = self.ml_kem.decapsulate(ml_kem)
        shared += self.x25519.exchange(X25519PublicKey.from_public_bytes(x_sent))
        return hashlib.sha3_256(shared + x_sent + self.x_public + X_WING_LABEL).digest()


def hkdf_extract(salt, label, ikm):
    """LabeledExtract of RFC 9180, section 4."""
    return hmac.digest(salt, b"HPKE-v1" + SUITE + label + ikm, "sha256")


def hkdf_expand(prk, label, info, length):
    """LabeledExpand of RFC 9180, section 4, of one block at the most."""
    labelled = length.to_bytes(2, "big") + b"HPKE-v1" + SUITE + label + info
    return hmac.digest(prk, labelled + b"\x01", "sha256")[:length]


def key_schedule(shared, info):
    """Key and first nonce of RFC 9180, section 5.1, in base mode."""
    hashes = [hkdf_extract(b"", b"psk_id_hash", b""), hkdf_extract(b"", b"info_hash", info)]
    context = b"\x00" + b"".join(hashes)
    secret = hkdf_extract(shared, b"secret", b"")
    key = hkdf_expand(secret, b"key", context, 32)
    return key, hkdf_expand(secret, b"base_nonce", context, 12)


def open_sealed(pair, encapsulated, info, aad, ciphertext):
    key, nonce = key_schedule(pair.decapsulate(encapsulated), info)
    return ChaCha20Poly1305(key).decrypt(nonce, ciphertext, aad)


def check_published(vectors):
    """That this implementation is one: the vectors of the drafts."""
    get = lambda case, name: bytes.fromhex(case[name])
    for case in vectors["x_wing"]["cases"]:
        pair = XWing(get(case, "secret_key"))
        assert pair.public == get(case, "public_key")
        assert pair.decapsulate(get(case, "ciphertext")) == get(case, "shared_secret")
    case = vectors["hpke"]
    sealed = [get(case, name) for name in ["encapsulated", "info", "aad", "ciphertext"]]
    assert open_sealed(XWing(get(case, "secret_key")), *sealed) == get(case, "plaintext")
    return len(vectors["x_wing"]["cases"]) + 1


def check_sealing(vectors):
    genesis = bytes.fromhex(vectors["genesis"])
    for case in vectors["cases"]:
        get = lambda name: bytes.fromhex(case[name])
        pair = XWing(get("secret_key"))
        assert pair.public == get("public_key")
        info = preimage("seal-info", genesis, vec(case["purpose"].encode()))
        assert info == get("info")
        encapsulated, ciphertext = get("encapsulated"), get("ciphertext")
        # The second half of the randomness is the sender's X25519 key.
        ephemeral = X25519PrivateKey.from_private_bytes(get("randomness")[32:])
        assert encapsulated[ML_KEM_CIPHERTEXT:] == ephemeral.public_key().public_bytes_raw()
        assert pair.decapsulate(encapsulated) == get("shared_secret")
        key, nonce = key_schedule(get("shared_secret"), info)
        plaintext = get("plaintext")
        # This AEAD is deterministic: what opens is what would be sealed.
        assert ChaCha20Poly1305(key).encrypt(nonce, plaintext, get("aad")) == ciphertext
        sealed = b"\x01" + vec(encapsulated) + vec(ciphertext)
        assert sealed == get("sealed")
        if case["purpose"] == "share":
            assert blake2b(preimage("sealed-share", genesis, sealed)) == get("sealed_hash")
    assert {case["purpose"] for case in vectors["cases"]} == {"share", "result"}
    return len(vectors["cases"])
