//! What commands show, for people and for programs.

mod audit;
mod epochs;
mod key;
mod policy;
mod request;
mod status;

pub use audit::EntryView;
pub use epochs::EpochList;
pub use key::{KeyList, KeyView};
pub use policy::PolicyView;
pub use request::{effect_lines, OutcomeView, RequestList, RequestView};
pub use status::StatusView;
