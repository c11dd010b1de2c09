//! Bodies of requests that are almost JSON-RPC, for the crates that serve it.

use proptest::prelude::*;

/// Parts of calls of these methods in any order, any bytes, and brackets nested so deep.
pub fn bodies(methods: &[&str], nested: usize) -> impl Strategy<Value = Vec<u8>> {
    let calls = methods.iter().zip(["1", "null"].iter().cycle()).map(|(method, id)| {
        format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"{method}","params":"#)
    });
    let rest = [
        r#"["0x"]}"#,
        r#"["0x00",1]}"#,
        "[]}",
        r#"{"text":"0x00"}}"#,
        "[[[[[[[[",
        "null",
        "}",
        "\"",
        "\\u0000",
    ];
    let parts: Vec<_> = calls.chain(rest.map(str::to_owned)).collect();
    prop_oneof![
        prop::collection::vec(prop::sample::select(parts), 0..5)
            .prop_map(|parts| parts.concat().into_bytes()),
        prop::collection::vec(any::<u8>(), 0..200),
        Just(vec![b'['; nested]),
    ]
}
