//! On whose word something is told.

use std::{
    fmt::{Display, Formatter, Result},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use regent_client::ProvenBlock;
use regent_primitives::BlockNumber;

/// From what age on a block is told to be old.
const OLD: Duration = Duration::from_secs(60);

/// On whose word something is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// Nobody's: it is proven from the chain's block 0 on.
    Proven {
        /// In the state after this block.
        block: BlockNumber,
        /// How old that is by this machine's clock, if the block says when it was due.
        age: Option<Duration>,
    },
    /// The node's.
    Node,
}

impl Source {
    /// What is proven of a block.
    pub fn of(block: &ProvenBlock) -> Self {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).ok();
        let age =
            now.zip(block.due()).map(|(now, due)| now.saturating_sub(Duration::from_millis(due)));
        Self::Proven { block: block.number(), age }
    }

    /// For programs.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Proven { .. } => "proven",
            Self::Node => "as the node says",
        }
    }
}

impl Display for Source {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        f.write_str(self.name())?;
        match self {
            Self::Proven { block, age } => {
                write!(f, " in block {block}")?;
                let Some(age) = age else { return Ok(()) };
                write!(f, ", {} s old", age.as_secs())?;
                if *age > OLD {
                    f.write_str(": the chain stands still, or the node withholds what is newer")?;
                }
                Ok(())
            }
            Self::Node => f.write_str("; give --genesis to have it proven"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whose_word_it_is_can_be_read() {
        let proven = |seconds| Source::Proven { block: 7, age: Some(Duration::from_secs(seconds)) };
        assert_eq!(proven(3).to_string(), "proven in block 7, 3 s old");
        assert!(proven(61).to_string().contains("withholds"), "{}", proven(61));
        assert!(Source::Node.to_string().starts_with("as the node says"));
    }
}
