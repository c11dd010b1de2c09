//! What the runtime's code fixes of time: whoever knows the code by its hash knows these, and asks no
//! node for them. A runtime with others needs agents of its own version.

use crate::BlockNumber;

/// Milliseconds of a slot: the slot of a header times this is when the block was due.
pub const SLOT_MILLISECONDS: u64 = 500;
/// Blocks of a window of the device roots' labels: one hour (section 3).
pub const WINDOW_BLOCKS: BlockNumber = 7_200;
