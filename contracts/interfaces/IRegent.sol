// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

/// @dev Where every Regent chain answers this interface.
address constant REGENT_ADDRESS = 0x0000000000000000000000000000000052470000;

/// @title The control plane of Regent, for contracts.
/// @notice Keys, requests and members of the chain, read and acted on from a contract.
/// @dev What a call may do is decided by `msg.sender` alone, never by the person who signed the
/// transaction: a contract cannot use the keys of those who call it. The person is charged, and named
/// in the audit log beside the contract.
///
/// A refusal reverts with `Error(string)`, and the string is the name of the reason, for example
/// `UnknownKey`: `try REGENT.freeze(key) {} catch Error(string memory reason) {}`. Besides the names
/// given below:
/// - `DelegateCallDenied`: the call came by `delegatecall`, where it is not clear who asks.
/// - `StateChangeDenied`: a call that changes something came by `staticcall`.
/// - `ValueNotAccepted`: value was sent along.
/// Arguments that are not valid ABI revert with `Panic(0x41)`.
///
/// Each call is charged before it does anything. What readers are charged is estimated, by the weight of
/// another call that does at least as much; for the key that `keyOf` and `submit` read, it is estimated
/// from the largest token, as timed by hand on one machine.
///
/// Accounts are the chain's own, of 32 bytes. A contract's is its address followed by twelve bytes
/// `0xee`; see `accountOf`.
interface IRegent {
    /// @notice Where the epoch of a key stands.
    enum KeyState {
        /// Waiting for its participants' confirmations.
        Pending,
        /// Serves operations.
        Active,
        /// A later epoch is active; releases nothing.
        Retiring,
        /// Mathematically dead.
        Retired
    }

    /// @notice Where a request stands.
    enum RequestStatus {
        /// No request has this id.
        Unknown,
        /// Collecting approvals.
        Pending,
        /// Approved; nothing was released yet.
        Approved,
        /// At least one share was released.
        Executing,
        /// A receipt is on the log.
        Completed,
        /// A member of a role denied it.
        Denied,
        /// Its deadline passed.
        Expired,
        /// The requester withdrew it.
        Cancelled,
        /// Shares were released, and no receipt came.
        Failed
    }

    /// @notice What an account is in the consortium.
    enum Role {
        /// It acts for no institution in good standing; contracts are here.
        Nobody,
        /// It acts for an institution.
        Member,
        /// It administers one.
        Administrator
    }

    /// @notice A key as the chain keeps it.
    struct Key {
        /// Who owns it: who requested its enrolment.
        bytes32 owner;
        /// Where its epoch stands.
        KeyState state;
        /// Whether its owner or governance froze it.
        bool frozen;
        /// Whether its owner is a contract: what the owner decides is the chain's word, and nobody's
        /// signature.
        bool chainAuthority;
        /// Its epoch, from 0.
        uint32 epoch;
        /// The policy it commits to: requests are made under this or a successor.
        bytes32 policy;
        /// 0 sr25519, 1 Ed25519, 2 ECDSA secp256k1, 3 BIP-340, 4 ECDSA P-256, 16 AES-256-GCM,
        /// 17 ML-KEM-768, 18 ML-DSA-65.
        uint8 algorithm;
    }

    /// @notice What an account is, and for whom.
    struct Membership {
        /// What it is.
        Role role;
        /// The number of its institution; 0 for `Nobody`.
        uint32 institution;
    }

    /// @notice A request to be made.
    struct Request {
        /// 32 bytes that no other request of this contract has.
        bytes32 salt;
        /// The key. Ignored for an enrolment, whose key's id follows from contract and salt.
        bytes32 key;
        /// What to do: `Operation` of the protocol, SCALE-encoded.
        bytes operation;
        /// What the payload does: `Effect` of the protocol, SCALE-encoded.
        bytes effect;
        /// The payload; empty for an enrolment.
        bytes payload;
        /// The policy it is made under. Its requesters must name this contract's account.
        bytes32 policy;
        /// The last block at which it can be approved or released.
        uint32 expires;
    }

    /// @notice The chain's account behind an address.
    /// @dev Reverts with `UnknownAccount` if the address is neither a member's nor a contract's: nobody
    /// could act for what would be its account, and a key that went there would be lost.
    /// @param who A person's or a contract's address.
    /// @return account The account: a member's own, or of a contract the address followed by twelve bytes
    /// `0xee`.
    function accountOf(address who) external view returns (bytes32 account);

