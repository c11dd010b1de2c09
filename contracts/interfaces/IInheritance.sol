// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

import "./Custody.sol";
import "./IRegent.sol";

/// @title Inheritance of a key: control passes on at death, and to a guardian during incapacity.
/// @notice Silence: `interval` blocks without an act of the owner, a report, and `grace` blocks more. A
/// case is proven when one of its combinations is complete; it takes effect `contest` blocks later, if
/// nobody stops it, by `prepare` and `execute`. A halt of the chain starts `grace` and `contest` anew.
/// @dev Every refusal reverts with `Error(string)`, a name and what to do: `NotProven: ...`. The
/// constructor takes `Terms`.
interface IInheritance {
    /// @notice Where an inheritance stands.
    enum Standing {
        /// The key is not bound yet. The owner is in control.
        Draft,
        /// The owner is in control.
        Owner,
        /// The guardian is.
        Guardian,
        /// The trustee of an heir is.
        Trustee,
        /// The heirs are, together.
        Heirs,
        /// The owner is, for good.
        Revoked,
        /// The key has left the contract: who owns it is in control.
        Left
    }

    /// @notice In what quality attestors attest; for people to read.
    enum Kind {
        Medical,
        Notary,
        Family,
        Court
    }

    /// @notice What can be proven.
    enum Case {
        Death,
        Incapacity,
        Recovery
    }

    /// @notice A step by which control passes on.
    enum Step {
        /// The owner died: to an heir.
        Succeed,
        /// The owner cannot decide: to the guardian.
        Appoint,
        /// The owner can again, or the guardian's term is over: back to the owner.
        Restore,
        /// The heir is of age: from the trustee to the heir.
        Majority,
        /// The owner revoked: the key leaves, to the owner's own account.
        Release
    }

    /// @notice Who inherits. With a `trustee` the heir is a minor until block `minorUntil`.
    struct Heir {
        Party party;
        uint32 minorUntil;
        address trustee;
        bytes32 trusteePolicy;
    }

    /// @notice How control passes on. With a threshold of 0 to one of the heirs, in order: the next may
    /// take over after `turn` blocks more. Else to all of them together, once as many accepted: the
    /// contract keeps the key for them, under `togetherPolicy`.
    struct Succession {
        /// At most 8.
        Heir[] heirs;
        uint32 turn;
        uint8 threshold;
        bytes32 togetherPolicy;
    }

    /// @notice Who is in control while the owner cannot decide; address 0 for nobody.
    struct Guardian {
        address who;
        bytes32 policy;
        /// Blocks after which control can return without anybody's attestation.
        uint32 term;
    }

    /// @notice Attestors of one kind, at most 8, and how many of them have to attest.
    struct Group {
        Kind kind;
        address[] members;
        uint8 threshold;
    }

    /// @notice Groups that prove a case together: bit `i` of `groups` stands for group `i`. With
    /// `silence`, which is for deaths only, the owner has to be silent as well.
    struct Combination {
        Case proves;
        bool silence;
        uint8 groups;
    }

    /// @notice Periods in blocks, and how fast the chain is.
    struct Periods {
        uint32 interval;
        uint32 grace;
        uint32 contest;
        /// Milliseconds a block should take.
        uint32 blockMilliseconds;
        /// Milliseconds without a block that are a halt.
        uint64 haltMilliseconds;
    }

    /// @notice All terms. They never change.
    struct Terms {
        Party owner;
        Succession succession;
        Guardian guardian;
        /// At most 8.
        Group[] groups;
        /// At most 8; those of one case are alternatives.
        Combination[] combinations;
        /// Who may carry out every step beside those it concerns; 0 for nobody.
        address executor;
        /// Who may contest beside the owner, at most 8,
        address[] contesters;
        /// and how often, all together.
        uint8 contests;
        Periods periods;
        /// The condition of the key's policy that a step which is due fulfils, by its `prepare`: a proven
        /// case, the heir's majority, a revocation; 0 for none.
        bytes32 condition;
        /// By which agents the key is shared from a step on: `keccak256` of quorum and tree, SCALE-encoded
        /// one after the other; 0: whoever prepares a step names them.
        bytes32 sharing;
    }

    event Bound(bytes32 key);
    event ProofOfLife();
    event SilenceReported(uint32 until);
    event Attested(uint8 proves, address who, bytes32 evidence);
    event Retracted(uint8 proves, address who);
    event Proven(uint8 proves, uint32 until);
    event Unproven(uint8 proves);
    event Restarted(uint32 until);
    event Contested(uint8 proves, address who);
    event Answered(address who);
    event Preparing(uint8 step, uint8 heir, bytes32 request);
    event Executed(uint8 step, uint8 heir);
    event Revoked();
    event Requested(address who, bytes32 request);
    event Frozen();
    event Unfrozen();

    /// @notice The owner hands the contract the key, which it has to own already.
    function bind(bytes32 key) external;

    /// @notice Whoever is in control makes a request: the owner for all but transfers, guardian and
    /// trustee to sign or decrypt.
    function submit(IRegent.Request calldata request) external returns (bytes32 id);

    /// @notice Whoever is in control freezes the key.
    function freeze() external;

    /// @notice Whoever is in control lifts the freeze.
    function unfreeze() external;

    /// @notice The owner gives a proof of life, as every other act of the owner is.
    function proveLife() external;

    /// @notice Somebody concerned reports that the owner has been silent. Grace begins.
    function reportSilence() external;

    /// @notice Anyone has the contract look at the clocks: it finds halts the better, the more often.
    function observe() external;

    /// @notice A member of a group attests a case, with the hash of the document.
    function attest(Case proves, uint8 group, bytes32 evidence) external;

    /// @notice A member takes an attestation back, until the case is executed.
    function retract(Case proves, uint8 group) external;

    /// @notice The owner or a named party stops a case.
    function contest(Case proves) external;

    /// @notice An heir accepts (together) or declines (in order).
    function answer() external;

    /// @notice Has the next epoch prepared for whom the step leads to. `heir` counts from 0, and for
    /// `Succeed` only. If the chain turns out to have stood still, periods start anew instead. Until it
    /// expires, only whom it is for can begin anew, and an heir before a guardian. The agents of
    /// the quorum have the key before `execute`, whatever becomes of the case: it is the one of the terms,
    /// but for `Release`. If they name none it is the caller's choice, and for the approvers of the key's
    /// policy to refuse. When its step can follow
    /// no more, because the case is contested for example, what was prepared is dropped.
    function prepare(Step step, uint8 heir, Preparation calldata preparation)
        external
        returns (bytes32 request);

    /// @notice Passes control on. If the chain turns out to have stood still, periods start anew
    /// instead.
    function execute(Step step, uint8 heir) external;

    /// @notice The owner ends the inheritance for good.
    function revoke() external;

    /// @notice Where the inheritance stands.
    function standing() external view returns (Standing);

    /// @notice Whether the contract obeys this party now.
    function controller(address who) external view returns (bool);

    /// @notice The key, or 0.
    function key() external view returns (bytes32);

    /// @notice The block of the last proof of life.
    function alive() external view returns (uint32);

    /// @notice The last block of the grace period; 0 if silence was not reported.
    function graceUntil() external view returns (uint32);

    /// @notice The last block of a case's contest period; 0 if it is not proven.
    function contestUntil(Case proves) external view returns (uint32);
}
