// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

import "./Custody.sol";
import "./IRegent.sol";

/// @title Delegation of a key: an adviser is in control, within bounds, until a date.
/// @notice At the block after the date the owner is in control again, without anybody doing anything.
/// @dev Every refusal reverts with `Error(string)`, a name and what to do: `NotInControl: ...`. The
/// constructor takes `Terms`.
interface IDelegation {
    /// @notice Where a delegation stands.
    enum Standing {
        /// The key is not bound yet.
        Draft,
        /// The adviser is in control until the date, the owner from then on.
        Delegated,
        /// The owner recalled the adviser.
        Recalled,
        /// The key has left the contract.
        Left
    }

    /// @notice Whom the contract obeys.
    enum Controller {
        Owner,
        Adviser,
        Nobody
    }

    /// @notice What an asset is: Ether of `chain`, the ERC-20 `token` on it, or Bitcoin, of which
    /// `chain` is the network (0 main, 1 test, 2 regtest).
    enum AssetKind {
        Ether,
        Erc20,
        Bitcoin
    }

    /// @notice How much of an asset the adviser may move in all, fees included.
    struct Budget {
        AssetKind kind;
        uint64 chain;
        address token;
        uint128 total;
    }

    /// @notice All terms. They never change.
    struct Terms {
        Party owner;
        address adviser;
        /// The last block in which the adviser is in control.
        uint32 until;
        /// At most 8.
        Budget[] budgets;
        /// To whom, at most 16: addresses of 20 bytes, or `scriptPubKey`s.
        bytes[] recipients;
        /// Requests the adviser may make in all.
        uint32 requests;
        /// Blocks in which a request of the adviser has to be carried out.
        uint32 lifetime;
    }

    event Bound(bytes32 key);
    event Requested(address who, bytes32 request);
    event Recalled(uint32 until);
    event Frozen();
    event Unfrozen();
    event Preparing(bytes32 request);
    event Abandoned();
    event Released();

    /// @notice The owner hands the contract the key, which it has to own already; the mandate begins.
    function bind(bytes32 key) external;

    /// @notice Whoever is in control makes a request: the adviser to sign payloads that agents can
    /// read, within the bounds.
    function submit(IRegent.Request calldata request) external returns (bytes32 id);

    /// @notice The owner ends the mandate: requests of the adviser are cancelled. If one was approved
    /// already, and could still be carried out, the key is frozen.
    function recall() external;

    /// @notice The owner freezes the key.
    function freeze() external;

    /// @notice The owner lifts the freeze, once no request of the adviser can be carried out any more.
    function unfreeze() external;

    /// @notice Has the next epoch prepared for the owner's own account.
    function prepare(Preparation calldata preparation) external returns (bytes32 request);

    /// @notice The owner lets the contract keep the key: what was prepared is dropped, or its request
    /// cancelled.
    function abandon() external;

    /// @notice The key leaves the contract, to the owner's own account.
    function release() external;

    /// @notice Where the delegation stands.
    function standing() external view returns (Standing);

    /// @notice Whom the contract obeys now.
    function controller() external view returns (Controller);

    /// @notice The key, or 0.
    function key() external view returns (bytes32);

    /// @notice For each budget what was moved.
    function spent() external view returns (uint128[] memory);

    /// @notice Requests the adviser made.
    function requests() external view returns (uint32);

    /// @notice The last block in which a request of the adviser may still be carried out.
    /// @dev By the chain: an enclave acts on a block that is up to 30 seconds old, and may sign so much
    /// later.
    function requestsUntil() external view returns (uint32);
}
