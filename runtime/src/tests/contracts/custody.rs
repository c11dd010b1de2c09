//! The contracts that keep a key for somebody, and what people and agents do for them.

use codec::Encode;
use pallet_revive::{
    precompiles::{
        alloy::{self, primitives::Address as AlloyAddress},
        H160, U256,
    },
    AddressMapper, Code, ExecConfig,
};
pub use regent_contract_abi::{
    IDelegation, IInheritance, IRegent::Request as Asked, ISale, Party, Preparation,
};
use regent_primitives::{
    control::ConditionControl,
    policy::{change_message, ChangeSignature},
    traits::ChainInfo,
    Approval, Asset, AssetLimit, BoundedVec, Condition, Decision, EnrolmentId, OperationKind,
    Policy, PolicyHash, RegenToken, RequestBody, RequestId, SignedApproval,
};
use sp_keyring::Sr25519Keyring;

use super::*;

/// Nobody, and nothing.
pub const NONE: [u8; 32] = [0; 32];
/// The condition for which the policies of [`Kept::waiting_by`] have transfers wait.
pub const CONDITION: [u8; 32] = [0xc0; 32];
/// Hash of some document.
pub const EVIDENCE: [u8; 32] = [0xe0; 32];
/// What a deployment is noted as, beside the calls of what was deployed.
pub const CONSTRUCTOR: &str = "constructor";
/// Ether of the main chain.
pub const ETHER: Asset = Asset::Ether { chain_id: 1 };

/// A person's address.
pub fn address(who: Sr25519Keyring) -> AlloyAddress {
    <Runtime as pallet_revive::Config>::AddressMapper::to_address(&account(who)).0.into()
}

/// A policy under which this account has a key signed with and transferred.
pub fn custody_policy(requester: &AccountId) -> Policy {
    let (maximum, maximum_fee) = (1_000u32.into(), 1_000u32.into());
    Policy {
        limits: BoundedVec::truncate_from(vec![AssetLimit { asset: ETHER, maximum, maximum_fee }]),
        ..policy(requester)
    }
}

/// The same, with transfers that wait for the word of the contract: [`CONDITION`].
pub fn waiting_policy(contract: H160) -> Policy {
    let condition = Condition {
        id: H256(CONDITION),
        contract: account_at(contract),
        operations: BoundedVec::truncate_from(vec![OperationKind::Transfer]),
    };
    let conditions = BoundedVec::truncate_from(vec![condition]);
    Policy { conditions, ..custody_policy(&account_at(contract)) }
}

/// The successor of a party's policy, under which the party uses a key that a contract keeps: the contract
/// requests too, and transfers wait for its word. A member of the change role signs.
pub fn kept_under(old: &Policy, contract: H160, signer: Sr25519Keyring) -> PolicyHash {
    let genesis = <Audit as ChainInfo>::genesis();
    let predecessor = old.hash(genesis);
    let Policy { operations, limits, conditions, .. } = waiting_policy(contract);
    let mut new =
        Policy { predecessor: Some(predecessor), operations, limits, conditions, ..old.clone() };
    let requesters = usize::from(new.requesters);
    new.roles[requesters].members.try_push(account_at(contract)).expect("few");
    let hash = new.hash(genesis);
    let message = change_message(genesis, predecessor, hash);
    let signature = signer.sign(message.as_bytes()).into();
    let signatures =
        BoundedVec::truncate_from(vec![ChangeSignature { signer: account(signer), signature }]);
    assert_ok!(Policies::change(signed(Alice), Box::new(new), signatures));
    hash
}

/// Somebody to whom a key can go, with a policy for it. Once for each person.
pub fn party(who: Sr25519Keyring) -> Party {
    let policy = policy(&account(who));
    let hash = policy.hash(<Audit as ChainInfo>::genesis());
    assert_ok!(Policies::create(signed(Alice), Box::new(policy)));
    Party {
        who: address(who),
        account: <[u8; 32]>::from(account(who)).into(),
        policy: hash.0 .0.into(),
    }
}

/// Deploys a file that `make contracts` made, with its encoded terms.
pub fn deploy(file: &str, terms: Vec<u8>) -> H160 {
    let done = Revive::bare_instantiate(
        signed(Alice),
        U256::zero(),
        limits(LIMIT),
        Code::Upload(built(file)),
        terms,
        None,
        &ExecConfig::new_substrate_tx(),
    );
    let deployed = done.result.as_ref().expect("deployed");
    assert!(!deployed.result.did_revert(), "{file}: {:?}", deployed.result.data);
    note(deployed.addr, CONSTRUCTOR, &done);
    deployed.addr
}

/// A key that a contract owns, and that it can have transferred.
pub struct Kept {
    pub key: KeyId,
    pub policy: PolicyHash,
}

