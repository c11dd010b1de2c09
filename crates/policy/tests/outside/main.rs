//! Policies, requests and approvals from strangers: the checks that `fuzz/` runs, on its seeds, on
//! changed seeds and on made-up cases.

mod change;
mod evaluate;
mod people;
mod rules;
#[path = "../../../primitives/tests/outside/seeds.rs"]
mod seeds;

use codec::Encode;
use people::Person;
use proptest::prelude::*;
use regent_primitives::{
    AccountId, Asset, AssetLimit, BitcoinNetwork, BoundedVec, Effect, EvidenceKind, Fee, KeyId,
    Measurement, Operation, OperationKind, PayloadFormat, Policy, PolicyHash, Recipient,
    RequestBody, Role, Stage, Transfer, H256, U256,
};

fn bounded<T, B: sp_core::Get<u32>>(items: Vec<T>) -> BoundedVec<T, B> {
    items.try_into().ok().expect("within its bound")
}

/// Only the first byte says who it is.
fn account(person: u8) -> AccountId {
    AccountId::new([person; 32])
}

fn role(name: &str, members: &[u8]) -> Role {
    let members = members.iter().map(|person| account(*person)).collect();
    Role { name: bounded(name.as_bytes().to_vec()), members: bounded(members) }
}

/// 0 and 1 request, 1 and 2 operate, 2 to 5 are the board.
fn policy() -> Policy {
    let asset = Asset::Ether { chain_id: 1 };
    Policy {
        name: bounded(b"treasury".to_vec()),
        predecessor: None,
        roles: bounded(vec![
            role("requesters", &[0, 1]),
            role("operators", &[1, 2]),
            role("board", &[2, 3, 4, 5]),
        ]),
        requesters: 0,
        stages: bounded(vec![Stage { role: 1, threshold: 1 }, Stage { role: 2, threshold: 2 }]),
        operations: bounded(vec![OperationKind::Enrol, OperationKind::Sign]),
        limits: bounded(vec![AssetLimit { asset, maximum: 100.into(), maximum_fee: 9.into() }]),
        recipients: Some(bounded(vec![recipient()])),
        allow_raw: false,
        maximum_lifetime: 60,
        measurements: bounded(vec![Measurement {
            kind: EvidenceKind::Simulated,
            digest: H256::repeat_byte(5),
        }]),
        change_rule: Stage { role: 2, threshold: 2 },
        conditions: Default::default(),
    }
}

fn recipient() -> Recipient {
    bounded(vec![7; 20])
}

fn body(operation: Operation) -> RequestBody {
    RequestBody {
        requester: account(0),
        salt: [1; 32],
        key: KeyId(H256::repeat_byte(2)),
        epoch: 0,
        operation,
        payload_hash: H256::repeat_byte(4),
        effect: Effect::default(),
        policy: PolicyHash::default(),
        expires: 150,
    }
}

fn payment(amount: u64) -> RequestBody {
    let asset = Asset::Ether { chain_id: 1 };
    let transfer = Transfer { recipient: recipient(), asset, amount: amount.into() };
    let fee = Some(Fee { asset, amount: U256::from(5) });
    let effect = Effect { transfers: bounded(vec![transfer; 2]), fee };
    let operation = Operation::Sign { format: PayloadFormat::EthereumTransaction };
    RequestBody { effect, ..body(operation) }
}

fn offer(person: u8, stage: u8) -> evaluate::Offer {
    evaluate::Offer {
        person: Person(person),
        stage,
        deny: false,
        expires: 150,
        flaw: 255,
        wrapped: person.is_multiple_of(2),
    }
}

fn evaluations() -> Vec<(&'static str, Vec<u8>)> {
    let case =
        |body, offers| evaluate::Case { policy: policy(), body, honest: true, offers, now: 100 };
    let whole = vec![offer(1, 0), offer(3, 1), offer(4, 1)];
    let mut denied = whole.clone();
    denied[1].deny = true;
    let raw = body(Operation::Sign { format: PayloadFormat::Raw });
    let decryption = body(Operation::Decrypt { result_key: bounded(vec![9; 1_216]) });
    let mut open = case(decryption, whole.clone());
    open.policy.allow_raw = true;
    open.policy.operations = bounded(vec![OperationKind::Decrypt]);
    [
        ("approved", case(payment(50), whole.clone())),
        ("over-limit", case(payment(51), whole.clone())),
        ("denied", case(payment(50), denied)),
        ("half", case(payment(50), whole[..2].to_vec())),
        ("raw", case(raw, whole)),
        ("decrypt", open),
    ]
    .into_iter()
    .map(|(name, case)| (name, case.encode()))
    .collect()
}

