//! Members of institutions.

use std::io::Write;

use regent_primitives::{AccountId, InstitutionId};
use serde_json::{json, Value};

use crate::output::Show;

/// Accounts, with the institution that each acts for.
pub struct MemberList(pub Vec<(AccountId, InstitutionId)>);

impl Show for MemberList {
    fn text(&self, out: &mut dyn Write) -> std::io::Result<()> {
        for (account, institution) in &self.0 {
            writeln!(out, "{account}  institution {institution}")?;
        }
        Ok(())
    }

    fn json(&self) -> Value {
        let member = |(account, institution): &(AccountId, InstitutionId)| json!({ "account": account.to_string(), "institution": institution });
        self.0.iter().map(member).collect()
    }
}
