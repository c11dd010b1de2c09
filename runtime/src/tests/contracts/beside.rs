//! While the contract that owns a key is there, nobody has the key used but through it.

use regent_primitives::{
    payload::{payload_hash, PayloadBytes},
    policy::{change_message, ChangeSignature},
    traits::ChainInfo,
    BoundedVec, Effect, OperationKind, Policy, PolicyHash, RequestBody,
};
use sp_keyring::Sr25519Keyring;

use super::{
    custody::{address, custody_policy, waiting_policy, ISale, EVIDENCE},
    sale::{open, standing},
    *,
};

type RequestsError = pallet_regent_requests::Error<Runtime>;

/// A policy under which everything is asked for by a contract, and by this person beside it.
fn shared(contract: &AccountId, who: Sr25519Keyring) -> Policy {
    let mut policy = custody_policy(contract);
    policy.roles[0].members = BoundedVec::truncate_from(vec![contract.clone(), account(who)]);
    policy.operations = BoundedVec::truncate_from(OperationKind::ALL.to_vec());
    policy
}

/// What a person asks for, made without the contract.
pub fn asked(
    who: Sr25519Keyring,
    key: KeyId,
    policy: PolicyHash,
    operation: Operation,
) -> RequestBody {
    let genesis = <Audit as ChainInfo>::genesis();
    let record = <Keys as KeyRegistry>::key(&key).expect("enrolled");
    RequestBody {
        requester: account(who),
        salt: [1; 32],
        key,
        epoch: record.token.epoch,
        payload_hash: payload_hash(genesis, operation.format(), payload(&operation)),
        operation,
        effect: Effect::default(),
        policy,
        expires: System::block_number() + 20,
    }
}

fn payload(operation: &Operation) -> &'static [u8] {
    if operation.is_succession() {
        b""
    } else {
        b"pay"
    }
}

pub fn submit(who: Sr25519Keyring, body: RequestBody) -> Result<(), DispatchError> {
    let payload = PayloadBytes::truncate_from(payload(&body.operation).to_vec());
    let body = Box::new(body);
    dispatch(who, pallet_regent_requests::Call::submit { body, payload, session: None })
}

/// What can be done with a key: to sign, and every way to a next epoch, up to another owner.
fn operations(to: Sr25519Keyring, policy: PolicyHash) -> [Operation; 4] {
    [
        Operation::Sign { format: PayloadFormat::Raw },
        Operation::Refresh,
        Operation::Reshare { quorum: quorum(), tree: tree() },
        Operation::Transfer { quorum: quorum(), tree: tree(), owner: account(to), policy },
    ]
}

#[test]
fn whom_the_policy_names_beside_a_contract_asks_once_that_ended() {
    local(|| {
        let mortal = instantiate(Alice, "Mortal.polkavm").expect("deployed");
        let policy = shared(&account_at(mortal), Dave);
        let hash = policy.hash(<Audit as ChainInfo>::genesis());
        let key = key_under(&account_at(mortal), policy);
        for operation in operations(Dave, hash) {
            let body = asked(Dave, key, hash, operation);
            let reasons = Requests::reasons(&body, payload(&body.operation));
            assert_eq!(reasons.len(), 1);
            let reason = String::from_utf8_lossy(&reasons[0]).into_owned();
            assert!(reason.contains("have the contract make the request"), "{reason}");
            assert_noop!(submit(Dave, body), RequestsError::KeyOwnedByContract);
        }

        assert_ok!(call(Eve, mortal, IMortal::endCall {}).map(drop));
        for operation in operations(Dave, hash) {
            assert_ok!(submit(Dave, asked(Dave, key, hash, operation)));
        }
    });
}

/// Puts a successor of a policy onto the chain, signed by Bob, under which this person asks beside the
/// contract.
fn succeed(policy: &Policy, contract: &AccountId, who: Sr25519Keyring) -> PolicyHash {
    let genesis = <Audit as ChainInfo>::genesis();
    let old = policy.hash(genesis);
    let new = Policy { predecessor: Some(old), ..shared(contract, who) };
    let hash = new.hash(genesis);
    let message = change_message(genesis, old, hash);
    let signature =
        ChangeSignature { signer: account(Bob), signature: Bob.sign(message.as_bytes()).into() };
    let signatures = BoundedVec::truncate_from(vec![signature]);
    assert_ok!(Policies::change(signed(Alice), Box::new(new), signatures));
    hash
}

#[test]
fn a_seller_whom_a_successor_names_does_not_use_what_the_buyer_paid_for() {
    for file in ["Sale.polkavm", "InkSale.polkavm"] {
        println!("{file}");
        local(|| {
            let price = ISale::Price {
                amount: 0,
                oracles: vec![address(Charlie)],
                threshold: 1,
                statement: [0x57; 32].into(),
            };
            let (contract, kept) = open(file, price, 0, Vec::new());
            assert_ok!(call(Ferdie, contract, ISale::reserveCall {}).map(drop));
            let evidence = EVIDENCE.into();
            let attest = ISale::attestPaymentCall { evidence };
            assert_ok!(call(Charlie, contract, attest).map(drop));
            assert!(matches!(standing(contract), ISale::Standing::Paid));

            let owner = account_at(contract);
            let policy = succeed(&waiting_policy(contract), &owner, Eve);
            for operation in operations(Eve, policy) {
                let body = asked(Eve, kept.key, policy, operation);
                assert_noop!(submit(Eve, body), RequestsError::KeyOwnedByContract);
            }
        });
    }
}
