//! `Requests`: the life of a request.

use regent_primitives::{
    AgentNote, RegenToken, RequestBody, RequestId, Session, SignedApproval, SignedReceipt,
};

use super::call;

call!(
    /// Submits a request, with the session of its first attempt if there is one already.
    "Requests" submit(body: RequestBody, payload: Vec<u8>, session: Option<Session>)
);
call!(
    /// Brings a person's approval or denial. Anybody who may transact may bring it.
    "Requests" approve(approval: SignedApproval)
);
call!(
    /// Opens the next attempt.
    "Requests" open_session(session: Session)
);
call!(
    /// Withdraws a request before anything was released for it.
    "Requests" cancel(request: RequestId)
);
call!(
    /// An agent's note; nobody signs the transaction.
    "Requests" note(note: AgentNote)
);
call!(
    /// Brings the receipt of an operation, and the token of an enrolment.
    "Requests" complete(receipt: SignedReceipt, token: Option<RegenToken>)
);
