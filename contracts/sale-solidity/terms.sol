// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

import "../interfaces/ISale.sol";

uint256 constant MAX_SIGN_OFFS = 4;
uint256 constant MAX_ORACLES = 8;
uint32 constant MAX_PERIOD = 1262304000;

/// @dev Whether the terms of a sale can be carried out.
function checkTerms(ISale.Terms memory agreed) view {
    address seller = agreed.seller.who;
    address buyer = agreed.buyer.who;
    require(
        seller != buyer && agreed.arbiter != seller && agreed.arbiter != buyer,
        "PartiesNotDistinct: two of the parties are the same: name different ones"
    );
    checkPrice(agreed);
    checkSignOffs(agreed.signOffs);
    require(
        agreed.sharing != 0,
        "NoSharing: `sharing` is 0: give the hash of the quorum and the tree that the buyer's epoch is shared by"
    );
    require(
        agreed.deadline > block.number,
        "DeadlinePassed: the date has passed or is not in the future: `expire` ends a sale; new terms need a later one"
    );
    checkPeriod(agreed.ruling);
    checkPeriod(agreed.lifetime);
}

function checkPrice(ISale.Terms memory agreed) pure {
    address[] memory oracles = agreed.price.oracles;
    if (oracles.length == 0) {
        uint128 amount = agreed.price.amount;
        require(amount != 0 && agreed.deposit <= amount, "InvalidPrice: `price` is 0, or below `deposit`: correct it");
        return;
    }
    require(agreed.price.amount == 0, "InvalidPrice: `price` is 0, or below `deposit`: correct it");
    bool valid = oracles.length <= MAX_ORACLES;
    for (uint256 i = 0; valid && i < oracles.length; i++) {
        valid = oracles[i] != agreed.seller.who && oracles[i] != agreed.buyer.who;
        for (uint256 j = 0; valid && j < i; j++) {
            valid = oracles[i] != oracles[j];
        }
    }
    require(valid, "InvalidOracles: `oracles` are more than 8, one is named twice, or one is a party: correct the list");
    uint8 threshold = agreed.price.threshold;
    require(
        threshold > 0 && threshold <= oracles.length,
        "InvalidThreshold: a threshold is 0 or above the number of its members: give one between"
    );
}

function checkSignOffs(ISale.SignOff[] memory signOffs) pure {
    bool valid = signOffs.length <= MAX_SIGN_OFFS;
    for (uint256 i = 0; valid && i < signOffs.length; i++) {
        for (uint256 j = 0; valid && j < i; j++) {
            valid = signOffs[i].who != signOffs[j].who || signOffs[i].office != signOffs[j].office;
        }
    }
    require(valid, "InvalidSignOffs: `signOffs` are more than 4, or one is named twice: correct the list");
}

function checkPeriod(uint32 blocks) pure {
    require(
        blocks > 0 && blocks <= MAX_PERIOD,
        "InvalidPeriod: a period of the terms is 0 or above 1262304000 blocks: give one between"
    );
}
