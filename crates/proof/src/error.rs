//! Why a proof is not believed: one enum a topic. Each variant says what was found, what was
//! expected, and what to do.

mod audit;
mod finality;
mod head;
mod state;

pub use audit::AuditError;
pub use finality::{FinalityError, SetFault};
pub use head::HeadError;
pub use state::StateError;
