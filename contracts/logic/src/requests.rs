//! The requests of one party that may still be carried out.

use alloc::vec::Vec;

use codec::{Decode, Encode};

use crate::{bounds::MAX_OPEN, Action, BlockNumber, Environment, Error, RequestId, Status};

#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
struct OpenRequest {
    /// Known once the control plane has answered.
    id: Option<RequestId>,
    expires: BlockNumber,
}

impl OpenRequest {
    fn status(&self, env: &impl Environment) -> Status {
        status(env, self.id)
    }
}

/// Requests that may still be carried out, at most [`MAX_OPEN`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub struct OpenRequests(Vec<OpenRequest>);

/// Where a request stands. What has no id yet is taken to be where nothing can stop it.
pub(crate) fn status(env: &impl Environment, request: Option<RequestId>) -> Status {
    request.map_or(Status::Executing, |request| env.status_of(request))
}

impl OpenRequests {
    /// Notes a request that is about to be submitted.
    pub fn add(&mut self, env: &impl Environment, expires: BlockNumber) -> Result<(), Error> {
        let now = env.now().block;
        self.0.retain(|open| open.expires >= now);
        if self.0.len() >= MAX_OPEN {
            self.0.retain(|open| !matches!(open.status(env), Status::Completed | Status::Over));
        }
        if self.0.len() >= MAX_OPEN {
            return Err(Error::TooManyOpenRequests);
        }
        self.0.push(OpenRequest { id: None, expires });
        Ok(())
    }

    /// The request that was noted last has this id.
    pub fn submitted(&mut self, request: RequestId) {
        if let Some(last) = self.0.last_mut().filter(|last| last.id.is_none()) {
            last.id = Some(request);
        }
    }

    /// Cancels what can be cancelled. What was approved is kept nevertheless: agents may have begun on
    /// it, so it counts until its last block.
    pub fn close(&mut self, env: &impl Environment) -> Vec<Action> {
        let mut actions = Vec::new();
        self.0.retain(|open| {
            let status = open.status(env);
            if let (Status::Pending | Status::Approved, Some(request)) = (status, open.id) {
                actions.push(Action::Cancel(request));
            }
            matches!(status, Status::Approved | Status::Executing)
        });
        actions
    }

    /// The last block in which one of them may still be carried out; 0 if there is none.
    pub fn until(&self) -> BlockNumber {
        self.0.iter().map(|open| open.expires).max().unwrap_or(0)
    }
}
