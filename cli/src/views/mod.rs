//! What commands show, for people and for programs.

mod agent;
mod audit;
mod cash;
mod credits;
mod delegation;
mod disclosed;
mod epochs;
mod evidence;
mod inheritance;
mod key;
mod member;
mod policy;
mod quorum;
mod request;
mod sale;
mod source;
mod status;
mod validator;

pub use agent::{AgentList, AgentView};
pub use audit::EntryView;
pub use cash::CashView;
pub use credits::{CreditsView, InstitutionCredits};
pub use delegation::DelegationView;
pub use epochs::EpochList;
pub use evidence::{DiffView, ReportView};
pub use inheritance::InheritanceView;
pub use key::{KeyList, KeyView, KnownKey};
pub use member::MemberList;
pub use policy::PolicyView;
pub use quorum::{QuorumList, QuorumView};
pub use request::{effect_lines, OutcomeView, RequestList, RequestView};
pub use sale::SaleView;
pub use source::Source;
pub use status::StatusView;
pub use validator::{KeysSet, ValidatorList};