    /// @notice What an account is in the consortium.
    /// @param account An account.
    /// @return membership Its role and institution.
    function membershipOf(bytes32 account) external view returns (Membership memory membership);

    /// @notice A key: owner, state, policy and algorithm.
    /// @dev Reverts with `UnknownKey`. Charged by an estimate.
    /// @param key Its id.
    /// @return record The key.
    function keyOf(bytes32 key) external view returns (Key memory record);

    /// @notice Where a request stands.
    /// @param request Its id.
    /// @return status `Unknown` if there is none.
    function statusOf(bytes32 request) external view returns (RequestStatus status);

    /// @notice The block being built.
    /// @return number Its height.
    /// @return milliseconds Its time, since 1970.
    function blockTime() external view returns (uint32 number, uint64 milliseconds);

    /// @notice Submits a request whose requester is the calling contract.
    /// @dev People approve it as any other. The person who signed this transaction brings the enclave
    /// to it, and that person's institution is charged. Reverts with `InvalidOperation`,
    /// `InvalidEffect`, `PayloadTooLong`, or the name of any error of the requests pallet, such as
    /// `RequesterNotInRole`, `KeyFrozen` or `PolicySuperseded`. What is charged for reading its key is an
    /// estimate.
    /// @param request What to do.
    /// @return id The request's id.
    function submit(Request calldata request) external returns (bytes32 id);

    /// @notice Withdraws a request of the caller, of which no share was released.
    /// @dev Reverts with `UnknownRequest`, `NotRequester`, `SharesReleased` or `RequestOver`.
    /// @param request Its id.
    function cancel(bytes32 request) external;

    /// @notice Declares a condition met that policies wait for. A condition is the caller's own: a policy
    /// names it by this contract's account and this id, and the kinds of operation that wait for it.
    /// @dev Stays met until `withdrawCondition`; called again, it renews the evidence. It adds to what
    /// people approve, and replaces nobody's approval. Reverts with `NotContract` or `TooManyFulfilled`.
    /// @param conditionId Its id.
    /// @param evidenceHash Hash of what proves it.
    function fulfilCondition(bytes32 conditionId, bytes32 evidenceHash) external;

    /// @notice Takes that back: requests that wait for it are not taken, not approved, and get no new
    /// attempt.
    /// @dev Reverts with `NotFulfilled`.
    /// @param conditionId Its id.
    function withdrawCondition(bytes32 conditionId) external;

    /// @notice Whether a contract has declared a condition met.
    /// @param account The contract's account.
    /// @param conditionId The condition's id.
    /// @return met Whether it has.
    function isFulfilled(bytes32 account, bytes32 conditionId) external view returns (bool met);

    /// @notice Gives up the pending epoch of a key that the caller owns, for example one prepared for a
    /// buyer who did not pay. Another can be prepared from then on.
    /// @dev Reverts with `UnknownKey`, `NotOwner` or `NotPending`.
    /// @param key Its id.
    function withdraw(bytes32 key) external;

    /// @notice Hands over a key that the caller owns: its pending epoch, which a request of kind
    /// `Transfer` prepared for this owner and this policy, becomes active in this block. The former
    /// owner's open requests end with the epoch before.
    /// @dev Reverts with `UnknownKey`, `NotOwner`, `Frozen`, `NotPending`, `NotPrepared` or
    /// `TooFewConfirmed`.
    /// @param key Its id.
    /// @param newOwner The account that owns it from now on.
    /// @param newPolicy The policy that the pending epoch's token commits to.
    function transferControl(bytes32 key, bytes32 newOwner, bytes32 newPolicy) external;

    /// @notice Freezes a key that the caller owns: nothing is requested for it, control of it is not
    /// transferred, and no new attempt is offered to agents until it is lifted.
    /// @dev Reverts with `UnknownKey`, `NotOwner` or `AlreadyFrozen`. Governance can lift it.
    /// @param key Its id.
    function freeze(bytes32 key) external;

    /// @notice Lifts the caller's freeze of a key that it owns.
    /// @dev Reverts with `UnknownKey`, `NotOwner`, `NotFrozen` or `FrozenByGovernance`.
    /// @param key Its id.
    function unfreeze(bytes32 key) external;
}
