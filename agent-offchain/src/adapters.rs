//! The world outside, behind the ports of [`crate::ports`].

mod clock;
mod enclave;
mod node;

pub use clock::SystemClock;
pub use enclave::Enclaves;
pub use node::Node;
