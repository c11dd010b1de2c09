//! Requests of every operation, and their approvals.

use regent_primitives::{
    Algorithm, Approval, Asset, BitcoinNetwork, Decision, Effect, Fee, Operation, PayloadFormat,
    RequestBody, RequestRecord, RequestStatus, Signature, SignedApproval, Transfer, U256,
};

use super::{
    ids::{account, bounded, raw, GENESIS, HASH, KEY, OTHER, POLICY},
    keys::tree,
};

pub fn effect() -> Effect {
    let transfers = vec![
        Transfer {
            recipient: bounded(vec![0xb0; 20]),
            asset: Asset::Ether { chain_id: 1 },
            amount: U256::exp10(18),
        },
        Transfer {
            recipient: bounded(vec![0x51; 34]),
            asset: Asset::Bitcoin { network: BitcoinNetwork::Test },
            amount: U256::from(60_000),
        },
    ];
    let asset = Asset::Erc20 { chain_id: 10, contract: [0xc0; 20] };
    Effect { transfers: bounded(transfers), fee: Some(Fee { asset, amount: U256::MAX }) }
}

pub fn body(operation: Operation) -> RequestBody {
    RequestBody {
        requester: account(1),
        salt: [0x5a; 32],
        key: KEY,
        epoch: 3,
        operation,
        payload_hash: HASH,
        effect: effect(),
        policy: POLICY,
        expires: 70_000,
    }
}

pub fn sign() -> RequestBody {
    body(Operation::Sign { format: PayloadFormat::EthereumTransaction })
}

pub fn decrypt() -> RequestBody {
    let body = body(Operation::Decrypt { result_key: bounded(vec![0x99; 70]) });
    RequestBody { effect: Effect::default(), ..body }
}

pub fn enrol() -> RequestBody {
    let algorithm = Algorithm::EcdsaSecp256k1;
    let operation = Operation::Enrol { algorithm, quorum: 7, tree: tree() };
    RequestBody { effect: Effect::default(), epoch: 0, ..body(operation) }
}

pub fn refresh() -> RequestBody {
    body(Operation::Refresh)
}

pub fn reshare() -> RequestBody {
    body(Operation::Reshare { quorum: 7, tree: tree() })
}

pub fn transfer_of_control() -> RequestBody {
    let (owner, policy) = (account(2), POLICY);
    body(Operation::Transfer { quorum: 7, tree: tree(), owner, policy })
}

pub fn approval() -> Approval {
    Approval::of(GENESIS, &sign(), 1, Decision::Approve, 65_000)
}

pub fn signed_approval() -> SignedApproval {
    let signature = Signature::Sr25519(raw(4));
    SignedApproval { approval: approval(), approver: account(2), signature }
}

pub fn record(status: RequestStatus) -> RequestRecord {
    let (approved_entry, last_entry) = (Some(HASH), OTHER);
    RequestRecord {
        body: sign(),
        status,
        submitted_at: 99,
        attempts: 1,
        approved_entry,
        last_entry,
    }
}
