//! Evidence bundles: one encoding each, and only facts of the chain in what holds.

use std::sync::OnceLock;

use regent_evidence::{verify, Bundle, Field, Trust};

const WHOLE: &[u8] = include_bytes!("../../testdata/001.cbor");

fn whole() -> &'static Bundle {
    static BUNDLE: OnceLock<Bundle> = OnceLock::new();
    BUNDLE.get_or_init(|| Bundle::decode(WHOLE).expect("a bundle"))
}

/// A bundle of one operation, and redactions of it.
pub fn made() -> Vec<(&'static str, Vec<u8>)> {
    let redacted = |names: &[&str]| {
        let mut bundle = whole().clone();
        bundle.redact(|path| names.is_empty() || names.contains(&path.kind.name()));
        bundle.encode()
    };
    vec![
        ("operation", WHOLE.to_vec()),
        ("people-withheld", redacted(&["approvals", "history", "policy"])),
        ("withheld", redacted(&[])),
    ]
}

/// What stands in a bundle beside its fields, and what its fields disclose.
fn facts(bundle: &Bundle) -> Vec<Vec<u8>> {
    let fields = bundle.operations.iter().flat_map(|operation| operation.fields());
    let fields = fields.map(|(_, field)| field);
    let policies = bundle.policies.iter().map(|policy| &policy.record);
    let tokens = bundle.tokens.iter().map(|token| &token.token);
    fields.chain(policies).chain(tokens).filter_map(Field::value).map(<[u8]>::to_vec).collect()
}

/// A bundle.
pub fn check(bytes: &[u8]) {
    let genesis = whole().genesis;
    let report = verify(bytes, Trust { genesis, anchor: None });
    assert!(!report.to_string().is_empty());
    let Ok(bundle) = Bundle::decode(bytes) else {
        assert!(!report.holds());
        return;
    };
    assert_eq!(bundle.encode(), bytes, "one encoding");
    if report.holds() {
        // Salts, digests and with them the id are the maker's to choose; facts are the chain's.
        let known = facts(whole());
        assert!(facts(&bundle).iter().all(|fact| known.contains(fact)));
        let ids =
            |bundle: &Bundle| -> Vec<_> { bundle.operations.iter().map(|one| one.id).collect() };
        assert_eq!(ids(&bundle), ids(whole()));
    }
}