impl Kept {
    /// By this contract.
    pub fn by(contract: H160) -> Self {
        Self::under(contract, custody_policy(&account_at(contract)))
    }

    /// By this contract, under a policy whose transfers wait for its word: [`CONDITION`].
    pub fn waiting_by(contract: H160) -> Self {
        Self::under(contract, waiting_policy(contract))
    }

    fn under(contract: H160, policy: Policy) -> Self {
        let hash = policy.hash(<Audit as ChainInfo>::genesis());
        Self { key: key_under(&account_at(contract), policy), policy: hash }
    }

    pub fn id(&self) -> alloy::primitives::FixedBytes<32> {
        self.key.0 .0.into()
    }

    /// The policy that its epoch commits to.
    pub fn committed(&self) -> PolicyHash {
        <Keys as KeyRegistry>::key(&self.key).expect("enrolled").token.policy_hash
    }

    /// Who owns it, and in which epoch.
    pub fn owner(&self) -> (AccountId, u32) {
        let record = <Keys as KeyRegistry>::key(&self.key).expect("enrolled");
        (record.owner, record.token.epoch)
    }

    /// How its next epoch is to be prepared: as the present one is shared.
    pub fn preparation(&self, salt: u8, expires: u32) -> Preparation {
        Preparation {
            salt: [salt; 32].into(),
            sharing: (quorum(), tree()).encode().into(),
            policy: self.policy.0 .0.into(),
            expires,
        }
    }

    /// To sign something with it.
    pub fn to_sign(&self, salt: u8, expires: u32) -> Asked {
        Asked {
            salt: [salt; 32].into(),
            key: self.id(),
            operation: Operation::Sign { format: PayloadFormat::Raw }.encode().into(),
            effect: regent_primitives::Effect::default().encode().into(),
            payload: b"pay".to_vec().into(),
            policy: self.policy.0 .0.into(),
            expires,
        }
    }
}

/// Whether a contract says that its [`CONDITION`] is met.
pub fn is_condition_met(contract: H160) -> bool {
    <Contracts as ConditionControl>::is_fulfilled(&account_at(contract), &H256(CONDITION))
}

/// A request's id, as a contract returns it.
pub fn request(id: alloy::primitives::FixedBytes<32>) -> RequestId {
    RequestId(H256(id.0))
}

fn body_of(id: RequestId) -> RequestBody {
    Requests::state(id).expect("submitted").record.body
}

/// Somebody approves.
pub fn sign(id: RequestId, approver: Sr25519Keyring) {
    let body = body_of(id);
    let genesis = <Audit as ChainInfo>::genesis();
    let approval = Approval::of(genesis, &body, 0, Decision::Approve, body.expires);
    let signature = approver.sign(approval.message().as_bytes()).into();
    let approval = SignedApproval { approval, approver: account(approver), signature };
    assert_ok!(Requests::approve(signed(approver), Box::new(approval)));
}

/// Bob approves, which is what all policies here ask for but that of heirs together.
pub fn approve(id: RequestId) {
    sign(id, Bob);
    assert_eq!(Requests::status(&id), Some(RequestStatus::Approved));
}

/// A request for a transfer is approved, and agents make and confirm the epoch that it asks for: for
/// the owner and the policy that the contract named.
pub fn carry_out(id: RequestId) {
    approve(id);
    let RequestBody { key, operation, .. } = body_of(id);
    let Operation::Transfer { quorum, tree, owner, policy } = operation else {
        panic!("no transfer")
    };
    let record = <Keys as KeyRegistry>::key(&key).expect("enrolled");
    let token = RegenToken {
        epoch: record.newest + 1,
        enrolment_id: EnrolmentId(id.0),
        policy_hash: policy,
        tree,
        ..record.token
    };
    assert_ok!(<Keys as KeyRegistry>::succeed(token.clone(), Some(quorum), Some(owner), id));
    confirm(&token);
    complete(id, key);
}

/// As the receipt of an enclave's session leaves a request.
fn complete(id: RequestId, key: KeyId) {
    use pallet_regent_requests::{Deadlines, Offers, Open, OpenOfKey, Payloads, Requests};

    Requests::<Runtime>::mutate(id, |record| {
        record.as_mut().expect("submitted").status = RequestStatus::Completed;
    });
    if let Some(open) = Open::<Runtime>::take(id) {
        Deadlines::<Runtime>::mutate(open.queued_at, |queue| queue.retain(|other| *other != id));
    }
    Offers::<Runtime>::remove(id);
    Payloads::<Runtime>::remove(id);
    OpenOfKey::<Runtime>::mutate(key, |ids| ids.retain(|other| *other != id));
}

/// The name of the refusal: contracts go on with what to do.
pub fn refused<T>(done: Result<T, String>) -> String {
    let reason = done.map(drop).expect_err("it is refused");
    reason.split(':').next().unwrap_or_default().to_owned()
}
