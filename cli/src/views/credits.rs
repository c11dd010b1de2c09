//! Storage credits of institutions, and who may deploy contracts.

use std::io::Write;

use regent_primitives::{contracts_api::Credits, AccountId, InstitutionId};
use serde_json::{json, Value};

use crate::output::Show;

/// What `regent contract credits` tells.
pub struct CreditsView {
    /// Institutions, by their number.
    pub institutions: Vec<InstitutionCredits>,
    /// Accounts that governance admitted as deployers, with the institution that each acts for; without
    /// one it does not deploy.
    pub deployers: Vec<(AccountId, Option<InstitutionId>)>,
}

/// What an institution may have stored, one credit for a byte.
pub struct InstitutionCredits {
    /// Its number.
    pub id: InstitutionId,
    /// Its name.
    pub name: String,
    /// Its credits.
    pub credits: Credits,
}

impl InstitutionCredits {
    /// Granted credits that are held for what is stored. None, if its members freed so much of others'
    /// storage that the purse has more than was granted.
    const fn in_use(&self) -> u128 {
        self.credits.granted.saturating_sub(self.credits.free)
    }
}

impl Show for CreditsView {
    fn text(&self, out: &mut dyn Write) -> std::io::Result<()> {
        for institution in &self.institutions {
            let InstitutionCredits { id, name, credits: Credits { granted, free } } = institution;
            let in_use = institution.in_use();
            writeln!(
                out,
                "institution  {id} {name}: {free} credits free, {granted} granted, {in_use} in use"
            )?;
        }
        for (account, institution) in &self.deployers {
            match institution {
                Some(institution) => {
                    writeln!(out, "deployer     {account}  institution {institution}")?;
                }
                None => writeln!(
                    out,
                    "deployer     {account}  acts for no active institution: deploys nothing"
                )?,
            }
        }
        Ok(())
    }

    fn json(&self) -> Value {
        let institution = |institution: &InstitutionCredits| {
            json!({
                "id": institution.id,
                "name": institution.name,
                "granted": institution.credits.granted.to_string(),
                "free": institution.credits.free.to_string(),
                "in_use": institution.in_use().to_string(),
            })
        };
        let deployer = |(account, institution): &(AccountId, Option<InstitutionId>)| json!({ "account": account.to_string(), "institution": institution });
        json!({
            "institutions": self.institutions.iter().map(institution).collect::<Vec<_>>(),
            "deployers": self.deployers.iter().map(deployer).collect::<Vec<_>>(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::text;

    fn of(id: InstitutionId, name: &str, granted: u128, free: u128) -> InstitutionCredits {
        InstitutionCredits { id, name: name.to_owned(), credits: Credits { granted, free } }
    }

    #[test]
    fn what_is_in_use_is_granted_and_not_free() {
        let (member, former) = (AccountId::new([1; 32]), AccountId::new([2; 32]));
        let view = CreditsView {
            // Members of the second freed what others had stored.
            institutions: vec![of(0, "Bank A", 1_000, 700), of(1, "Bank B", 500, 520)],
            deployers: vec![(member.clone(), Some(0)), (former.clone(), None)],
        };
        let text = text(&view);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(
            lines[..2],
            [
                "institution  0 Bank A: 700 credits free, 1000 granted, 300 in use",
                "institution  1 Bank B: 520 credits free, 500 granted, 0 in use",
            ]
        );
        assert_eq!(lines[2], format!("deployer     {member}  institution 0"));
        assert!(lines[3].contains(&former.to_string()), "{text}");
        assert!(lines[3].ends_with("deploys nothing"), "{text}");

        let json = view.json();
        let first = json!({
            "id": 0, "name": "Bank A", "granted": "1000", "free": "700", "in_use": "300",
        });
        assert_eq!(json["institutions"][0], first);
        assert_eq!(json["institutions"][1]["in_use"], "0");
        let deployers = json!([
            { "account": member.to_string(), "institution": 0 },
            { "account": former.to_string(), "institution": null },
        ]);
        assert_eq!(json["deployers"], deployers);
    }
}
