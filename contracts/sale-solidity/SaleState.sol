// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

import "../interfaces/ISale.sol";

/// @title Where a sale stands, and what has to be so before it goes on.
abstract contract SaleState is ISale {
    IRegent internal constant REGENT = IRegent(REGENT_ADDRESS);

    uint256 internal constant MAX_OPERATION = 32768;
    uint256 internal constant MAX_EFFECT = 4096;
    uint256 internal constant MAX_PAYLOAD = 16384;

    /// The bytes that start the operations of the protocol.
    uint8 internal constant ENROL = 0;
    uint8 internal constant RESHARE = 4;
    bytes1 internal constant TRANSFER = 0x05;

    uint8 internal constant SELLER = 1;
    uint8 internal constant BUYER = 2;

    /// Requests of the seller that may be open at once.
    uint256 internal constant MAX_OPEN = 8;

    /// @dev The next epoch that was asked for.
    struct Prepared {
        /// 0 for none.
        bytes32 request;
        /// The request's last block. Until then only the party it is for has another prepared instead.
        uint32 expires;
        Step step;
        /// The step can follow no more, but shares were released for it.
        bool abandoned;
    }

    struct OpenRequest {
        bytes32 id;
        uint32 expires;
    }

    Terms internal terms;

    Standing public standing;
    bytes32 public key;
    /// What the buyer paid for the sale to this contract.
    uint128 internal paid;
    uint128 public refund;
    /// A bit for each oracle or sign-off.
    uint8 internal paymentMarks;
    uint8 internal returnMarks;
    uint8 internal signOffMarks;
    /// Parties that agree to cancel what is paid.
    uint8 internal consents;
    uint32 public settleUntil;
    /// The last block for a ruling.
    uint32 internal rulingUntil;
    /// The arbiter ruled once that the sale is to be settled.
    bool internal ruled;
    bool internal isFulfilled;
    Prepared internal prepared;
    /// Requests of the seller that may still be carried out.
    OpenRequest[] internal open;

    function _after(uint32 blocks) internal view returns (uint32) {
        return uint32(block.number) + blocks;
    }

    function _isElsewhere() internal view returns (bool) {
        return terms.price.oracles.length != 0;
    }

    /// To leave the deposit, or because a payment elsewhere is not seen until it is made.
    function _needsReservation() internal view returns (bool) {
        return terms.deposit != 0 || _isElsewhere();
    }

    function _isFullyPaid() internal view returns (bool) {
        if (_isElsewhere()) return _count(paymentMarks) >= terms.price.threshold;
        return paid == terms.price.amount;
    }

    /// The buyer's money is elsewhere, and has to come back before the sale is undone.
    function _owesReturn() internal view returns (bool) {
        return _isElsewhere() && _isFullyPaid() && _count(returnMarks) < terms.price.threshold;
    }

    /// Nobody uses the key: the buyer is about to pay for it, or has.
    function _isLocked() internal view returns (bool) {
        return standing == Standing.Reserved || standing == Standing.Paid || standing == Standing.Disputed;
    }

    function _oracle(bytes32 evidence) internal view returns (uint8) {
        require(evidence != 0, "NoEvidence: `evidence` is 0: give the hash of the document");
        require(_isElsewhere(), "PaidHere: the price is paid to the contract: there is nothing to attest");
        address[] storage oracles = terms.price.oracles;
        for (uint256 i = 0; i < oracles.length; i++) {
            if (oracles[i] == msg.sender) return uint8(1 << i);
        }
        revert("NotOracle: the caller is no oracle: call as one of `oracles`");
    }

    function _signOffMark(uint8 index, bytes32 evidence) internal view returns (uint8) {
        require(evidence != 0, "NoEvidence: `evidence` is 0: give the hash of the document");
        require(
            index < terms.signOffs.length,
            "UnknownSignOff: the terms have no such sign-off: count from 0"
        );
        _only(
            terms.signOffs[index].who,
            "NotSignOff: this sign-off is another's: give the number of the caller's"
        );
        if (standing < Standing.Open || standing > Standing.Disputed) _saleOver();
        return uint8(1 << index);
    }

    function _only(address who, string memory refusal) internal view {
        require(msg.sender == who, refusal);
    }

    function _onlyParty() internal view {
        require(
            msg.sender == terms.seller.who || msg.sender == terms.buyer.who,
            "NotParty: only seller and buyer may: call as one of them"
        );
    }

    function _requireHeld() internal view {
        require(key != 0, "KeyNotBound: the contract keeps no key: have its owner call `bind`");
        require(
            REGENT.keyOf(key).owner == REGENT.accountOf(address(this)),
            "KeyNotOwned: the contract does not own the key: enrol it through the contract, or transfer it to it"
        );
    }

    /// The buyer calls. Nothing is paid too late, for what the contract does not have, or while a request
    /// of the seller could still empty the key.
    function _requirePayable() internal {
        _only(terms.buyer.who, "NotBuyer: only the buyer may: call as `buyer`");
        _requireTime();
        _requireHeld();
        _closeRequests();
    }

    /// What nobody approved yet is cancelled; for what agents may have begun on, the buyer waits.
    function _closeRequests() private {
        OpenRequest[] memory requests = open;
        delete open;
        for (uint256 i = 0; i < requests.length; i++) {
            IRegent.RequestStatus status = REGENT.statusOf(requests[i].id);
            bool begun = status == IRegent.RequestStatus.Approved || status == IRegent.RequestStatus.Executing;
            require(
                !begun || block.number > requests[i].expires,
                "SellersRequestOpen: an approved request of the seller may still be carried out: pay when it is over, or after its `expires`"
            );
            if (status == IRegent.RequestStatus.Pending) REGENT.cancel(requests[i].id);
        }
    }

    /// @inheritdoc ISale
    function requestsUntil() external view returns (uint32 until) {
        for (uint256 i = 0; i < open.length; i++) {
            if (open[i].expires > until) until = open[i].expires;
        }
    }

    /// Makes room for another request of the seller.
    function _makeRoom() internal {
        for (uint256 i = open.length; i > 0; i--) {
            OpenRequest storage request = open[i - 1];
            if (block.number <= request.expires && (open.length < MAX_OPEN || !_isOver(request.id))) continue;
            open[i - 1] = open[open.length - 1];
            open.pop();
        }
        require(open.length < MAX_OPEN, "TooManyOpenRequests: 8 requests are open: call when one of them is over");
    }

    function _isOver(bytes32 request) private view returns (bool) {
        IRegent.RequestStatus status = REGENT.statusOf(request);
        return status == IRegent.RequestStatus.Unknown || status > IRegent.RequestStatus.Executing;
    }

    /// Nothing is prepared that others rely on.
    function _requireReplaceable(Step step) internal view {
        if (prepared.request == 0) return;
        IRegent.RequestStatus status = REGENT.statusOf(prepared.request);
        require(
            status != IRegent.RequestStatus.Executing,
            "PreparationUnderWay: shares were released for a next epoch: call when its request is over"
        );
        bool stands = !prepared.abandoned
            && (status == IRegent.RequestStatus.Completed || !_isOver(prepared.request));
        address party = step == Step.Settle ? terms.buyer.who : terms.seller.who;
        bool own = prepared.step == step && msg.sender == party;
        require(
            !stands || own || block.number > prepared.expires,
            "AlreadyPrepared: the next epoch is prepared or asked for: use it, have whom it is for call, or call after `expires` of its preparation"
        );
    }

    function _requirePrepared(Step step) internal view {
        require(
            prepared.request != 0 && !prepared.abandoned && prepared.step == step,
            "NotPrepared: no next epoch was prepared for this step: call `prepare`, and have its request carried out"
        );
    }

    /// What was prepared comes to nothing, and the condition is met no more.
    function _abandon() internal {
        _withdrawCondition();
        bytes32 request = prepared.request;
        if (request == 0) return;
        IRegent.RequestStatus status = REGENT.statusOf(request);
        if (status == IRegent.RequestStatus.Executing) {
            // It can be neither cancelled nor dropped: the next call that finds it does.
            prepared.abandoned = true;
            return;
        }
        delete prepared;
        if (status == IRegent.RequestStatus.Completed) {
            _dropEpoch();
        } else if (!_isOver(request)) {
            REGENT.cancel(request);
        }
    }

    /// Drops the pending next epoch, if there is one.
    function _dropEpoch() internal {
        try REGENT.withdraw(key) {} catch Error(string memory reason) {
            require(keccak256(bytes(reason)) == keccak256("NotPending"), reason);
        }
    }

    function _withdrawCondition() internal {
        if (!isFulfilled) return;
        isFulfilled = false;
        REGENT.withdrawCondition(terms.condition);
    }

    /// Drops what was prepared for a step that can follow no more. During a dispute it waits for the
    /// ruling; but the condition is met only while the step can be taken.
    function _abandonWhatCannotFollow() internal {
        bool isDue = prepared.step == Step.Settle
            ? standing == Standing.Paid && _isCleared()
            : standing == Standing.Cancelled;
        if (!isDue) _withdrawCondition();
        bool canFollow = prepared.step == Step.Settle
            ? standing == Standing.Paid || standing == Standing.Disputed
            : standing == Standing.Cancelled;
        if (prepared.request != 0 && (prepared.abandoned || !canFollow)) _abandon();
    }

    function _requirePriceDue() internal view {
        require(
            standing == Standing.Reserved || (standing == Standing.Open && !_needsReservation()),
            "NoPaymentDue: the call takes no value, or no price is due where the contract stands: see `due`"
        );
    }

    function _requireReady() internal view {
        require(standing == Standing.Paid, "NotPaid: the sale is not fully paid, or not open: see `standing`");
        require(_isCleared(), "NotCleared: a sign-off is missing: have every one of `signOffs` sign");
        _requireTime();
    }

    function _isCleared() internal view returns (bool) {
        return signOffMarks == (1 << terms.signOffs.length) - 1;
    }

    function _requireTime() internal view {
        require(
            block.number <= settleUntil,
            "DeadlinePassed: the date has passed or is not in the future: `expire` ends a sale; new terms need a later one"
        );
    }

    function _requireReturned() internal view {
        require(
            !_owesReturn(),
            "NotReturned: what was paid elsewhere was not returned: have oracles attest its return, or the arbiter rule once the time for a ruling is over"
        );
    }

    function _requireCancelledBySeller() internal view {
        _only(terms.seller.who, "NotSeller: only the seller may: call as `seller`");
        require(standing == Standing.Cancelled, "NotCancelled: the sale is not cancelled: cancel it first");
    }

    /// Before `bind` an enrolment, and then all but that and transfers, for the key.
    function _checkRequest(IRegent.Request calldata request) internal view {
        require(request.operation.length <= MAX_OPERATION, "OperationTooLong: `operation` is longer than 32768 bytes: shorten its tree");
        require(request.effect.length <= MAX_EFFECT, "EffectTooLong: `effect` is longer than 4096 bytes: split the request");
        require(request.payload.length <= MAX_PAYLOAD, "PayloadTooLong: `payload` is longer than 16384 bytes: split the request");
        bool named = request.operation.length > 0;
        uint8 kind = named ? uint8(request.operation[0]) : type(uint8).max;
        bool allowed = key == 0 ? kind == ENROL : (kind > ENROL && kind <= RESHARE);
        require(allowed, "OperationNotAllowed: `operation` is none that the controller may ask for here: ask for another");
        if (kind == ENROL) return;
        require(request.key == key, "OtherKey: `key` is not the contract's: name the one that `key` shows");
        _requireHeld();
    }

    function _saleOver() internal pure {
        revert("SaleOver: the sale is not open: see `standing`");
    }

    function _count(uint8 marks) internal pure returns (uint8 count) {
        for (; marks != 0; marks &= marks - 1) count++;
    }
}
