//! Validators' seats and session keys.

use std::io::Write;

use regent_client::validators::{Seat, Standing, Validators};
use regent_primitives::{AccountId, BlockNumber, InstitutionId, SessionKeys};
use serde_json::{json, Value};

use crate::{output::Show, units::hexadecimal};

/// The seats that are filled.
pub struct ValidatorList(pub Validators);

/// Session keys that were set.
pub struct KeysSet {
    /// Whose seat it is.
    pub institution: InstitutionId,
    /// Who holds it, and set them.
    pub holder: AccountId,
    /// The keys.
    pub keys: SessionKeys,
    /// The block in which they were set.
    pub block: BlockNumber,
    /// The block after which they are in office.
    pub after: BlockNumber,
}

fn keys_json(keys: &SessionKeys) -> Value {
    json!({ "aura": hexadecimal(keys.aura), "grandpa": hexadecimal(keys.grandpa) })
}

fn write_keys(out: &mut dyn Write, keys: &SessionKeys) -> std::io::Result<()> {
    writeln!(out, "  aura       {}", hexadecimal(keys.aura))?;
    writeln!(out, "  grandpa    {}", hexadecimal(keys.grandpa))
}

impl ValidatorList {
    fn seat_json(&self, seat: &Seat) -> Value {
        let standing = self.0.standing(seat);
        let after = match standing {
            Standing::After(block) => Some(block),
            _ => None,
        };
        json!({
            "institution": seat.institution,
            "active": seat.active,
            "validator": seat.holder.to_string(),
            "keys": seat.keys.as_ref().map(keys_json),
            "in_office": standing == Standing::InOffice,
            "in_office_after": after,
        })
    }
}

impl Show for ValidatorList {
    fn text(&self, out: &mut dyn Write) -> std::io::Result<()> {
        let Self(validators) = self;
        let (length, change) = (validators.session_length, validators.next_change());
        writeln!(out, "sessions of {length} blocks, the next one after block {change}")?;
        for seat in &validators.seats {
            let standing = match validators.standing(seat) {
                Standing::NoKeys => "has set no session keys".to_owned(),
                Standing::Suspended => "not in office, its institution is suspended".to_owned(),
                Standing::InOffice => "in office".to_owned(),
                Standing::After(block) => format!("in office after block {block}"),
            };
            writeln!(out, "institution {:<4} {}  {standing}", seat.institution, seat.holder)?;
            if let Some(keys) = &seat.keys {
                write_keys(out, keys)?;
            }
        }
        for (account, keys) in validators.leaving() {
            writeln!(out, "leaving          {account}  still in office, with these keys")?;
            write_keys(out, keys)?;
        }
        Ok(())
    }

    fn json(&self) -> Value {
        let Self(validators) = self;
        let leaving = validators.leaving().map(
            |(account, keys)| json!({ "validator": account.to_string(), "keys": keys_json(keys) }),
        );
        json!({
            "block": validators.block,
            "session_length": validators.session_length,
            "next_session_after": validators.next_change(),
            "seats": validators.seats.iter().map(|seat| self.seat_json(seat)).collect::<Vec<_>>(),
            "leaving": leaving.collect::<Vec<_>>(),
        })
    }
}

impl Show for KeysSet {
    fn text(&self, out: &mut dyn Write) -> std::io::Result<()> {
        let Self { institution, holder, keys, block, after } = self;
        writeln!(
            out,
            "institution {institution:<4} {holder}: new session keys, final in block {block}"
        )?;
        write_keys(out, keys)?;
        writeln!(out, "in office after block {after}; until then the node needs the former ones")
    }

    fn json(&self) -> Value {
        json!({
            "institution": self.institution,
            "validator": self.holder.to_string(),
            "keys": keys_json(&self.keys),
            "block": self.block,
            "in_office_after": self.after,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::text;

    fn keys(number: u8) -> SessionKeys {
        SessionKeys { aura: [number; 32], grandpa: [number + 1; 32] }
    }

    #[test]
    fn a_seat_is_shown_with_what_its_holder_set_last() {
        let [one, two, three] = [1, 2, 3].map(|number| AccountId::new([number; 32]));
        let seat = |institution, holder: &AccountId, keys| Seat {
            institution,
            active: true,
            holder: holder.clone(),
            keys,
        };
        let view = ValidatorList(Validators {
            block: 50,
            session_length: 40,
            present: vec![(one.clone(), keys(1)), (two.clone(), keys(2))],
            next: vec![(one.clone(), keys(1)), (two.clone(), keys(2))],
            seats: vec![
                seat(0, &one, Some(keys(1))),
                seat(1, &two, Some(keys(7))),
                seat(2, &three, None),
            ],
        });
        let words = text(&view);
        for line in [
            "sessions of 40 blocks, the next one after block 80".to_owned(),
            format!("institution 0    {one}  in office"),
            format!("institution 1    {two}  in office after block 120"),
            format!("  aura       0x{}", "07".repeat(32)),
            format!("  grandpa    0x{}", "08".repeat(32)),
            format!("institution 2    {three}  has set no session keys"),
            format!("leaving          {two}  still in office, with these keys"),
        ] {
            assert!(words.lines().any(|found| found == line), "{line} is not in\n{words}");
        }
        let told = view.json();
        assert_eq!(told["next_session_after"], 80);
        let offices = |field: &str| -> Vec<Value> {
            let seats = told["seats"].as_array().expect("a list").iter();
            seats.map(|seat| seat[field].clone()).collect()
        };
        assert_eq!(offices("in_office"), [json!(true), json!(false), json!(false)]);
        assert_eq!(offices("in_office_after"), [json!(null), json!(120), json!(null)]);
        assert_eq!(told["seats"][1]["keys"], keys_json(&keys(7)));
        assert_eq!(
            told["leaving"],
            json!([{ "validator": two.to_string(), "keys": keys_json(&keys(2)) }])
        );
    }

    #[test]
    fn keys_that_were_set_are_shown_with_when_they_count() {
        let holder = AccountId::new([4; 32]);
        let set = KeysSet {
            institution: 3,
            holder: holder.clone(),
            keys: keys(4),
            block: 53,
            after: 120,
        };
        let words = text(&set);
        assert!(
            words.contains("final in block 53") && words.contains("after block 120"),
            "{words}"
        );
        let told = json!({
            "institution": 3, "validator": holder.to_string(), "keys": keys_json(&keys(4)),
            "block": 53, "in_office_after": 120,
        });
        assert_eq!(set.json(), told);
    }
}
