//! The demonstration's policies.

use regent_primitives::{
    policy::Name, AccountId, Asset, AssetLimit, BitcoinNetwork, BoundedVec, Measurement,
    OperationKind, Policy, Recipient, Role, Stage, U256,
};

use super::Actors;

/// Blocks a request may live: ten minutes.
const LIFETIME: u32 = 1_200;
/// What can be asked for under all of them.
const OPERATIONS: [OperationKind; 5] = [
    OperationKind::Enrol,
    OperationKind::Sign,
    OperationKind::Decrypt,
    OperationKind::Refresh,
    OperationKind::Reshare,
];
/// Wei of an ether.
const ETHER: u64 = 1_000_000_000_000_000_000;
/// The Ethereum test network Sepolia.
pub(super) const CHAIN_ID: u64 = 11_155_111;
/// The Bitcoin network.
pub(super) const NETWORK: BitcoinNetwork = BitcoinNetwork::Regtest;

/// To whom value may move.
#[derive(Clone, Debug)]
pub struct Recipients {
    /// An Ethereum address.
    pub ethereum: [u8; 20],
    /// A Bitcoin `scriptPubKey`.
    pub bitcoin: Vec<u8>,
}

impl Default for Recipients {
    /// Of nobody: bytes that are easy to recognise.
    fn default() -> Self {
        // OP_0 and a push of 20 bytes: pay to witness public-key hash.
        let bitcoin = [[0x00, 0x14].as_slice(), &[0xB0; 20]].concat();
        Self { ethereum: [0xB0; 20], bitcoin }
    }
}

/// Alice's transfers of ether and bitcoin to two recipients, up to a limit.
pub fn treasury(actors: &Actors, measurement: Measurement, recipients: &Recipients) -> Policy {
    value("Treasury", actors.alice.id(), actors, measurement, recipients)
}

/// The same by another title, for another requester, and for a key that may be handed over.
pub(super) fn kept(
    title: &str,
    requester: &AccountId,
    actors: &Actors,
    measurement: Measurement,
    recipients: &Recipients,
) -> Policy {
    let operations = OPERATIONS.into_iter().chain([OperationKind::Transfer]).collect();
    Policy {
        operations: BoundedVec::truncate_from(operations),
        ..value(title, requester, actors, measurement, recipients)
    }
}

/// The same for a contract that keeps the key. Dave has it transferred once the contract has ended; before
/// that, nobody asks beside the contract.
pub(super) fn custody(
    title: &str,
    contract: &AccountId,
    actors: &Actors,
    measurement: Measurement,
    recipients: &Recipients,
) -> Policy {
    let mut policy = kept(title, contract, actors, measurement, recipients);
    if let Some(requesters) = policy.roles.get_mut(0) {
        let members = vec![contract.clone(), actors.dave.id().clone()];
        requesters.members = BoundedVec::truncate_from(members);
    }
    policy
}

/// That of the treasury by another title, for another requester.
pub(super) fn value(
    title: &str,
    requester: &AccountId,
    actors: &Actors,
    measurement: Measurement,
    recipients: &Recipients,
) -> Policy {
    let list = [recipients.ethereum.to_vec(), recipients.bitcoin.clone()];
    let list = list.into_iter().map(Recipient::truncate_from).collect();
    Policy {
        limits: BoundedVec::truncate_from(vec![
            AssetLimit {
                asset: Asset::Ether { chain_id: CHAIN_ID },
                maximum: U256::from(2 * ETHER),
                maximum_fee: U256::from(ETHER / 100),
            },
            AssetLimit {
                asset: Asset::Bitcoin { network: NETWORK },
                maximum: U256::from(1_000_000),
                maximum_fee: U256::from(10_000),
            },
        ]),
        recipients: Some(BoundedVec::truncate_from(list)),
        ..base(title, requester, actors, measurement)
    }
}

/// Any message or ciphertext.
pub fn documents(actors: &Actors, measurement: Measurement) -> Policy {
    let base = base("Documents", actors.alice.id(), actors, measurement);
    Policy { allow_raw: true, ..base }
}

/// What all have in common. Lists of a handful are never truncated.
fn base(title: &str, requester: &AccountId, actors: &Actors, measurement: Measurement) -> Policy {
    let name = |text: &str| Name::truncate_from(text.as_bytes().to_vec());
    let role = |text: &str, members: &[&AccountId]| Role {
        name: name(text),
        members: BoundedVec::truncate_from(members.iter().map(|id| (*id).clone()).collect()),
    };
    Policy {
        name: name(title),
        predecessor: None,
        roles: BoundedVec::truncate_from(vec![
            role("operations", &[requester]),
            role("controllers", &[actors.bob.id()]),
            role("board", &[actors.charlie.id(), actors.dave.id()]),
        ]),
        requesters: 0,
        stages: BoundedVec::truncate_from(vec![
            Stage { role: 1, threshold: 1 },
            Stage { role: 2, threshold: 1 },
        ]),
        operations: BoundedVec::truncate_from(OPERATIONS.to_vec()),
        limits: BoundedVec::default(),
        recipients: None,
        allow_raw: false,
        maximum_lifetime: LIFETIME,
        measurements: BoundedVec::truncate_from(vec![measurement]),
        change_rule: Stage { role: 2, threshold: 2 },
        conditions: Default::default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_are_valid() {
        let actors = Actors::new().expect("accounts");
        let measurement = regent_attestation::simulated::MEASUREMENT;
        let treasury = treasury(&actors, measurement, &Recipients::default());
        assert_eq!(regent_policy::check_policy(&treasury), Ok(()));
        let kept = kept("Kept", actors.eve.id(), &actors, measurement, &Recipients::default());
        assert_eq!(regent_policy::check_policy(&kept), Ok(()));
        let contract = AccountId::new([0xee; 32]);
        let custody = custody("Custody", &contract, &actors, measurement, &Recipients::default());
        assert_eq!(regent_policy::check_policy(&custody), Ok(()));
        assert_eq!(*custody.roles[0].members, [contract, actors.dave.id().clone()]);
        assert_eq!(regent_policy::check_policy(&documents(&actors, measurement)), Ok(()));
    }
}
