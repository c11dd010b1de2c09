"""operations.json: what each algorithm makes of key, message and fresh bytes (see check.py).

Computed here: Ed25519, ECDSA, BIP-340, and all that is hedged. By other people's code: AES-256-GCM,
ML-KEM-768 and ML-DSA-65 (`cryptography`), and sr25519, whose signature is verified only.
"""

import hashlib
import hmac

import sr25519
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA65PrivateKey
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from regen import GROUPS, blake2b, expand, extract, image, multiply, preimage, scalar, vec

# Appendix B.
ALGORITHMS = {
    "sr25519": 0,
    "ed25519": 1,
    "ecdsa-secp256k1": 2,
    "bip340": 3,
    "ecdsa-p256": 4,
    "aes-256-gcm": 16,
    "ml-kem-768": 17,
    "ml-dsa-65": 18,
}
RAW = b"\x00"


class Case:
    def __init__(self, genesis, case):
        get = lambda name: bytes.fromhex(case[name])
        self.algorithm, self.results = case["algorithm"], case["results"]
        self.secret, self.public, self.message = get("secret"), get("public_key"), get("message")
        self.fresh, self.hedged = get("fresh"), get("hedged")
        payload = blake2b(preimage("payload", genesis, RAW, vec(self.message)))
        index = bytes([ALGORITHMS[self.algorithm]])
        info = preimage("signature-nonce", genesis, get("key_id"), index, payload)
        assert info == get("hedge_info")
        assert expand(extract(self.fresh, self.secret), info)[:32] == self.hedged

    def result(self, name):
        return bytes.fromhex(self.results[name])

    def check(self):
        checks = {
            "sr25519": self.sr25519,
            "ed25519": self.ed25519,
            "ecdsa-secp256k1": lambda: self.ecdsa("Secp256k1"),
            "ecdsa-p256": lambda: self.ecdsa("P256"),
            "bip340": self.bip340,
            "aes-256-gcm": self.aes_256_gcm,
            "ml-kem-768": self.ml_kem_768,
            "ml-dsa-65": self.ml_dsa_65,
        }
        checks[self.algorithm]()

    def sr25519(self):
        group = GROUPS["Ristretto255"]
        assert image(group, scalar(group, self.secret)) == self.public
        assert sr25519.verify(self.result("message"), self.message, self.public)

    def ed25519(self):
        """RFC 8032, section 5.1.6, with the hedge as its prefix."""
        group = GROUPS["Ed25519"]
        key = scalar(group, self.secret)
        assert image(group, key) == self.public
        number = lambda *parts: int.from_bytes(hashlib.sha512(b"".join(parts)).digest(), "little")
        nonce = number(self.hedged, self.message) % group.n
        point = image(group, nonce)
        challenge = number(point, self.public, self.message)
        s = (nonce + challenge * key) % group.n
        assert point + s.to_bytes(32, "little") == self.result("message")

    def ecdsa(self, name):
        """RFC 6979, section 3.2, with the fresh bytes as section 3.6 adds them."""
        group = GROUPS[name]
        assert image(group, scalar(group, self.secret)) == self.public
        digest = hashlib.sha256(self.message).digest()
        assert self.ecdsa_signature(group, digest, name) == self.result("message")
        given = self.results["digest"]
        signature = self.ecdsa_signature(group, bytes.fromhex(given["digest"]), name)
        assert signature.hex() == given["signature"]

    def ecdsa_signature(self, group, digest, name):
        key, z = scalar(group, self.secret), int.from_bytes(digest, "big") % group.n
        nonce = rfc_6979(self.secret, z.to_bytes(32, "big"), self.fresh, group.n)
        x, y = multiply(group, nonce)
        r = x % group.n
        s = pow(nonce, -1, group.n) * (z + r * key) % group.n
        v = y & 1 | (x >= group.n) << 1
        if s > group.n // 2:
            s, v = group.n - s, v ^ 1
        signature = r.to_bytes(32, "big") + s.to_bytes(32, "big")
        return signature + bytes([v]) if name == "Secp256k1" else signature

    def bip340(self):
        group = GROUPS["Secp256k1"]
        key = scalar(group, self.secret)
        assert image(group, key) == self.public
        assert bip340(group, key, self.message, self.fresh) == self.result("message")
        roots = set()
        for case in self.results["taproot"]:
            root = bytes.fromhex(case["merkle_root"] or "")
            roots.add(root)
            # BIP-341: the tweak is added to the key whose point has an even y.
            x, y = multiply(group, key)
            even = group.n - key if y & 1 else key
            tweak = tagged("TapTweak", x.to_bytes(32, "big") + root)
            tweaked = (even + int.from_bytes(tweak, "big")) % group.n
            sighash = bytes.fromhex(case["sighash"])
            assert bip340(group, tweaked, sighash, self.fresh).hex() == case["signature"]
        assert len(roots) == 2

    def aes_256_gcm(self):
        assert self.public == b""
        nonce = self.hedged[:12]
        sealed = nonce + AESGCM(self.secret).encrypt(nonce, self.message, None)
        assert sealed == self.result("sealed")
        assert self.result("opened") == self.message

    def ml_kem_768(self):
        key = MLKEM768PrivateKey.from_seed_bytes(self.secret)
        assert key.public_key().public_bytes_raw() == self.public
        assert key.decapsulate(self.result("ciphertext")) == self.result("shared_secret")
        given = {name: bytes.fromhex(text) for name, text in self.results["encapsulated"].items()}
        assert key.decapsulate(given["ciphertext"]) == given["shared_secret"]
        # FIPS 203, algorithm 17: a rejected ciphertext would yield another secret than this.
        shared = hashlib.sha3_512(given["m"] + hashlib.sha3_256(self.public).digest()).digest()
        assert shared[:32] == given["shared_secret"]
        assert given["m"] == self.fresh

    def ml_dsa_65(self):
        key = MLDSA65PrivateKey.from_seed_bytes(self.secret).public_key()
        assert key.public_bytes_raw() == self.public
        key.verify(self.result("message"), self.message)


