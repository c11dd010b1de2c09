// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

/// @notice Who a key can go to.
struct Party {
    /// Who calls.
    address who;
    /// The account that owns the key once it has left the contract.
    bytes32 account;
    /// The policy under which the party uses the key: it names the party's approvers.
    bytes32 policy;
}

/// @notice What the preparation of a transfer says beside its target. The contract makes of it a
/// request of kind `Transfer`, for the owner and the policy that its terms name.
struct Preparation {
    /// Makes the request unique.
    bytes32 salt;
    /// Quorum and tree of the next epoch, SCALE-encoded one after the other.
    bytes sharing;
    /// The policy under which it is requested: the present one, or a successor.
    bytes32 policy;
    /// The last block at which it can be approved or released.
    uint32 expires;
}
