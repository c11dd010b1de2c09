//! What users rely on, told as they would.

mod delegation;
mod inheritance;
mod sale;
mod stage;
