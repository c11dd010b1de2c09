//! The phases of a session, as a table: whatever is not listed is refused.

/// Where a session stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Its keys exist, nothing arrived.
    Open,
    /// Shares are kept, sealed until an execution was verified and then opened as they come.
    Collecting,
    /// A satisfying set is open and the key may exist: milliseconds.
    Operating,
    /// Every secret is wiped. What is not secret of the outcome is kept until the deadline.
    Closed,
}

/// What happens to a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// A sealed share arrives.
    Deliver,
    /// An execution was verified and waits.
    Execute,
    /// Enough shares are open: they go to the operation, with what signs the receipt.
    Operate,
    /// Too few of them were good: the signer comes back.
    Return,
    /// The operation is done, or failed for good.
    Finish,
    /// The deadline passed, or the process stops.
    End,
}

/// From which phase what leads where.
pub const TABLE: &[(Phase, Event, Phase)] = &[
    (Phase::Open, Event::Deliver, Phase::Collecting),
    (Phase::Open, Event::Execute, Phase::Collecting),
    (Phase::Open, Event::End, Phase::Closed),
    (Phase::Collecting, Event::Deliver, Phase::Collecting),
    (Phase::Collecting, Event::Execute, Phase::Collecting),
    (Phase::Collecting, Event::Operate, Phase::Operating),
    (Phase::Collecting, Event::End, Phase::Closed),
    // Should the operation come back, this share may be the one it lacks.
    (Phase::Operating, Event::Deliver, Phase::Operating),
    (Phase::Operating, Event::Return, Phase::Collecting),
    (Phase::Operating, Event::Finish, Phase::Closed),
    (Phase::Operating, Event::End, Phase::Closed),
];

impl Phase {
    /// Where the event leads; `None` if this phase refuses it.
    pub fn after(self, event: Event) -> Option<Self> {
        TABLE.iter().find(|(from, on, _)| *from == self && *on == event).map(|(_, _, to)| *to)
    }

    /// The name a person reads.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Collecting => "collecting",
            Self::Operating => "operating",
            Self::Closed => "closed",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVENTS: [Event; 6] =
        [Event::Deliver, Event::Execute, Event::Operate, Event::Return, Event::Finish, Event::End];

    #[test]
    fn nothing_leads_out_of_closed() {
        assert!(EVENTS.iter().all(|event| Phase::Closed.after(*event).is_none()));
    }

    #[test]
    fn every_phase_ends_and_only_collecting_operates() {
        for phase in [Phase::Open, Phase::Collecting, Phase::Operating] {
            assert_eq!(phase.after(Event::End), Some(Phase::Closed));
            let operates = phase.after(Event::Operate).is_some();
            assert_eq!(operates, phase == Phase::Collecting);
        }
    }

    #[test]
    fn each_row_of_the_table_is_the_only_one_of_its_kind() {
        for (at, (from, on, _)) in TABLE.iter().enumerate() {
            assert!(!TABLE.iter().take(at).any(|(f, o, _)| (f, o) == (from, on)));
        }
    }
}
