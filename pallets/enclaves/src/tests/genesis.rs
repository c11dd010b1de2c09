//! What is trusted at genesis.

use super::*;

#[test]
fn genesis_builds_measurements() {
    scenario(|| {
        assert_eq!(Enclaves::measurements(), [(TRUSTED, UNTIL)]);
        assert_eq!(Audit::count(), 0, "the genesis hash commits to the genesis");
    });
}

#[test]
fn genesis_reads_the_json_it_writes() {
    let genesis = GenesisConfig::<Test> {
        allow_simulated: true,
        measurements: vec![(TRUSTED, UNTIL), (measurement(0xab), 7)],
        ..Default::default()
    };
    let json = serde_json::to_value(&genesis).expect("genesis is written");
    assert_eq!(
        json["measurements"][1],
        serde_json::json!({
            "kind": "simulated",
            "digest": format!("0x{}", "ab".repeat(32)),
            "until": 7,
        })
    );
    let read: GenesisConfig<Test> = serde_json::from_value(json).expect("genesis is read");
    assert_eq!(read.measurements, genesis.measurements);
    assert!(read.allow_simulated);
}

#[test]
#[should_panic(expected = "is refused")]
fn genesis_that_trusts_simulated_enclaves_without_allowing_them_is_refused() {
    ext(GenesisConfig { measurements: vec![(TRUSTED, UNTIL)], ..Default::default() });
}

#[test]
#[should_panic(expected = "is refused")]
fn genesis_that_trusts_until_the_genesis_is_refused() {
    ext(GenesisConfig {
        allow_simulated: true,
        measurements: vec![(TRUSTED, 0)],
        ..Default::default()
    });
}

#[test]
#[should_panic(expected = "is refused")]
fn genesis_that_trusts_too_many_is_refused() {
    ext(GenesisConfig {
        allow_simulated: true,
        measurements: (0..4).map(|byte| (measurement(byte), UNTIL)).collect(),
        ..Default::default()
    });
}
