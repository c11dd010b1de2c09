//! Keystores and accounts that a person hands in: whatever the file holds, it is an error or exactly
//! the account it says it is.
#![allow(clippy::unwrap_used)] // A test that cannot go on fails.

use proptest::prelude::*;
use regent_client::{Account, AccountError, EnclaveClient};
use serde_json::{json, Value};

/// `//Bob`, sealed with this password.
const BOB: &str = include_str!("../testdata/bob.json");
const PASSWORD: &str = "correct horse";
const DIGITS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

fn bob() -> Value {
    serde_json::from_str(BOB).expect("JSON")
}

fn encoded() -> String {
    bob()["encoded"].as_str().expect("a string").to_owned()
}

/// The keystore with another field; the names lead to it.
fn with(names: &[&str], value: Value) -> String {
    let mut keystore = bob();
    let mut field = &mut keystore;
    for name in names {
        field = &mut field[*name];
    }
    *field = value;
    keystore.to_string()
}

/// Opening it gives Bob, or an error that repeats no secret.
fn check(json: &str) -> Result<Option<AccountError>, TestCaseError> {
    match Account::from_keystore(json, PASSWORD) {
        Ok(account) => {
            let bob = Account::development("//Bob").expect("parses");
            prop_assert_eq!(account.id(), bob.id());
            Ok(None)
        }
        Err(error) => {
            prop_assert!(!error.to_string().contains(PASSWORD), "{}", error);
            Ok(Some(error))
        }
    }
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        "\\PC{0,20}".prop_map(Value::from),
        prop::sample::select(vec!["3", "pkcs8", "sr25519", "scrypt", "xsalsa20-poly1305"])
            .prop_map(Value::from),
    ];
    leaf.prop_recursive(2, 8, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::hash_map("[a-z]{1,8}", inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

/// Around the 68 bytes of the header, with every padding.
#[test]
fn a_cut_keystore_is_an_error() {
    for length in 84..100 {
        for pad in ["", "=", "=="] {
            let cut = encoded()[..length].to_owned() + pad;
            assert!(check(&with(&["encoded"], json!(cut))).unwrap().is_some(), "{length}{pad}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn text_of_any_kind_is_no_keystore(text in "\\PC{0,200}") {
        prop_assert!(check(&text)?.is_some());
    }

    #[test]
    fn json_of_any_kind_is_no_keystore(json in any_json()) {
        prop_assert!(check(&json.to_string())?.is_some());
    }

    #[test]
    fn any_field_may_be_anything(
        field in prop::sample::select(vec![
            &["encoded"][..],
            &["address"],
            &["encoding"],
            &["encoding", "content"],
            &["encoding", "type"],
            &["encoding", "version"],
        ]),
        value in any_json(),
    ) {
        let error = check(&with(field, value))?;
        prop_assert!(error.is_some() || field.len() == 2, "{:?}", field);
    }

    /// However short or long, and whatever digits: the file's header is never read past its end.
    #[test]
    fn any_base64_is_read_safely(digits in prop::collection::vec(0..64usize, 0..260), pad in 0..3usize) {
        let digits: String = digits.iter().map(|at| char::from(DIGITS.as_bytes()[*at])).collect();
        let encoded = digits + &"=".repeat(pad);
        prop_assert!(check(&with(&["encoded"], json!(encoded)))?.is_some());
    }

    /// Cost parameters of the file's choice would eat time or memory: only the usual ones are taken.
    #[test]
    fn absurd_costs_are_refused(at in 43..58usize, digit in 0..64usize) {
        let mut changed = encoded().into_bytes();
        changed[at] = DIGITS.as_bytes()[digit];
        let changed = String::from_utf8(changed).expect("ASCII");
        let same = changed == encoded();
        let error = check(&with(&["encoded"], json!(changed)))?;
        prop_assert_eq!(error.is_none(), same);
    }

    #[test]
    fn development_paths_are_parsed_safely(text in "(//)?[ -~]{0,20}|//[A-Za-z0-9/]{0,30}|\\PC{0,30}") {
        if Account::development(&text).is_ok() {
            prop_assert!(text.starts_with("//") && !text.contains("///"));
        }
    }

    #[test]
    fn any_enclave_url_is_a_client_or_an_error(url in "(https?://)?[ -~]{0,40}|\\PC{0,40}") {
        if let Ok(client) = EnclaveClient::new(&url) {
            prop_assert_eq!(client.url(), url);
        }
    }
}

proptest! {
    // Each of these derives a key, which is slow by design.
    #![proptest_config(ProptestConfig::with_cases(12))]

    /// The box is authenticated: no other digit anywhere opens.
    #[test]
    fn a_changed_box_does_not_open(at in 60..240usize, digit in 0..64usize) {
        let mut changed = encoded().into_bytes();
        prop_assume!(at < changed.len() && changed[at] != b'=');
        let same = changed[at] == DIGITS.as_bytes()[digit];
        changed[at] = DIGITS.as_bytes()[digit];
        let changed = String::from_utf8(changed).expect("ASCII");
        let error = check(&with(&["encoded"], json!(changed)))?;
        prop_assert_eq!(error.is_none(), same);
    }

    #[test]
    fn another_password_does_not_open(password in "[ -~]{0,20}") {
        prop_assume!(password != PASSWORD);
        let refused = Account::from_keystore(BOB, &password);
        prop_assert!(matches!(refused, Err(AccountError::Password)));
    }
}
