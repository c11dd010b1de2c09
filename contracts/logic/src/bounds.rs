//! How long every list may be.

/// Attestor groups of a contract.
pub const MAX_GROUPS: usize = 8;
/// Members of a group.
pub const MAX_GROUP_MEMBERS: usize = 8;
/// Combinations of groups that prove a case.
pub const MAX_COMBINATIONS: usize = 8;
/// Heirs, whether in order or together.
pub const MAX_HEIRS: usize = 8;
/// Parties besides the owner who may contest.
pub const MAX_CONTESTERS: usize = 8;
/// Sign-offs of a sale.
pub const MAX_SIGN_OFFS: usize = 4;
/// Oracles that attest a payment.
pub const MAX_ORACLES: usize = 8;
/// Requests of a party that may be open at once, where the contract has to know them.
pub const MAX_OPEN: usize = 8;
/// Assets for which an adviser has a budget.
pub const MAX_BUDGETS: usize = 8;
/// Recipients that an adviser may pay.
pub const MAX_RECIPIENTS: usize = 16;

/// Bytes of a payload, as on the chain.
pub const MAX_PAYLOAD_BYTES: usize = 16_384;
/// Bytes of an encoded effect: 16 transfers of 133 bytes and a fee at most.
pub const MAX_EFFECT_BYTES: usize = 4_096;
/// Bytes of an encoded operation. The largest names a tree of 256 leaves.
pub const MAX_OPERATION_BYTES: usize = 32_768;
/// Transfers of an effect, as on the chain.
pub const MAX_TRANSFERS: usize = 16;
/// Bytes of a recipient, as on the chain.
pub const MAX_RECIPIENT_BYTES: usize = 64;

/// Longest period of any terms, in blocks: 20 years of half-second blocks. No date computed from it
/// overflows before the chain is as old again.
pub const MAX_PERIOD: u32 = 1_262_304_000;
