//! Why a proof is not believed: one enum a topic. Each variant says what was found, what was
//! expected, and what to do.

mod audit;
mod finality;
mod head;
mod mmr;
mod state;

use core::fmt::{Display, Formatter, Result as FmtResult};

pub use audit::AuditError;
pub use finality::{FinalityError, SetFault};
pub use head::HeadError;
pub use mmr::MmrError;
pub use state::StateError;

/// Bytes as people compare them.
struct Hexadecimal<'a>(&'a [u8]);

impl Display for Hexadecimal<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> FmtResult {
        f.write_str("0x")?;
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}