def rfc_6979(key, hashed, additional, order):
    """The nonce by HMAC-SHA-256; `hashed` is below the order."""
    mac = lambda secret, *parts: hmac.digest(secret, b"".join(parts), "sha256")
    k, v = bytes(32), b"\x01" * 32
    for step in [b"\x00", b"\x01"]:
        k = mac(k, v, step, key, hashed, additional)
        v = mac(k, v)
    while True:
        v = mac(k, v)
        nonce = int.from_bytes(v, "big")
        if 0 < nonce < order:
            return nonce
        k = mac(k, v, b"\x00")
        v = mac(k, v)


def tagged(tag, data):
    prefix = hashlib.sha256(tag.encode()).digest()
    return hashlib.sha256(prefix + prefix + data).digest()


def bip340(group, key, message, auxiliary):
    """BIP-340's default signing."""
    x, y = multiply(group, key)
    public = x.to_bytes(32, "big")
    key = group.n - key if y & 1 else key
    mask = tagged("BIP0340/aux", auxiliary)
    masked = (key ^ int.from_bytes(mask, "big")).to_bytes(32, "big")
    number = lambda tag, data: int.from_bytes(tagged(tag, data), "big") % group.n
    nonce = number("BIP0340/nonce", masked + public + message)
    r, r_y = multiply(group, nonce)
    nonce = group.n - nonce if r_y & 1 else nonce
    commitment = r.to_bytes(32, "big")
    challenge = number("BIP0340/challenge", commitment + public + message)
    return commitment + ((nonce + challenge * key) % group.n).to_bytes(32, "big")


def check_operations(vectors):
    genesis = bytes.fromhex(vectors["genesis"])
    assert [case["algorithm"] for case in vectors["cases"]] == list(ALGORITHMS)
    for case in vectors["cases"]:
        Case(genesis, case).check()
    return len(vectors["cases"])
