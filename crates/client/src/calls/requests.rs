//! `Requests`: the life of a request.

use regent_primitives::{
    AgentNote, RegenToken, RequestBody, RequestId, Session, SignedApproval, SignedReceipt,
};

use super::call;

call!(
    /// Submits a request, with the session of its first attempt if there is one already.
    "Requests"[15] submit[0](body: RequestBody, payload: Vec<u8>, session: Option<Session>)
);
call!(
    /// Brings a person's approval or denial. Anybody who may transact may bring it.
    "Requests"[15] approve[1](approval: SignedApproval)
);
call!(
    /// Opens the next attempt.
    "Requests"[15] open_session[2](session: Session)
);
call!(
    /// Withdraws a request before anything was released for it.
    "Requests"[15] cancel[3](request: RequestId)
);
call!(
    /// An agent's note; nobody signs the transaction.
    "Requests"[15] note[4](note: AgentNote)
);
call!(
    /// Brings the receipt of an operation, and the token of an enrolment.
    "Requests"[15] complete[5](receipt: SignedReceipt, token: Option<RegenToken>)
);
