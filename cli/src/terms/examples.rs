//! How terms are tested: by their example, and by what goes wrong when a text in it is another.

use alloy_sol_types::SolValue;

use super::{Clock, TermsError, TermsFile};

/// The newest block, and blocks of half a second.
pub const CLOCK: Clock = Clock { block: 1_000, slot_milliseconds: 500 };

/// The terms in a text, on a chain without cash.
pub fn terms<F: TermsFile>(text: &str) -> Result<F::Terms, TermsError> {
    F::parse(text)?.terms(&CLOCK, None)
}

/// Compares the ABI encoding of an example's terms with one in hexadecimal digits, made by a program of
/// its own in another language.
pub fn assert_encoded<F: TermsFile>(example: &str, encoded: &str) {
    let found = hex::encode(terms::<F>(example).expect("valid").abi_encode());
    assert_eq!(found, encoded.split_whitespace().collect::<String>());
}

/// The error of an example with one text replaced.
pub fn wrong<F: TermsFile>(example: &str, from: &str, to: &str) -> String {
    let text = example.replacen(from, to, 1);
    assert_ne!(text, example, "{from} is in the example");
    match terms::<F>(&text) {
        Err(error) => error.to_string(),
        Ok(_) => panic!("{to} was accepted"),
    }
}

/// Replaces one text by another, one pair at a time, and checks that the error names the field.
pub fn assert_fields_named<F: TermsFile>(example: &str, cases: &[(&str, &str, &str)]) {
    for (from, to, field) in cases {
        let error = wrong::<F>(example, from, to);
        assert!(error.contains(field), "{to}: {error}");
    }
}