fn changes() -> Vec<(&'static str, Vec<u8>)> {
    let signer =
        |person, flaw| change::Signer { person: Person(person), flaw, wrapped: flaw == 254 };
    let case = |signers| change::Case {
        first: policy(),
        second: Policy { maximum_lifetime: 61, ..policy() },
        linked: true,
        signers,
        repeated: 0,
    };
    let signed = vec![signer(2, 255), signer(3, 254)];
    [
        ("signed", case(signed.clone())),
        ("long", change::Case { repeated: 31, ..case(signed) }),
        ("stranger", case(vec![signer(2, 255), signer(0, 255)])),
        ("forged", case(vec![signer(2, 255), signer(3, 0)])),
    ]
    .into_iter()
    .map(|(name, case)| (name, case.encode()))
    .collect()
}

fn changed(made: Vec<(&'static str, Vec<u8>)>) -> impl Strategy<Value = Vec<u8>> {
    seeds::changed(made.into_iter().map(|(_, bytes)| bytes).collect())
}

#[test]
fn seeds_hold() {
    seeds::hold(&[
        ("evaluate", evaluate::check, evaluations()),
        ("change", change::check, changes()),
    ]);
}

fn offers() -> impl Strategy<Value = Vec<evaluate::Offer>> {
    let flaw = prop_oneof![9 => Just(255u8), 1 => 0..9u8];
    let one = (0..8u8, 0..3u8, prop::bool::weighted(0.05), 95..160u32, flaw, any::<bool>());
    let one = one.prop_map(|(person, stage, deny, expires, flaw, wrapped)| evaluate::Offer {
        person: Person(person),
        stage,
        deny,
        expires,
        flaw,
        wrapped,
    });
    prop::collection::vec(one, 0..6)
}

prop_compose! {
    /// Policies of small roles, most of them valid.
    fn any_policy()(
        roles in prop::collection::vec(prop::collection::btree_set(0..8u8, 1..6), 1..4),
        stages in prop::collection::vec((0..4u8, 1..4u8), 1..4),
        requesters in 0..4u8,
        limits in prop::collection::vec((0..5u64, 0..200u64, 0..10u64), 0..3),
        change in (0..4u8, 0..4u8),
        listed in prop::option::of(Just(recipient())),
        allow_raw: bool,
        maximum_lifetime in 0..100u32,
    ) -> Policy {
        let names = ["one", "two", "three"];
        let members = |set: &std::collections::BTreeSet<u8>| set.iter().copied().collect::<Vec<_>>();
        let roles: Vec<_> =
            roles.iter().zip(names).map(|(set, name)| role(name, &members(set))).collect();
        let stage = |(role, threshold)| Stage { role, threshold };
        let limit = |(asset, maximum, fee): (u64, u64, u64)| AssetLimit {
            asset: match asset {
                3 => Asset::Bitcoin { network: BitcoinNetwork::Main },
                4 => Asset::Bitcoin { network: BitcoinNetwork::Test },
                chain_id => Asset::Ether { chain_id },
            },
            maximum: maximum.into(),
            maximum_fee: fee.into(),
        };
        Policy {
            roles: bounded(roles),
            requesters,
            stages: bounded(stages.into_iter().map(stage).collect()),
            limits: bounded(limits.into_iter().map(limit).collect()),
            recipients: listed.map(|recipient| bounded(vec![recipient])),
            allow_raw,
            maximum_lifetime,
            change_rule: stage(change),
            ..policy()
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn changed_cases_are_evaluated_by_the_rules(bytes in changed(evaluations())) {
        evaluate::check(&bytes);
    }

    #[test]
    fn made_up_cases_are_evaluated_by_the_rules(
        policy in any_policy(),
        amount in 0..120u64,
        requester in 0..8u8,
        offers in offers(),
        now in 90..160u32,
    ) {
        let body = RequestBody { requester: account(requester), ..payment(amount) };
        evaluate::check(&evaluate::Case { policy, body, honest: true, offers, now }.encode());
    }

    #[test]
    fn changed_changes_are_judged_by_the_rules(bytes in changed(changes())) {
        change::check(&bytes);
    }

    #[test]
    fn made_up_changes_are_judged_by_the_rules(
        first in any_policy(),
        second in any_policy(),
        signers in prop::collection::vec((0..8u8, prop_oneof![9 => Just(255u8), 1 => 0..3u8]), 0..5),
        linked in prop::bool::weighted(0.9),
        repeated in prop_oneof![4 => Just(0u8), 1 => 0..40u8],
    ) {
        let signer = |(person, flaw)| change::Signer { person: Person(person), flaw, wrapped: false };
        let signers = signers.into_iter().map(signer).collect();
        change::check(&change::Case { first, second, linked, signers, repeated }.encode());
    }

    #[test]
    fn arbitrary_bytes_are_no_case_or_judged(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        evaluate::check(&bytes);
        change::check(&bytes);
    }
}
