//! Vectors of the standards.

use super::*;

/// RFC 8032, section 7.1: secret, public key, message, signature.
const RFC_8032: [[&str; 4]; 3] = [
    [
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b\
         46bd25bf5f0595bbe24655141438e7a100b",
    ],
    [
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11\
         d8c387b2eaeb4302aeeb00d291612bb0c00",
    ],
    [
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc\
         6594a7c15e9716ed28dc027beceea1ec40a",
    ],
];

/// With RFC 8032's own prefix in the place of the hedged one, the signatures are the RFC's.
#[test]
fn ed25519_rfc_8032() {
    for [secret, public, text, signature] in RFC_8032 {
        let expanded = Sha512::digest(bytes::<32>(secret));
        let (scalar, prefix) = expanded.split_at(32);
        let clamped = curve25519_dalek::scalar::clamp_integer(scalar.try_into().expect("32 bytes"));
        let scalar = curve25519_dalek::Scalar::from_bytes_mod_order(clamped);
        let key = imported(Algorithm::Ed25519, scalar.as_bytes());
        assert_eq!(hex::encode(key.public_key()), public);
        let text = hex::decode(text).expect("hex");
        let prefix = prefix.try_into().expect("32 bytes");
        let made = super::super::ed25519::sign_with_prefix(&key, &text, prefix).expect("signed");
        assert_eq!(hex::encode(made), signature);
    }
}

/// RFC 6979, appendix A.2.5, SHA-256; `s` in its low form.
#[test]
fn ecdsa_p256_rfc_6979() {
    let key = imported(
        Algorithm::EcdsaP256,
        &bytes::<32>("c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721"),
    );
    for (text, r, s) in [
        (
            "sample",
            "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716",
            "f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8",
        ),
        (
            "test",
            "f1abb023518351cd71d881567b1ea663ed3efcf6c5132b354f28d3b0b7d38367",
            "019f4113742a2b14bd25926b49c649155f267e60d3814b4c0cc84250e46f0083",
        ),
    ] {
        let digest = Sha256::digest(text).into();
        let made = super::super::ecdsa_p256::sign_digest(&key, &digest, &[]).expect("signed");
        let published =
            p256::ecdsa::Signature::from_scalars(bytes::<32>(r), bytes::<32>(s)).expect("scalars");
        assert_eq!(made, published.normalize_s().unwrap_or(published));
    }
}

/// RFC 6979 over secp256k1, key 1, as Bitcoin's implementations publish it.
#[test]
fn ecdsa_secp256k1_rfc_6979() {
    let mut one = [0; 32];
    one[31] = 1;
    let key = imported(Algorithm::EcdsaSecp256k1, &one);
    for (text, signature) in [
        (
            "Satoshi Nakamoto",
            "934b1ea10a4b3c1757e2b0c017d0b6143ce3c9a7e6a4a49860d7a6ab210ee3d82442ce9d2b916064108014783e9\
             23ec36b49743e2ffa1c4496f01a512aafd9e5",
        ),
        (
            "All those moments will be lost in time, like tears in rain. Time to die...",
            "8600dbd41e348fe5c9465ab92d23e3db8b98b873beecd930736488696438cb6b547fe64427496db33bf66019dac\
             bf0039c04199abb0122918601db38a72cfc21",
        ),
    ] {
        let digest = Sha256::digest(text).into();
        let (made, _) =
            super::super::ecdsa_secp256k1::sign_digest(&key, &digest, &[]).expect("signed");
        assert_eq!(hex::encode(made.to_bytes()), signature);
    }
}

