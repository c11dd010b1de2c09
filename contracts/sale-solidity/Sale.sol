// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

import "./SaleState.sol";
import "./terms.sol";

/// @title The sale in Solidity, against the same control plane and the same interface as the ink! one.
/// @dev State changes before a payee is called, so whoever is called finds what is being done done. The
/// control plane calls nobody: what it answers is stored after it did.
contract Sale is SaleState {
    constructor(Terms memory agreed) {
        checkTerms(agreed);
        terms.seller = agreed.seller;
        terms.buyer = agreed.buyer;
        terms.price = agreed.price;
        terms.deposit = agreed.deposit;
        for (uint256 i = 0; i < agreed.signOffs.length; i++) {
            terms.signOffs.push(agreed.signOffs[i]);
        }
        terms.arbiter = agreed.arbiter;
        terms.deadline = agreed.deadline;
        terms.ruling = agreed.ruling;
        terms.lifetime = agreed.lifetime;
        terms.condition = agreed.condition;
        terms.sharing = agreed.sharing;
        settleUntil = agreed.deadline;
    }

    // The key

    function bind(bytes32 id) external {
        _only(terms.seller.who, "NotSeller: only the seller may: call as `seller`");
        require(key == 0, "KeyBound: the contract keeps a key already: make another contract for another key");
        key = id;
        _requireHeld();
        standing = Standing.Open;
        emit Bound(id);
    }

    function submit(IRegent.Request calldata request) external returns (bytes32 id) {
        _only(terms.seller.who, "NotSeller: only the seller may: call as `seller`");
        require(
            standing != Standing.Settled && standing != Standing.Left,
            "NotInControl: the caller is not in control: ask whom `controller` shows"
        );
        require(!_isLocked(), "KeyLocked: what is paid for stays as it is: cancel the sale first");
        require(
            request.expires <= _after(terms.lifetime),
            "RequestTooLong: `expires` is later than `lifetime` allows: bring it forward"
        );
        _checkRequest(request);
        _abandonWhatCannotFollow();
        _makeRoom();
        id = REGENT.submit(request);
        open.push(OpenRequest({id: id, expires: request.expires}));
        emit Requested(id);
    }

    function prepare(Step step, Preparation calldata preparation) external returns (bytes32 request) {
        _onlyParty();
        Party storage to = terms.buyer;
        if (step == Step.Settle) {
            _requireReady();
            // Agents compute the key's next shares before it is settled: those of the buyer's own choice
            // would give it the key, and the deadline the price back.
            require(
                keccak256(preparation.sharing) == terms.sharing,
                "OtherSharing: `sharing` is not what the terms say: give the quorum and the tree whose hash they have"
            );
        } else {
            _requireCancelledBySeller();
            to = terms.seller;
        }
        _requireHeld();
        uint256 length = preparation.sharing.length;
        require(
            length > 0 && length + 65 <= MAX_OPERATION,
            "InvalidSharing: `sharing` is empty or too long: give quorum and tree, SCALE-encoded"
        );
        _requireReplaceable(step);
        _abandon();
        // An epoch that the seller began makes way too.
        _dropEpoch();
        if (terms.condition != 0) {
            isFulfilled = true;
            // That a sale came to nothing has no document.
            REGENT.fulfilCondition(terms.condition, step == Step.Settle ? terms.price.statement : bytes32(0));
        }
        // Owner and policy come last and have a fixed length: what decodes as a whole names these.
        bytes memory operation = abi.encodePacked(TRANSFER, preparation.sharing, to.account, to.policy);
        request = REGENT.submit(
            IRegent.Request({
                salt: preparation.salt,
                key: key,
                operation: operation,
                effect: hex"0000",
                payload: "",
                policy: preparation.policy,
                expires: preparation.expires
            })
        );
        prepared = Prepared({request: request, expires: preparation.expires, step: step, abandoned: false});
        emit Preparing(uint8(step), request);
    }

    function settle() external {
        _onlyParty();
        _requireReady();
        _requireHeld();
        _requirePrepared(Step.Settle);
        delete prepared;
        uint128 price = terms.price.amount;
        // The deposit of a price that was paid elsewhere.
        refund += paid - price;
        paid = 0;
        standing = Standing.Settled;
        emit Settled();
        REGENT.transferControl(key, terms.buyer.account, terms.buyer.policy);
        _withdrawCondition();
        if (price != 0) _send(terms.seller.who, price);
    }

    function takeBack() external {
        _requireCancelledBySeller();
        _requireHeld();
        _requirePrepared(Step.TakeBack);
        delete prepared;
        standing = Standing.Left;
        emit TakenBack();
        REGENT.transferControl(key, terms.seller.account, terms.seller.policy);
        _withdrawCondition();
    }

    // Deposit and price

    function reserve() external payable {
        _requirePayable();
        require(
            standing == Standing.Open && _needsReservation(),
            "NotReservable: the sale is not open, or is paid without a reservation: see `standing`"
        );
        _receive(terms.deposit);
        standing = Standing.Reserved;
        emit Reserved(terms.deposit);
    }

    function pay() external payable {
        _requirePayable();
        require(!_isElsewhere(), "PaidElsewhere: the price is paid elsewhere: have oracles attest it");
        _requirePriceDue();
        _receive(terms.price.amount - paid);
        standing = Standing.Paid;
        emit Paid();
    }

    function attestPayment(bytes32 evidence) external {
        uint8 oracle = _oracle(evidence);
        bool disputed = standing == Standing.Disputed;
        if (!disputed) {
            _requirePriceDue();
            _requireTime();
            _requireHeld();
        }
        require((paymentMarks & oracle) == 0, "AlreadyAttested: the caller did so already: once is enough");
        paymentMarks |= oracle;
        emit PaymentAttested(msg.sender, evidence);
        if (!disputed && _isFullyPaid()) {
            standing = Standing.Paid;
            emit Paid();
        }
    }

    function attestReturn(bytes32 evidence) external {
        uint8 oracle = _oracle(evidence);
        require(standing == Standing.Disputed, "NotDisputed: nobody disputes the sale: see `standing`");
        require((returnMarks & oracle) == 0, "AlreadyAttested: the caller did so already: once is enough");
        returnMarks |= oracle;
        emit ReturnAttested(msg.sender, evidence);
    }

    function withdraw() external {
        uint128 amount = refund;
        require(amount != 0, "NothingToWithdraw: no refund is due to the buyer: there is nothing to withdraw");
        refund = 0;
        emit Withdrawn(amount);
        _send(terms.buyer.who, amount);
    }

    // Consent of others

    function signOff(uint8 index, bytes32 evidence) external {
        uint8 mark = _signOffMark(index, evidence);
        require((signOffMarks & mark) == 0, "AlreadyAttested: the caller did so already: once is enough");
        signOffMarks |= mark;
        emit SignedOff(msg.sender, evidence);
    }

    function refuse(uint8 index, bytes32 evidence) external {
        uint8 mark = _signOffMark(index, evidence);
        signOffMarks &= ~mark;
        emit Refused(msg.sender, evidence);
        _end();
    }

    // The end without a settlement

    function cancel() external {
        _onlyParty();
        bool isSeller = msg.sender == terms.seller.who;
        if (standing == Standing.Open || standing == Standing.Reserved) {
            require(
                !isSeller || standing == Standing.Open || !_isElsewhere(),
                "PaymentUnderWay: the buyer may have paid elsewhere: the buyer may cancel, or anyone may call `expire` after the deadline"
            );
            _cancelAndRefund();
        } else if (standing == Standing.Paid || standing == Standing.Disputed) {
            consents |= isSeller ? SELLER : BUYER;
            emit CancelAgreed(msg.sender);
            if (consents == SELLER | BUYER) _cancelAndRefund();
        } else {
            _saleOver();
        }
    }

    function dispute() external {
        _onlyParty();
        require(standing == Standing.Paid, "NotPaid: the sale is not fully paid, or not open: see `standing`");
        // The time to settle as it was ruled would pass.
        require(
            !ruled,
            "AlreadyRuled: the arbiter ruled that the sale is to be settled: settle it, or cancel it together"
        );
        _requireTime();
        _openDispute();
    }

    function rule(Ruling ruling) external {
        _only(terms.arbiter, "NotArbiter: only the arbiter may: call as `arbiter`");
        require(standing == Standing.Disputed, "NotDisputed: nobody disputes the sale: see `standing`");
        emit Ruled(uint8(ruling));
        // An attestation of the return may never come: from then on the arbiter alone ends the sale.
        bool isLate = block.number > rulingUntil;
        if (ruling == Ruling.Complete) {
            require(
                !isLate || _owesReturn(),
                "RulingTooLate: the time for a ruling is over: it can only be unwound"
            );
            require(_isFullyPaid(), "NotPaid: the sale is not fully paid, or not open: see `standing`");
            standing = Standing.Paid;
            ruled = true;
            settleUntil = _after(terms.ruling);
        } else {
            if (!isLate) _requireReturned();
            _cancelAndRefund();
        }
    }

    function expire() external {
        bool disputed = standing == Standing.Disputed;
        if (standing < Standing.Open || standing > Standing.Disputed) _saleOver();
        require(
            block.number > (disputed ? rulingUntil : settleUntil),
            "NotExpired: the sale's time is not over: call after the block that `settleUntil` shows"
        );
        if (disputed) _requireReturned();
        _end();
    }

    /// @inheritdoc ISale
    function due() external view returns (uint128) {
        if (standing == Standing.Open && terms.deposit != 0) return terms.deposit;
        bool priceDue = standing == Standing.Open || standing == Standing.Reserved;
        return priceDue && !_isElsewhere() ? terms.price.amount - paid : 0;
    }

    function _end() private {
        bool disputed = standing == Standing.Disputed;
        if (disputed && _owesReturn()) {
            emit Disputed(rulingUntil);
            _abandonWhatCannotFollow();
        } else if (!disputed && paymentMarks != 0) {
            // An oracle attested: money is under way.
            _openDispute();
        } else {
            _cancelAndRefund();
        }
    }

    function _openDispute() private {
        rulingUntil = _after(terms.ruling);
        standing = Standing.Disputed;
        consents = 0;
        emit Disputed(rulingUntil);
        _abandonWhatCannotFollow();
    }

    function _cancelAndRefund() private {
        refund += paid;
        paid = 0;
        standing = Standing.Cancelled;
        emit Cancelled(refund);
        _abandonWhatCannotFollow();
    }

    function _receive(uint128 expected) private {
        require(msg.value == expected, "WrongAmount: the value is not what is due: send exactly what `due` shows");
        paid += expected;
    }

    function _send(address to, uint128 amount) private {
        (bool ok,) = to.call{value: amount}("");
        require(ok, "PaymentFailed: the payee takes no value: have it accept payments");
    }
}
