//! The agent against a chain, an enclave and a clock of the tests' own.

mod clocks;
mod crash_disk;
mod crash_epochs;
mod crash_process;
mod enrolment;
mod epochs;
mod log_properties;
mod proven;
mod refusals;
mod release;
mod rollback;
mod serving;
mod support;
mod tpm;
mod verdicts;
