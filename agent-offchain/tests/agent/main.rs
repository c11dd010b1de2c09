//! The agent against a chain, an enclave and a clock of the tests' own.

mod crash_disk;
mod crash_epochs;
mod crash_process;
mod enrolment;
mod epochs;
mod log_properties;
mod refusals;
mod release;
mod rollback;
mod serving;
mod support;
mod tpm;
mod verdicts;
