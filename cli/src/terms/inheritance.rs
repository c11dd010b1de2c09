//! Terms of an inheritance.

use alloy_primitives::Address;
use regent_contract_abi::{
    IInheritance::{Case, Combination, Group, Guardian, Heir, Kind, Periods, Succession, Terms},
    Party,
};
use regent_primitives::cash_api::CashTerms;
use serde::Deserialize;
use toml::Value;

use super::{
    error::{ensure, OfField},
    party::{
        address, addresses, at_most, distinct, optional_address, optional_bytes32, party,
        policy_hash, threshold, PartyEntry,
    },
    Clock, TermsError, TermsFile,
};

/// Commented terms to start from.
pub const EXAMPLE: &str = include_str!("inheritance_example.toml");

/// Heirs, groups and combinations are at most so many: the last two have a bit each.
const MAX_ENTRIES: usize = 8;

/// The shortest halt of the chain that contracts can tell, in milliseconds.
const MIN_HALT: u64 = 10_000;

/// A halt, where the terms do not say what is one.
const HALT: u64 = 60_000;

/// Terms of an inheritance, as a file has them.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InheritanceFile {
    interval: Value,
    grace: Value,
    contest: Value,
    halt: Option<Value>,
    #[serde(default)]
    contesters: Vec<String>,
    #[serde(default)]
    contests: u8,
    executor: Option<String>,
    condition: Option<String>,
    sharing: Option<String>,
    owner: PartyEntry,
    succession: SuccessionEntry,
    guardian: Option<GuardianEntry>,
    #[serde(default)]
    groups: Vec<GroupEntry>,
    combinations: Vec<CombinationEntry>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SuccessionEntry {
    turn: Option<Value>,
    threshold: Option<u8>,
    policy: Option<String>,
    heirs: Vec<HeirEntry>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct HeirEntry {
    account: String,
    policy: Option<String>,
    minor_until: Option<Value>,
    trustee: Option<String>,
    trustee_policy: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct GuardianEntry {
    account: String,
    policy: String,
    term: Value,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct GroupEntry {
    name: String,
    kind: String,
    members: Vec<String>,
    threshold: u8,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct CombinationEntry {
    proves: String,
    #[serde(default)]
    silence: bool,
    #[serde(default)]
    groups: Vec<String>,
}

impl TermsFile for InheritanceFile {
    type Terms = Terms;
    const COMMAND: &'static str = "inherit";
    const EXAMPLE: &'static str = EXAMPLE;
    const CODE: &'static str = "contracts/out/InkInheritance.polkavm";

    fn terms(&self, clock: &Clock, _: Option<&CashTerms>) -> Result<Terms, TermsError> {
        let owner = self.owner.read("owner")?;
        let groups = self.groups(owner.who)?;
        let combinations = self.combinations()?;
        Ok(Terms {
            succession: self.succession.read(owner.who, clock)?,
            guardian: self.guardian(&owner, clock)?,
            owner,
            groups,
            combinations,
            executor: optional_address(self.executor.as_deref(), "executor")?,
            contesters: addresses(&self.contesters, "contesters")?,
            contests: self.contests,
            periods: self.periods(clock)?,
            condition: optional_bytes32(self.condition.as_deref(), "condition")?,
            sharing: optional_bytes32(self.sharing.as_deref(), "sharing")?,
        })
    }
}

impl InheritanceFile {
    fn periods(&self, clock: &Clock) -> Result<Periods, TermsError> {
        let halt = self.halt.as_ref().map(|halt| clock.time(halt, "halt")).transpose()?;
        let halt = halt.unwrap_or(HALT);
        ensure(halt >= MIN_HALT, "halt", "is too short to be seen; give at least \"10 seconds\"")?;
        Ok(Periods {
            interval: clock.period(&self.interval, "interval")?,
            grace: clock.period(&self.grace, "grace")?,
            contest: clock.period(&self.contest, "contest")?,
            blockMilliseconds: clock.block_milliseconds(),
            haltMilliseconds: halt,
        })
    }

    fn guardian(&self, owner: &Party, clock: &Clock) -> Result<Guardian, TermsError> {
        let Some(entry) = &self.guardian else {
            let proves = self.combinations.iter().find(|entry| entry.proves != "death");
            let proves = proves.map_or("death", |entry| entry.proves.as_str());
            ensure(
                proves == "death",
                "combinations.proves",
                format!("is {proves:?}, for which there must be a [guardian]; name one"),
            )?;
            return Ok(Guardian::default());
        };
        let provided = self.combinations.iter().any(|entry| entry.proves == "incapacity");
        ensure(
            provided,
            "guardian",
            "is of no use: add a [[combinations]] that proves \"incapacity\", or leave it out",
        )?;
        let who = address(&entry.account, "guardian.account")?;
        ensure(who != owner.who, "guardian.account", "is the owner; name somebody else")?;
        Ok(Guardian {
            who,
            policy: policy_hash(&entry.policy, "guardian.policy")?,
            term: clock.period(&entry.term, "guardian.term")?,
        })
    }

    fn groups(&self, owner: Address) -> Result<Vec<Group>, TermsError> {
        at_most(self.groups.len(), MAX_ENTRIES, "groups")?;
        let mut groups = Vec::new();
        for (at, entry) in self.groups.iter().enumerate() {
            let field = format!("groups.{}", entry.name);
            let named = self.groups.iter().position(|other| other.name == entry.name);
            ensure(named == Some(at), "groups.name", format!("{:?} names two", entry.name))?;
            let members = addresses(&entry.members, &format!("{field}.members"))?;
            ensure(
                !members.contains(&owner),
                format!("{field}.members"),
                "names the owner; name somebody else",
            )?;
            threshold(entry.threshold, members.len(), &format!("{field}.threshold"))?;
            let kind = parse_kind(&entry.kind).of(format!("{field}.kind"))?;
            groups.push(Group { kind, members, threshold: entry.threshold });
        }
        Ok(groups)
    }

    fn combinations(&self) -> Result<Vec<Combination>, TermsError> {
        at_most(self.combinations.len(), MAX_ENTRIES, "combinations")?;
        let mut combinations = Vec::new();
        for entry in &self.combinations {
            let proves = parse_case(&entry.proves).of("combinations.proves")?;
            let death = proves == Case::Death;
            ensure(
                death || !entry.silence,
                "combinations.silence",
                "is for a death only; leave it out",
            )?;
            ensure(
                entry.silence || !entry.groups.is_empty(),
                "combinations.groups",
                "is empty, so that nothing would prove it; name one of [[groups]]",
            )?;
            let mut groups = 0;
            for name in &entry.groups {
                groups |= self.group_bit(name).of("combinations.groups")?;
            }
            combinations.push(Combination { proves, silence: entry.silence, groups });
        }
        ensure(
            combinations.iter().any(|combination| combination.proves == Case::Death),
            "combinations",
            "prove no death, so that nobody would inherit; add one that does",
        )?;
        Ok(combinations)
    }

    fn group_bit(&self, name: &str) -> Result<u8, String> {
        let at = self.groups.iter().position(|group| group.name == name);
        at.and_then(|at| 1u8.checked_shl(u32::try_from(at).ok()?))
            .ok_or_else(|| format!("there is no group {name:?} under [[groups]]"))
    }
}

impl SuccessionEntry {
    fn read(&self, owner: Address, clock: &Clock) -> Result<Succession, TermsError> {
        const HEIRS: &str = "succession.heirs";
        at_most(self.heirs.len(), MAX_ENTRIES, HEIRS)?;
        ensure(!self.heirs.is_empty(), HEIRS, "is empty; name who inherits")?;
        let together = match (&self.turn, self.threshold, &self.policy) {
            (Some(_), None, None) => false,
            (None, Some(_), Some(_)) => true,
            _ => {
                return Err(
                    "give `turn` for one heir after the other, or `threshold` and `policy` \
                            for all of them together",
                )
                .of("succession")
            }
        };
        let heirs: Vec<Heir> = self
            .heirs
            .iter()
            .map(|heir| if together { heir.together() } else { heir.in_order(clock) })
            .collect::<Result<_, _>>()?;
        let who: Vec<Address> = heirs.iter().map(|heir| heir.party.who).collect();
        distinct(&who, HEIRS)?;
        ensure(!who.contains(&owner), HEIRS, "names the owner; name somebody else")?;
        let turn = self.turn.as_ref().map(|turn| clock.period(turn, "succession.turn"));
        if let Some(number) = self.threshold {
            threshold(number, who.len(), "succession.threshold")?;
        }
        let policy = self.policy.as_deref();
        let policy = policy.map(|policy| policy_hash(policy, "succession.policy")).transpose()?;
        Ok(Succession {
            heirs,
            turn: turn.transpose()?.unwrap_or_default(),
            threshold: self.threshold.unwrap_or_default(),
            togetherPolicy: policy.unwrap_or_default(),
        })
    }
}

impl HeirEntry {
    const FIELD: &'static str = "succession.heirs";

    /// One of several who inherit together: under their common policy, and of age.
    fn together(&self) -> Result<Heir, TermsError> {
        let alone = self.policy.is_none() && self.minor_until.is_none();
        ensure(
            alone && self.trustee.is_none() && self.trustee_policy.is_none(),
            Self::FIELD,
            "inherit together, under `succession.policy`: give the account of each, and no more",
        )?;
        Ok(Heir { party: party(&self.account, None, Self::FIELD)?, ..Heir::default() })
    }

    /// One who may inherit alone.
    fn in_order(&self, clock: &Clock) -> Result<Heir, TermsError> {
        let policy = self.policy.as_deref();
        let policy = policy.ok_or("is missing; name the policy under which the heir uses the key");
        let policy = policy.of("succession.heirs.policy")?;
        let party = party(&self.account, Some(policy), Self::FIELD)?;
        match (&self.minor_until, &self.trustee, &self.trustee_policy) {
            (None, None, None) => Ok(Heir { party, ..Heir::default() }),
            (Some(until), Some(trustee), Some(policy)) => Ok(Heir {
                party,
                minorUntil: clock.date(until, "succession.heirs.minor_until")?,
                trustee: address(trustee, "succession.heirs.trustee")?,
                trusteePolicy: policy_hash(policy, "succession.heirs.trustee_policy")?,
            }),
            _ => {
                Err("a minor needs all of `minor_until`, `trustee` and `trustee_policy`; an heir \
                      of age none of them")
                .of(Self::FIELD)
            }
        }
    }
}

/// Reads what can be proven.
pub fn parse_case(text: &str) -> Result<Case, String> {
    match text {
        "death" => Ok(Case::Death),
        "incapacity" => Ok(Case::Incapacity),
        "recovery" => Ok(Case::Recovery),
        _ => Err(format!("{text:?} is none of death, incapacity, recovery")),
    }
}

fn parse_kind(text: &str) -> Result<Kind, String> {
    match text {
        "medical" => Ok(Kind::Medical),
        "notary" => Ok(Kind::Notary),
        "family" => Ok(Kind::Family),
        "court" => Ok(Kind::Court),
        _ => Err(format!("{text:?} is none of medical, notary, family, court")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::terms::examples::{self, assert_encoded, assert_fields_named};

    fn terms(text: &str) -> Result<Terms, TermsError> {
        examples::terms::<InheritanceFile>(text)
    }

    #[test]
    fn the_example_is_encoded_as_its_abi_says() {
        assert_encoded::<InheritanceFile>(EXAMPLE, include_str!("testdata/inheritance.hex"));
    }

    fn wrong(from: &str, to: &str) -> String {
        examples::wrong::<InheritanceFile>(EXAMPLE, from, to)
    }

    #[test]
    fn errors_name_the_field() {
        let cases = [
            ("interval = \"180 days\"", "interval = \"half a year\"", "`interval`"),
            ("grace = \"30 days\"", "grace = 0", "`grace`"),
            ("contest = \"14 days\"", "contest = true", "`contest`"),
            ("halt = \"1 minute\"", "halt = \"1 second\"", "`halt`"),
            ("halt = \"1 minute\"", "halt = 60", "`halt`"),
            ("contesters = [\"//Ferdie\"]", "contesters = [\"Ferdie\"]", "`contesters`"),
            ("executor = \"//Eve\"", "executor = \"Eve\"", "`executor`"),
            ("account = \"//Alice\"", "account = \"Alice\"", "`owner.account`"),
            ("policy = \"0x11", "policy = \"11 and ", "`owner.policy`"),
            ("turn = \"60 days\"", "turn = \"60\"", "`succession.turn`"),
            ("turn = \"60 days\"", "threshold = 1", "`succession`"),
            ("account = \"//Bob\"", "account = \"//Alice\"", "`succession.heirs`"),
            ("account = \"//Bob\"", "account = \"//Charlie\"", "`succession.heirs`"),
            ("trustee = \"//Dave\"\n", "", "`succession.heirs`"),
            ("minor_until = \"8 years\"", "minor_until = 999", "`succession.heirs.minor_until`"),
            ("account = \"//Dave\"", "account = \"//Alice\"", "`guardian.account`"),
            ("term = \"1 year\"", "term = \"a year\"", "`guardian.term`"),
            ("kind = \"family\"", "kind = \"friends\"", "`groups.family.kind`"),
            ("threshold = 2", "threshold = 4", "`groups.family.threshold`"),
            ("\"//Bob\", \"//Ch", "\"//Alice\", \"//Ch", "`groups.family.members`"),
            ("\"//Bob\", \"//Ch", "\"//Dave\", \"//Ch", "`groups.family.members`"),
            ("name = \"doctor\"", "name = \"family\"", "`groups.name`"),
            ("proves = \"recovery\"", "proves = \"age\"", "`combinations.proves`"),
            (
                "groups = [\"family\", \"notary\"]",
                "groups = [\"friends\"]",
                "`combinations.groups`",
            ),
            ("groups = [\"court\"]", "groups = []", "`combinations.groups`"),
            ("groups = [\"court\"]", "", "`combinations.groups`"),
            ("\"recovery\"", "\"recovery\"\nsilence = true", "`combinations.silence`"),
        ];
        assert_fields_named::<InheritanceFile>(EXAMPLE, &cases);
    }

    #[test]
    fn unknown_and_missing_fields_are_refused() {
        assert!(wrong("interval =", "interwal =").contains("interwal"));
        let missing = wrong("contest = \"14 days\"\n", "");
        assert!(missing.contains("contest") && missing.contains("regent inherit example"));
    }

    #[test]
    fn incapacity_and_guardian_come_together() {
        let guardian = EXAMPLE.find("[guardian]").expect("there");
        let groups = EXAMPLE.find("# Who attests").expect("there");
        let without = format!("{}{}", &EXAMPLE[..guardian], &EXAMPLE[groups..]);
        let error = terms(&without).expect_err("no guardian").to_string();
        assert!(error.contains("[guardian]"), "{error}");
        let from = EXAMPLE.find("# Incapacity").expect("there");
        let error = terms(&EXAMPLE[..from]).expect_err("not provided for").to_string();
        assert!(error.contains("`guardian`"), "{error}");
    }

    #[test]
    fn heirs_together_have_one_policy() {
        let start = EXAMPLE.find("[succession]").expect("there");
        let end = EXAMPLE.find("# While you cannot").expect("there");
        let policy = format!("0x{}", "99".repeat(32));
        let together = |heirs: &str| {
            let succession =
                format!("[succession]\nthreshold = 2\npolicy = \"{policy}\"\n{heirs}\n");
            terms(&format!("{}{succession}{}", &EXAMPLE[..start], &EXAMPLE[end..]))
        };
        let heirs = "heirs = [{ account = \"//Bob\" }, { account = \"//Charlie\" }]";
        let succession = together(heirs).expect("valid").succession;
        assert_eq!((succession.heirs.len(), succession.threshold, succession.turn), (2, 2, 0));
        assert_eq!(succession.togetherPolicy.0, [0x99; 32]);
        let own = format!("heirs = [{{ account = \"//Bob\", policy = \"{policy}\" }}]");
        assert!(together(&own).expect_err("two policies").to_string().contains("together"));
        let few = "heirs = [{ account = \"//Bob\" }]";
        let error = together(few).expect_err("too few").to_string();
        assert!(error.contains("`succession.threshold`"), "{error}");
    }
}
