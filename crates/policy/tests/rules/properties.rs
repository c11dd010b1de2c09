//! Whatever is offered, in whatever order: nothing ends approved but two stages, satisfied in order
//! by distinct people of the right role, none of them the requester, each with an own, fresh, fully
//! bound signature.

use crate::common::*;
use proptest::prelude::*;

const PEOPLE: [Person; 7] = [Alice, Bob, Charlie, Dave, Eve, Ferdie, One];

/// What is wrong with an offered approval.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Flaw {
    None,
    Expired,
    OtherRequest,
    OtherPayload,
    OtherPolicy,
    OtherChain,
    SignedByAnother,
}

#[derive(Clone, Copy, Debug)]
struct Offer {
    person: usize,
    stage: u8,
    deny: bool,
    flaw: Flaw,
}

fn offers() -> impl Strategy<Value = Vec<Offer>> {
    let flaw = prop_oneof![
        12 => Just(Flaw::None),
        1 => Just(Flaw::Expired),
        1 => Just(Flaw::OtherRequest),
        1 => Just(Flaw::OtherPayload),
        1 => Just(Flaw::OtherPolicy),
        1 => Just(Flaw::OtherChain),
        1 => Just(Flaw::SignedByAnother),
    ];
    let offer = (0..PEOPLE.len(), 0..3u8, prop::bool::weighted(0.03), flaw)
        .prop_map(|(person, stage, deny, flaw)| Offer { person, stage, deny, flaw });
    prop::collection::vec(offer, 0..24)
}

fn build(body: &RequestBody, offer: Offer) -> SignedApproval {
    let person = PEOPLE[offer.person];
    let decision = if offer.deny { Decision::Deny } else { Decision::Approve };
    let mut approval = Approval::of(GENESIS, body, offer.stage, decision, EXPIRES);
    let other = H256([0xee; 32]);
    match offer.flaw {
        Flaw::None | Flaw::SignedByAnother => {}
        Flaw::Expired => approval.expires = NOW - 1,
        Flaw::OtherRequest => approval.request.0 = other,
        Flaw::OtherPayload => approval.payload_hash = other,
        Flaw::OtherPolicy => approval.policy.0 = other,
        Flaw::OtherChain => approval.genesis = other,
    }
    let signer = match offer.flaw {
        Flaw::SignedByAnother => PEOPLE[(offer.person + 1) % PEOPLE.len()],
        _ => person,
    };
    SignedApproval { approver: person.to_account_id(), ..sign(signer, approval) }
}

/// The rules again, written down another way: over the whole list at once.
fn is_release(policy: &Policy, requester: Person, offers: &[Offer]) -> bool {
    let clean = offers.iter().all(|o| o.flaw == Flaw::None && !o.deny);
    let people: std::collections::BTreeSet<_> = offers.iter().map(|o| o.person).collect();
    let stages: Vec<u8> = offers.iter().map(|o| o.stage).collect();
    let asked: Vec<u8> = policy
        .stages
        .iter()
        .enumerate()
        .flat_map(|(at, stage)| vec![at as u8; usize::from(stage.threshold)])
        .collect();
    let members = offers.iter().all(|offer| {
        policy.stages.get(usize::from(offer.stage)).is_some_and(|stage| {
            let person = PEOPLE[offer.person];
            policy.roles[usize::from(stage.role)].members.contains(&person.to_account_id())
        })
    });
    clean
        && stages == asked
        && members
        && people.len() == offers.len()
        && offers.iter().all(|offer| PEOPLE[offer.person] != requester)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(384))]

    #[test]
    fn only_whole_ordered_distinct_sets_end_approved(
        offers in offers(),
        requester in prop_oneof![Just(Alice), Just(Bob)],
    ) {
        let policy = policy();
        let mut body = request(&policy);
        body.requester = requester.to_account_id();
        let (mut kept, mut accepted) = (Vec::new(), Vec::new());
        let mut last = progress(&policy, &[]);
        for offer in &offers {
            let new = build(&body, *offer);
            if let Ok(next) = accept_approval(GENESIS, &policy, &body, &accepted, &new, NOW) {
                // It never goes back, and never on after an end.
                prop_assert!(next.stage >= last.stage && next.stage - last.stage <= 1);
                prop_assert!(!last.approved && !last.denied);
                prop_assert!(offer.flaw == Flaw::None || (offer.flaw == Flaw::Expired && offer.deny));
                accepted.push(new);
                kept.push(*offer);
                prop_assert_eq!(next, progress(&policy, &accepted));
                last = next;
            }
        }
        prop_assert_eq!(last.approved, is_release(&policy, requester, &kept));
        let verdict = verify_release(GENESIS, &policy, &body, &accepted, NOW);
        prop_assert_eq!(verdict.is_ok(), last.approved);
    }

    /// The offers as they come, unfiltered, as a hostile chain could claim them.
    #[test]
    fn a_claimed_list_releases_only_if_it_is_whole(
        people in prop::sample::subsequence(vec![1usize, 2, 3, 4, 5], 3).prop_shuffle(),
        noise in offers(),
        keep in 0..4usize,
    ) {
        let policy = policy();
        let body = request(&policy);
        let mut offers: Vec<Offer> = people
            .iter()
            .zip([0u8, 1, 1])
            .map(|(person, stage)| Offer { person: *person, stage, deny: false, flaw: Flaw::None })
            .collect();
        offers.truncate(keep);
        for (at, offer) in noise.iter().take(2).enumerate() {
            if offer.person % 2 == 0 {
                offers.insert((at * 2).min(offers.len()), *offer);
            }
        }
        let claimed: Vec<_> = offers.iter().map(|offer| build(&body, *offer)).collect();
        let verdict = verify_release(GENESIS, &policy, &body, &claimed, NOW);
        prop_assert_eq!(verdict.is_ok(), is_release(&policy, Alice, &offers), "{:?}", verdict);
    }

    /// However amounts are spread over transfers, their sum decides.
    #[test]
    fn splitting_an_amount_gains_nothing(amounts in prop::collection::vec(0u64..60, 1..8)) {
        let policy = policy();
        let mut body = request(&policy);
        let sum: u64 = amounts.iter().sum();
        body.effect = effect(amounts.iter().map(|a| transfer(1, ETHER, *a)).collect(), None);
        let allowed = evaluate_request(GENESIS, &policy, &body, NOW).is_empty();
        prop_assert_eq!(allowed, sum <= 100);
    }
}
