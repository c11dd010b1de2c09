//! Rules `policy`, `lineage`, `superseded`, `token`, `tree`, `request-rules`.

use regent_policy::evaluate_request;
use regent_primitives::{bounds::MAX_LINEAGE, AccessTree, Operation, PolicyHash, RequestBody};

use super::{ensure, Case, Judged, RequestTree};
use crate::{rule::Rule, verdict::Failure};

impl Case<'_> {
    pub(super) fn judge_policy(&mut self) -> Judged {
        let Some(record) = self.record() else { return Ok(()) };
        let body = &record.body;
        let policy = self.own_policy()?;
        self.judge_lineage(body)?;
        self.judge_superseded(body, record.submitted_at)?;
        let token = self.own_token()?;
        self.tree = match (&body.operation, token) {
            (Operation::Enrol { tree, .. }, _) => {
                let present = vec![true; tree.leaf_count()];
                Some(RequestTree { leaves: tree.leaves(), tree: tree.clone(), present })
            }
            (operation, Some(token)) => {
                let mut present: Vec<bool> =
                    (0..token.tree.leaf_count()).map(|leaf| token.is_present(leaf)).collect();
                let tree = match operation.named_tree() {
                    Some((_, next)) => {
                        present.extend(vec![true; next.leaf_count()]);
                        AccessTree::joint(&token.tree, next)
                            .map_err(|error| Failure::new(Rule::Tree, error))?
                    }
                    None => token.tree.clone(),
                };
                Some(RequestTree { leaves: tree.leaves(), tree, present })
            }
            (_, None) => None,
        };
        let Some(policy) = policy else { return Ok(()) };
        let violations =
            evaluate_request(self.genesis(), &policy.policy, body, record.submitted_at);
        match violations.first() {
            None => Ok(()),
            Some(first) => Err(Failure::new(Rule::RequestRules, first)),
        }
    }

    /// From the request's policy back to the one that the key's token commits to.
    fn judge_lineage(&mut self, body: &RequestBody) -> Judged {
        // Whether the token is there is for its own rule to say.
        let Ok(Some(token)) = self.own_token() else { return Ok(()) };
        let mut at: PolicyHash = body.policy;
        for _ in 0..MAX_LINEAGE {
            if at == token.policy_hash {
                // Sound itself, too: a change of it was not judged without it.
                return self.policy(&at, Rule::Lineage).map(drop);
            }
            let Some(record) = self.policy(&at, Rule::Lineage)? else { return Ok(()) };
            let Some(predecessor) = record.policy.predecessor else {
                let detail = format!("it begins with {at}, expected {}", token.policy_hash);
                return Err(Failure::new(Rule::Lineage, detail));
            };
            at = predecessor;
        }
        Err(Failure::new(Rule::Lineage, format!("more than {MAX_LINEAGE} policies")))
    }

    fn judge_superseded(&mut self, body: &RequestBody, submitted_at: u32) -> Judged {
        let successor = self.context.policies.get(&body.policy).and_then(|(_, next)| *next);
        let Some(successor) = successor else { return Ok(()) };
        let Some(record) = self.policy(&successor, Rule::Superseded)? else { return Ok(()) };
        ensure(record.created_at >= submitted_at, Rule::Superseded)
    }
}