/// BIP-340, `test-vectors.csv`, all signing vectors: secret, public key, auxiliary bytes, message,
/// signature.
const BIP_340: [[&str; 5]; 8] = [
    [
        "0000000000000000000000000000000000000000000000000000000000000003",
        "f9308a019258c31049344f85f89d5229b531c845836f99b08601f113bce036f9",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "e907831f80848d1069a5371b402410364bdf1c5f8307b0084c55f1ce2dca821525f66a4a85ea8b71e482a74f382d2\
         ce5ebeee8fdb2172f477df4900d310536c0",
    ],
    [
        "b7e151628aed2a6abf7158809cf4f3c762e7160f38b4da56a784d9045190cfef",
        "dff1d77f2a671c5f36183726db2341be58feae1da2deced843240f7b502ba659",
        "0000000000000000000000000000000000000000000000000000000000000001",
        "243f6a8885a308d313198a2e03707344a4093822299f31d0082efa98ec4e6c89",
        "6896bd60eeae296db48a229ff71dfe071bde413e6d43f917dc8dcf8c78de33418906d11ac976abccb20b091292bff\
         4ea897efcb639ea871cfa95f6de339e4b0a",
    ],
    [
        "c90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74020bbea63b14e5c9",
        "dd308afec5777e13121fa72b9cc1b7cc0139715309b086c960e18fd969774eb8",
        "c87aa53824b4d7ae2eb035a2b5bbbccc080e76cdc6d1692c4b0b62d798e6d906",
        "7e2d58d8b3bcdf1abadec7829054f90dda9805aab56c77333024b9d0a508b75c",
        "5831aaeed7b44bb74e5eab94ba9d4294c49bcf2a60728d8b4c200f50dd313c1bab745879a5ad954a72c45a91c3a51\
         d3c7adea98d82f8481e0e1e03674a6f3fb7",
    ],
    [
        "0b432b2677937381aef05bb02a66ecd012773062cf3fa2549e44f58ed2401710",
        "25d1dff95105f5253c4022f628a996ad3a0d95fbf21d468a1b33f8c160d8f517",
        "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "7eb0509757e246f19449885651611cb965ecc1a187dd51b64fda1edc9637d5ec97582b9cb13db3933705b32ba982a\
         f5af25fd78881ebb32771fc5922efc66ea3",
    ],
    [
        "0340034003400340034003400340034003400340034003400340034003400340",
        "778caa53b4393ac467774d09497a87224bf9fab6f6e68b23086497324d6fd117",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "",
        "71535db165ecd9fbbc046e5ffaea61186bb6ad436732fccc25291a55895464cf6069ce26bf03466228f19a3a62db8\
         a649f2d560fac652827d1af0574e427ab63",
    ],
    [
        "0340034003400340034003400340034003400340034003400340034003400340",
        "778caa53b4393ac467774d09497a87224bf9fab6f6e68b23086497324d6fd117",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "11",
        "08a20a0afef64124649232e0693c583ab1b9934ae63b4c3511f3ae1134c6a303ea3173bfea6683bd101fa5aa5dbc1\
         996fe7cacfc5a577d33ec14564cec2bacbf",
    ],
    [
        "0340034003400340034003400340034003400340034003400340034003400340",
        "778caa53b4393ac467774d09497a87224bf9fab6f6e68b23086497324d6fd117",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0102030405060708090a0b0c0d0e0f1011",
        "5130f39a4059b43bc7cac09a19ece52b5d8699d1a71e3c52da9afdb6b50ac370c4a482b77bf960f8681540e25b677\
         1ece1e5a37fd80e5a51897c5566a97ea5a5",
    ],
    [
        "0340034003400340034003400340034003400340034003400340034003400340",
        "778caa53b4393ac467774d09497a87224bf9fab6f6e68b23086497324d6fd117",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "9999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999\
         999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999\
         9999999999",
        "403b12b0d8555a344175ea7ec746566303321e5dbfa8be6f091635163eca79a8585ed3e3170807e7c03b720fc54c7\
         b23897fcba0e9d0b4a06894cfd249f22367",
    ],
];

#[test]
fn bip_340_signing() {
    for [secret, public, auxiliary, text, signature] in BIP_340 {
        let key = imported(Algorithm::Bip340, &bytes::<32>(secret));
        assert_eq!(hex::encode(&key.public_key()[1..]), public);
        let text = hex::decode(text).expect("hex");
        let made = key.sign(&message(&text), &mut Fixed(bytes(auxiliary))).expect("signed");
        assert_eq!(hex::encode(made), signature);
    }
}

