// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

import "./Custody.sol";
import "./IRegent.sol";

/// @title Sale of a key: control against a price, both in one call or not at all.
/// @notice The contract owns the key from `bind` on, and makes requests for the seller until the buyer
/// has reserved or paid; from then on nobody uses the key until the sale is over. Refunds are withdrawn.
/// @dev Every refusal reverts with `Error(string)`, a name and what to do: `NotPaid: ...`. Refusals of
/// the control plane are passed on as they are. The constructor takes `Terms`.
interface ISale {
    /// @notice Where a sale stands.
    enum Standing {
        /// The key is not bound yet.
        Draft,
        /// Nothing was paid; the seller uses the key.
        Open,
        /// The deposit is there, or a payment elsewhere is to come.
        Reserved,
        /// All is paid.
        Paid,
        /// A party disputes it, or what was paid elsewhere has to be returned.
        Disputed,
        /// The buyer has the key and the seller the price.
        Settled,
        /// Nothing is sold; the seller uses the key.
        Cancelled,
        /// The seller has the key.
        Left
    }

    /// @notice In what quality somebody signs off; for people to read.
    enum Office {
        Sanctions,
        Regulator
    }

    /// @notice Where the key goes next.
    enum Step {
        /// To the buyer.
        Settle,
        /// Back to the seller.
        TakeBack
    }

    /// @notice What the arbiter decides.
    enum Ruling {
        /// The sale is to be settled.
        Complete,
        /// The sale is to be undone.
        Unwind
    }

    /// @notice Somebody whose consent a sale needs.
    struct SignOff {
        Office office;
        address who;
    }

    /// @notice What is paid: without oracles `amount` to the contract, else what `statement` says,
    /// elsewhere, and `amount` is 0.
    struct Price {
        uint128 amount;
        /// Who attests a payment elsewhere, at most 8.
        address[] oracles;
        /// How many of them have to.
        uint8 threshold;
        /// Hash of what is to be paid, to whom, and where.
        bytes32 statement;
    }

    /// @notice All terms. They never change.
    struct Terms {
        Party seller;
        Party buyer;
        Price price;
        /// What the buyer leaves first, to the contract; 0 for nothing. Part of a price paid here,
        /// returned with one paid elsewhere.
        uint128 deposit;
        /// Whose consent it takes, at most 4.
        SignOff[] signOffs;
        address arbiter;
        /// The last block in which it can be settled.
        uint32 deadline;
        /// Blocks the arbiter has for a ruling, and the parties to settle as it says.
        uint32 ruling;
        /// Blocks in which a request of the seller has to be carried out: payments wait for it.
        uint32 lifetime;
        /// The condition of the key's policy that a paid and cleared sale fulfils, and one that came to
        /// nothing; 0 for none.
        bytes32 condition;
        /// By which agents the key is shared when the buyer gets it: `keccak256` of quorum and tree,
        /// SCALE-encoded one after the other.
        bytes32 sharing;
    }

    event Bound(bytes32 key);
    event Requested(bytes32 request);
    event Reserved(uint128 amount);
    event PaymentAttested(address oracle, bytes32 evidence);
    event Paid();
    event ReturnAttested(address oracle, bytes32 evidence);
    event SignedOff(address who, bytes32 evidence);
    event Refused(address who, bytes32 evidence);
    event CancelAgreed(address who);
    event Cancelled(uint128 refund);
    event Disputed(uint32 until);
    event Ruled(uint8 ruling);
    event Preparing(uint8 step, bytes32 request);
    event Settled();
    event Withdrawn(uint128 amount);
    event TakenBack();

    /// @notice The seller hands the contract the key, which it has to own already.
    function bind(bytes32 key) external;

    /// @notice The seller makes a request, while nothing was paid: an enrolment before `bind`, then all
    /// but transfers. At most 8 are open at once.
    function submit(IRegent.Request calldata request) external returns (bytes32 id);

    /// @notice The buyer leaves the deposit, exactly, or says that a payment elsewhere is to come: from
    /// now on nobody uses the key. Requests of the seller that nobody approved yet are cancelled; for
    /// others the buyer waits.
    function reserve() external payable;

    /// @notice The buyer pays the price less the deposit, exactly.
    function pay() external payable;

    /// @notice An oracle attests the payment elsewhere, with the hash of its receipt.
    function attestPayment(bytes32 evidence) external;

    /// @notice An oracle attests that a payment elsewhere was returned to the buyer.
    function attestReturn(bytes32 evidence) external;

    /// @notice Somebody whose consent is needed gives it, with the hash of the decision.
    function signOff(uint8 index, bytes32 evidence) external;

    /// @notice Somebody whose consent is needed refuses it, or takes it back: the sale ends. A payment
    /// elsewhere is for the arbiter.
    function refuse(uint8 index, bytes32 evidence) external;

    /// @notice Seller or buyer cancels what is not paid; what is paid, they cancel together.
    function cancel() external;

    /// @notice Seller or buyer stops a paid sale, for the arbiter to rule; not once it is ruled that the
    /// sale is to be settled.
    function dispute() external;

    /// @notice The arbiter rules. What was paid elsewhere is returned before a sale is undone; once the
    /// time for a ruling is over without that, the arbiter rules either way.
    function rule(Ruling ruling) external;

    /// @notice Anyone ends a sale whose time is over.
    function expire() external;

    /// @notice Has the next epoch prepared: for the buyer, by either party, once all is paid and cleared;
    /// for the seller, by the seller, once nothing is sold any more. Agents of the buyer's own choice would have the key before it is settled,
    /// and the buyer a refund at the deadline: the buyer's epoch is shared as the terms say, and anew once
    /// the key is the buyer's. Until it expires, only whom it is for can begin anew. A sale that is cancelled drops what was
    /// prepared for the buyer.
    function prepare(Step step, Preparation calldata preparation) external returns (bytes32 request);

    /// @notice Price and key change hands.
    function settle() external;

    /// @notice The seller takes the key back after a sale that came to nothing.
    function takeBack() external;

    /// @notice Anyone has the refund sent to the buyer.
    function withdraw() external;

    /// @notice Where the sale stands.
    function standing() external view returns (Standing);

    /// @notice The key, or 0.
    function key() external view returns (bytes32);

    /// @notice What the buyer has to send next.
    function due() external view returns (uint128);

    /// @notice What is refunded to the buyer, and not sent yet.
    function refund() external view returns (uint128);

    /// @notice The last block in which it can be settled; a ruling extends it.
    function settleUntil() external view returns (uint32);

    /// @notice The last block in which a request of the seller may still be carried out.
    /// @dev By the chain: an enclave acts on a block that is up to 30 seconds old, and may sign so much
    /// later.
    function requestsUntil() external view returns (uint32);
}
