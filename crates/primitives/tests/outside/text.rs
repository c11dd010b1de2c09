//! What people and configurations write: ids, algorithms, endpoints.

use std::{fmt::Display, str::FromStr};

use regent_primitives::{
    session::is_endpoint, AgentId, Algorithm, EnrolmentId, KeyId, PolicyHash, RequestId, SessionId,
};

/// Any text, or bytes that should have been text.
pub fn check(bytes: &[u8]) {
    if is_endpoint(bytes) {
        check_endpoint(bytes);
    }
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    check_id::<AgentId>(text);
    check_id::<EnrolmentId>(text);
    check_id::<KeyId>(text);
    check_id::<PolicyHash>(text);
    check_id::<RequestId>(text);
    check_id::<SessionId>(text);
    if let Ok(algorithm) = text.parse::<Algorithm>() {
        assert_eq!(algorithm.name(), text, "one name an algorithm");
    }
}

fn check_id<T: FromStr + Display + PartialEq>(text: &str) {
    let Ok(id) = text.parse::<T>() else { return };
    let shown = id.to_string();
    assert!(shown.len() == 66 && shown.starts_with("0x"), "{shown}");
    assert!(shown.parse::<T>().is_ok_and(|again| again == id), "{shown}");
    let digits = text.trim_start_matches("0x");
    assert_eq!(digits.to_ascii_lowercase(), shown[2..], "{text}");
}

fn check_endpoint(bytes: &[u8]) {
    let text = std::str::from_utf8(bytes).expect("printable ASCII");
    assert!(bytes.iter().all(u8::is_ascii_graphic));
    let rest = text.strip_prefix("http://").or_else(|| text.strip_prefix("https://"));
    let rest = rest.expect("HTTP");
    let authority = &rest[..rest.find(['/', '?', '#']).unwrap_or(rest.len())];
    assert!(!authority.contains('@'), "no user name: {text}");
    let host = authority.split(':').next().unwrap_or_default();
    assert!(!host.is_empty(), "a host: {text}");
}
