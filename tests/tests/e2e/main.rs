//! Whole networks of real processes: what goes right, and what may go wrong. One program, because
//! each takes a minute to build.

mod contracts;
mod epochs;
mod faults;
mod forgery;
mod happy;
mod losses;
mod validators;