/// BIP-341, `wallet-test-vectors.json`, key path spending: internal key, merkle root, tweaked key,
/// signature hash, signature (auxiliary bytes are zero).
const BIP_341: [[&str; 5]; 7] = [
    [
        "6b973d88838f27366ed61c9ad6367663045cb456e28335c109e30717ae0c6baa",
        "",
        "2405b971772ad26915c8dcdf10f238753a9b837e5f8e6a86fd7c0cce5b7296d9",
        "2514a6272f85cfa0f45eb907fcb0d121b808ed37c6ea160a5a9046ed5526d555",
        "ed7c1647cb97379e76892be0cacff57ec4a7102aa24296ca39af7541246d8ff14d38958d4cc1e2e478e4d4a764bbf\
         d835b16d4e314b72937b29833060b87276c",
    ],
    [
        "1e4da49f6aaf4e5cd175fe08a32bb5cb4863d963921255f33d3bc31e1343907f",
        "5b75adecf53548f3ec6ad7d78383bf84cc57b55a3127c72b9a2481752dd88b21",
        "ea260c3b10e60f6de018455cd0278f2f5b7e454be1999572789e6a9565d26080",
        "325a644af47e8a5a2591cda0ab0723978537318f10e6a63d4eed783b96a71a4d",
        "052aedffc554b41f52b521071793a6b88d6dbca9dba94cf34c83696de0c1ec35ca9c5ed4ab28059bd606a4f3a657e\
         ec0bb96661d42921b5f50a95ad33675b54f",
    ],
    [
        "d3c7af07da2d54f7a7735d3d0fc4f0a73164db638b2f2f7c43f711f6d4aa7e64",
        "c525714a7f49c28aedbbba78c005931a81c234b2f6c99a73e4d06082adc8bf2b",
        "97323385e57015b75b0339a549c56a948eb961555973f0951f555ae6039ef00d",
        "bf013ea93474aa67815b1b6cc441d23b64fa310911d991e713cd34c7f5d46669",
        "ff45f742a876139946a149ab4d9185574b98dc919d2eb6754f8abaa59d18b025637a3aa043b91817739554f4ed202\
         6cf8022dbd83e351ce1fabc272841d2510a",
    ],
    [
        "f36bb07a11e469ce941d16b63b11b9b9120a84d9d87cff2c84a8d4affb438f4e",
        "ccbd66c6f7e8fdab47b3a486f59d28262be857f30d4773f2d5ea47f7761ce0e2",
        "a8e7aa924f0d58854185a490e6c41f6efb7b675c0f3331b7f14b549400b4d501",
        "4f900a0bae3f1446fd48490c2958b5a023228f01661cda3496a11da502a7f7ef",
        "b4010dd48a617db09926f729e79c33ae0b4e94b79f04a1ae93ede6315eb3669de185a17d2b0ac9ee09fd4c64b678a\
         0b61a0a86fa888a273c8511be83bfd6810f",
    ],
    [
        "415cfe9c15d9cea27d8104d5517c06e9de48e2f986b695e4f5ffebf230e725d8",
        "2f6b2c5397b6d68ca18e09a3f05161668ffe93a988582d55c6f07bd5b3329def",
        "241c14f2639d0d7139282aa6abde28dd8a067baa9d633e4e7230287ec2d02901",
        "15f25c298eb5cdc7eb1d638dd2d45c97c4c59dcaec6679cfc16ad84f30876b85",
        "a3785919a2ce3c4ce26f298c3d51619bc474ae24014bcdd31328cd8cfbab2eff3395fa0a16fe5f486d12f22a9cedd\
         ed5ae74feb4bbe5351346508c5405bcfee0",
    ],
    [
        "c7b0e81f0a9a0b0499e112279d718cca98e79a12e2f137c72ae5b213aad0d103",
        "6c2dc106ab816b73f9d07e3cd1ef2c8c1256f519748e0813e4edd2405d277bef",
        "65b6000cd2bfa6b7cf736767a8955760e62b6649058cbc970b7c0871d786346b",
        "cd292de50313804dabe4685e83f923d2969577191a3e1d2882220dca88cbeb10",
        "ea0c6ba90763c2d3a296ad82ba45881abb4f426b3f87af162dd24d5109edc1cdd11915095ba47c3a9963dc1e6c432\
         939872bc49212fe34c632cd3ab9fed429c4",
    ],
    [
        "77863416be0d0665e517e1c375fd6f75839544eca553675ef7fdf4949518ebaa",
        "ab179431c28d3b68fb798957faf5497d69c883c6fb1e1cd9f81483d87bac90cc",
        "ec18ce6af99f43815db543f47b8af5ff5df3b2cb7315c955aa4a86e8143d2bf5",
        "cccb739eca6c13a8a89e6e5cd317ffe55669bbda23f2fd37b0f18755e008edd2",
        "bbc9584a11074e83bc8c6759ec55401f0ae7b03ef290c3139814f545b58a9f8127258000874f44bc46db764632210\
         7d4d86aec8e73b8719a61fff761d75b5dd9",
    ],
];

#[test]
fn bip_341_key_path() {
    for [secret, root, output, sighash, signature] in BIP_341 {
        let key = imported(Algorithm::Bip340, &bytes::<32>(secret));
        let merkle_root = (!root.is_empty()).then(|| bytes::<32>(root));
        let tweaked = super::super::bip340::tweaked(&key, merkle_root.as_ref()).expect("tweaks");
        // The tweaked key is published before its own parity is applied.
        let negated = -*tweaked.as_nonzero_scalar().as_ref();
        let either = [hex::encode(tweaked.to_bytes()), hex::encode(negated.to_bytes())];
        assert!(either.contains(&output.to_owned()));
        let input = SigningInput::TaprootKeyPath { sighash: bytes(sighash), merkle_root };
        let made = key.sign(&input, &mut Fixed([0; 32])).expect("signed");
        assert_eq!(hex::encode(made), signature);
    }
}

/// "The Galois/Counter Mode of Operation", appendix B, test cases 13 and 14.
#[test]
fn aes_256_gcm_decryption() {
    let key = imported(Algorithm::Aes256Gcm, &[0; 32]);
    let open = |ciphertext: &str, tag: &str| {
        let payload =
            [vec![0; 12], hex::decode(ciphertext).expect("hex"), bytes::<16>(tag).to_vec()];
        key.decrypt(&payload.concat()).expect("authenticates").to_vec()
    };
    assert!(open("", "530f8afbc74536b9a963b4f1c4cb738b").is_empty());
    let sealed = open("cea7403d4d606b6e074ec5d3baf39d18", "d0d1c8a799996bf0265b98b5d48ab919");
    assert_eq!(sealed, [0; 16]);
}
