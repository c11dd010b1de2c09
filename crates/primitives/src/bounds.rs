//! Every bound of every stored or received value, in one place.

/// Leaves of an access tree (section 2).
pub const MAX_LEAVES: u32 = 256;
/// Gates of an access tree.
pub const MAX_GATES: u32 = 64;
/// Nodes of an access tree: leaves and gates together.
pub const MAX_TREE_NODES: u32 = MAX_LEAVES + MAX_GATES;
/// Gates on the way from the root to a leaf (section 2).
pub const MAX_TREE_DEPTH: u32 = 4;
/// Feldman commitments of all gates together: thresholds never exceed the count of children.
pub const MAX_GATE_COMMITMENTS: u32 = MAX_TREE_NODES;
/// Bytes of an encoded group element (SEC1 compressed; the Edwards groups use 32).
pub const MAX_POINT_BYTES: u32 = 33;
/// Bytes of a public key; ML-DSA-65 needs 1,952.
pub const MAX_PUBLIC_KEY_BYTES: u32 = 2_048;
/// Bytes of an imported key wrapped under a seed key.
pub const MAX_WRAPPED_BYTES: u32 = 4_096;
/// Bytes of a payload.
pub const MAX_PAYLOAD_BYTES: u32 = 16_384;
/// Transfers a payload may make.
pub const MAX_TRANSFERS: u32 = 16;
/// Bytes of a recipient: an address or a Bitcoin script.
pub const MAX_RECIPIENT_BYTES: u32 = 64;
/// Bytes of a name of a policy, role or institution.
pub const MAX_NAME_BYTES: u32 = 64;
/// Roles a policy names.
pub const MAX_ROLES: u32 = 16;
/// Members of a role.
pub const MAX_ROLE_MEMBERS: u32 = 32;
/// Stages of a policy.
pub const MAX_STAGES: u32 = 8;
/// Approvals a request can collect.
pub const MAX_APPROVALS: u32 = 64;
/// Kinds of operation.
pub const MAX_OPERATION_KINDS: u32 = 6;
/// Asset limits in a policy.
pub const MAX_ASSET_LIMITS: u32 = 32;
/// Recipients on an allow-list.
pub const MAX_RECIPIENTS: u32 = 128;
/// Measurements a policy accepts.
pub const MAX_MEASUREMENTS: u32 = 16;
/// Conditions a policy names.
pub const MAX_CONDITIONS: u32 = 4;
/// Bytes of the name of cash.
pub const MAX_CASH_NAME_BYTES: u32 = 16;
/// Digits that cash has behind the point.
pub const MAX_CASH_DECIMALS: u8 = 18;
/// Bytes of an agent's or enclave's endpoint URL.
pub const MAX_ENDPOINT_BYTES: u32 = 128;
/// Bytes of attestation evidence; a TDX quote with its certificates is about 5 KiB.
pub const MAX_EVIDENCE_BYTES: u32 = 16_384;
/// Bytes of an X-Wing public key: X25519 and ML-KEM-768.
pub const XWING_PUBLIC_KEY_BYTES: u32 = 1_216;
/// Bytes of an X-Wing encapsulated key.
pub const XWING_ENCAPSULATED_BYTES: u32 = 1_120;
/// Bytes of a sealed body: a share is 32, an enrolment contribution 64, with a tag of 16.
pub const MAX_SEALED_BODY_BYTES: u32 = 80;
/// Agents of a quorum.
pub const MAX_QUORUM_AGENTS: u32 = MAX_LEAVES;
/// Attempts of a request (section 5).
pub const MAX_ATTEMPTS: u8 = 3;
/// Entries, keys, requests or agents one runtime API call returns.
pub const MAX_PAGE: u32 = 256;
/// Work items handed to one agent at a time.
pub const MAX_AGENT_WORK: u32 = 64;
/// Requests that are not over at any one time.
pub const MAX_OPEN_REQUESTS: u32 = 1_024;
/// Requests for one key that are not over: so many are ended at once when its epoch is.
pub const MAX_OPEN_OF_KEY: u32 = 32;
/// How many of those are kept for requests that make the key's next epoch.
pub const SUCCESSION_PLACES: u32 = 4;
/// Policies of a lineage, from the one a key commits to up to the one a request is made under.
pub const MAX_LINEAGE: u32 = 32;
/// Notes of an agent that the offchain worker takes from one answer.
pub const MAX_AGENT_NOTES: u32 = 256;
/// Bytes of an agent's answer to the offchain worker.
pub const MAX_AGENT_ANSWER_BYTES: u32 = 524_288;
/// Bytes of a header in a chain proof; one that names 1,024 new authorities has about 41,000.
pub const MAX_HEADER_BYTES: u32 = 49_152;
/// Bytes of a justification in a chain proof: about 17,000 of 128 authorities, and the headers between
/// their votes.
pub const MAX_JUSTIFICATION_BYTES: u32 = 262_144;
/// Changes of authorities in a chain proof.
pub const MAX_HANDOFFS: u32 = 1_024;
/// Nodes of a block's state in a chain proof.
pub const MAX_PROOF_NODES: u32 = 1_024;
/// Bytes of one of them.
pub const MAX_PROOF_NODE_BYTES: u32 = 65_536;
/// Bytes of a chain proof: some 400 changes of four authorities, or twenty of 128. More of them are brought
/// before it, each part as a proof of its last block.
pub const MAX_CHAIN_PROOF_BYTES: u32 = 524_288;
