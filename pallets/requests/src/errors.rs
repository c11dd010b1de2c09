//! Why a call or a note is refused: each error with what to do about it.

use frame_support::pallet_macros::pallet_section;

/// The errors, as a part of the pallet.
#[pallet_section]
mod errors {
    /// Why a call or a note is refused. `regent request check` (the runtime API `evaluate`) names
    /// every reason at once, with what was found and what was expected.
    #[pallet::error]
    pub enum Error<T> {
        /// The account acts for no institution in good standing: have an administrator add it.
        NotMember,
        /// The caller is not the requester: the requester has to sign the transaction.
        NotRequester,
        /// This very request was submitted before: use a fresh salt.
        RequestExists,
        /// No request has this id: check it, or the chain it was made for.
        UnknownRequest,
        /// The chain has as many open requests as it can hold: wait until some are over.
        TooManyOpenRequests,
        /// The institution has as many open requests as it may: cancel or complete some.
        TooManyOpenOfInstitution,
        /// The key has as many open requests as it may: cancel or complete some.
        TooManyOpenOfKey,
        /// The key's next epoch is pending already: have it confirmed first.
        SuccessorPending,
        /// The key's tree and the new one together have more leaves, gates or levels than one tree.
        TreesTooLarge,
        /// No block near the deadline has room for it: choose another deadline.
        DeadlineQueueFull,
        /// The payload is not the one whose hash the request states.
        PayloadMismatch,
        /// The payload has more bytes than a request may carry.
        PayloadTooLong,
        /// The policy is not on this chain.
        UnknownPolicy,
        /// The policy forbids it for a reason without an error of its own.
        PolicyViolated,
        /// The requester is not in the role that may request.
        RequesterNotInRole,
        /// The policy does not allow this kind of operation.
        OperationNotAllowed,
        /// The policy does not allow payloads that nobody parses.
        RawNotAllowed,
        /// The payload's format does not fit the operation.
        FormatNotForOperation,
        /// The request is past its deadline.
        RequestExpired,
        /// The request would live longer than its policy allows: choose a nearer deadline.
        LifetimeTooLong,
        /// The id of the key to enrol is not the one its requester and salt give.
        WrongKeyId,
        /// The epoch is not the key's, or not 0 for an enrolment.
        WrongEpoch,
        /// An enrolment has no payload, nor has the making of a next epoch.
        PayloadNotEmpty,
        /// The key to seal a result to is not an X-Wing public key.
        InvalidResultKey,
        /// The declared effect does not fit the payload's format: none for raw payloads, one for
        /// payloads that are parsed.
        InvalidEffect,
        /// The policy does not allow this asset to be moved at all.
        AssetNotAllowed,
        /// More is moved than one operation may.
        AmountOverLimit,
        /// The fee is higher than one operation may pay.
        FeeOverLimit,
        /// A recipient is not on the policy's list.
        RecipientNotAllowed,
        /// The policy waits for a condition that its contract has not declared met.
        ConditionNotFulfilled,
        /// The key to enrol exists already: use a fresh salt.
        KeyExists,
        /// No key has this id.
        UnknownKey,
        /// The key is not active: wait for its confirmations, or use its newest epoch.
        KeyNotActive,
        /// The key is frozen, by its owner or by governance: whoever froze it has to lift that.
        KeyFrozen,
        /// The request's policy does not descend from the one the key commits to.
        PolicyNotDescended,
        /// The request's policy was changed: request under its newest successor.
        PolicySuperseded,
        /// A key of this algorithm cannot do this operation.
        OperationNotOfKey,
        /// The quorum does not admit the tree, or a leaf is not a registered agent.
        TreeNotAdmitted,
        /// A leaf belongs to a device or a client secret, which this chain does not serve yet.
        UnsupportedParticipant,
        /// The request is decided already: no approval counts any more.
        AlreadyDecided,
        /// The approval is for another request, key, operation, payload, policy or chain.
        ApprovalNotBound,
        /// An approval's own deadline has passed: sign again, or make a new request.
        ApprovalExpired,
        /// The approval is for another stage than the open one.
        WrongStage,
        /// The approver is not in the stage's role.
        ApproverNotInRole,
        /// The approver already approved this request, at this or another stage.
        AlreadyApproved,
        /// The requester may not approve its own request.
        RequesterApproves,
        /// A signature is not its signer's.
        InvalidSignature,
        /// The request holds as many approvals as it can.
        TooManyApprovals,
        /// The request is over: nothing can happen to it any more.
        RequestOver,
        /// Shares were released for it: it can only be completed, or fail.
        SharesReleased,
        /// The session serves another request.
        WrongSession,
        /// The attempt is not the next one.
        WrongAttempt,
        /// The request had as many attempts as it may: make a new request.
        TooManyAttempts,
        /// The attempt before is open until after its deadline.
        AttemptOpen,
        /// The policy does not accept the session's measurement.
        MeasurementNotAccepted,
        /// The request was never approved: there is nothing to release or complete.
        NotApproved,
        /// The attempt has no session.
        UnknownSession,
        /// The tree has no such leaf, or it belongs to another agent, or was absent at enrolment.
        NotLeafOfAgent,
        /// This was noted before.
        AlreadyNoted,
        /// No key awaits this confirmation or puncture.
        NotAwaited,
        /// The receipt's key, epoch, operation, payload or policy is not the request's.
        ReceiptMismatch,
        /// The receipt does not name the request's `Approved` audit entry as the one before it.
        ReceiptNotLinked,
        /// The receipt's leaves are not distinct leaves that satisfy the key's tree.
        ReceiptLeaves,
        /// A receipt of an enrolment, refresh, reshare or transfer comes with its token.
        TokenMissing,
        /// This operation makes no token.
        TokenNotExpected,
        /// The token is not the one of the receipt, the session and the request.
        TokenMismatch,
        /// The key belongs to a contract, which alone may ask until it ends: have the contract make the
        /// request.
        KeyOwnedByContract,
        /// Under this policy the key would be lost with the contract that is to own it. Name a person as
        /// requester beside the contract, allow `transfer`, and name other people enough to approve.
        NoRecovery,
        /// The request was completed, by this receipt or another attempt's: the log has one receipt of a
        /// request. If this is another one, keep it, and tell who approved: the operation was done twice.
        AlreadyCompleted,
    }
}
