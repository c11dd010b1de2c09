//! Counters for Prometheus.

use regent_primitives::RefusalReason;
use substrate_prometheus_endpoint::{
    register, Counter, CounterVec, Gauge, Histogram, HistogramOpts, Opts, PrometheusError,
    Registry, F64, U64,
};

/// What an agent counts.
#[derive(Clone)]
pub struct Metrics {
    /// Wakes received.
    pub wakes: Counter<U64>,
    /// Shares and contributions released, by kind.
    pub released: CounterVec<U64>,
    /// Refusals, by reason.
    pub refused: CounterVec<U64>,
    /// Tokens' leaves confirmed.
    pub confirmed: Counter<U64>,
    /// Deliveries, by what came of them.
    pub deliveries: CounterVec<U64>,
    /// Height of the newest finalised block.
    pub finalised_height: Gauge<U64>,
    /// Age of the newest finalised block, in seconds.
    pub head_age: Gauge<F64>,
    /// Work that waits.
    pub queue: Gauge<U64>,
    /// Notes not yet in finalised state.
    pub notes: Gauge<U64>,
    /// Answers of the node that are not proven, by the rule that they broke.
    pub unproven: CounterVec<U64>,
    /// From the announcement that a block is final until that is verified, in seconds.
    pub proof_seconds: Histogram,
    /// From a finalised block's arrival until what was decided on it is durable, in seconds.
    pub decision_seconds: Histogram,
}

impl Metrics {
    /// Registers all of them.
    ///
    /// # Errors
    /// If one is registered already.
    pub fn register(registry: &Registry) -> Result<Self, PrometheusError> {
        let name = |suffix: &str| format!("regent_agent_{suffix}");
        let counter =
            |suffix: &str, help: &str| register(Counter::<U64>::new(name(suffix), help)?, registry);
        let gauge =
            |suffix: &str, help: &str| register(Gauge::<U64>::new(name(suffix), help)?, registry);
        let counters = |suffix: &str, help: &str, label: &str| {
            register(CounterVec::<U64>::new(Opts::new(name(suffix), help), &[label])?, registry)
        };
        let histogram = |suffix: &str, help: &str| {
            let buckets = vec![0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0];
            let options = HistogramOpts::new(name(suffix), help).buckets(buckets);
            register(Histogram::with_opts(options)?, registry)
        };
        Ok(Self {
            wakes: counter("wakes_total", "Wakes received from the node")?,
            released: counters("released_total", "Shares and contributions released", "kind")?,
            refused: counters("refused_total", "Attempts refused", "reason")?,
            confirmed: counter("confirmed_total", "Leaves of new tokens confirmed")?,
            deliveries: counters("deliveries_total", "Deliveries to enclaves", "result")?,
            finalised_height: gauge("finalised_height", "Height of the newest finalised block")?,
            head_age: register(
                Gauge::<F64>::new(
                    name("head_age_seconds"),
                    "Age of the newest finalised block by this machine's clock",
                )?,
                registry,
            )?,
            queue: gauge("queue_length", "Work that waits for finalised state")?,
            notes: gauge("notes_pending", "Notes not yet in finalised state")?,
            unproven: counters(
                "unproven_total",
                "Answers of the node that are not proven",
                "rule",
            )?,
            proof_seconds: histogram(
                "proof_seconds",
                "From the announcement that a block is final until that is verified",
            )?,
            decision_seconds: histogram(
                "decision_seconds",
                "From a finalised block's arrival until what was decided on it is durable",
            )?,
        })
    }

    /// Counts a refusal.
    pub fn refuse(&self, reason: RefusalReason) {
        self.refused.with_label_values(&[reason_name(reason)]).inc();
    }
}

/// A reason as a label.
pub const fn reason_name(reason: RefusalReason) -> &'static str {
    match reason {
        RefusalReason::NotApproved => "not-approved",
        RefusalReason::InvalidApprovals => "invalid-approvals",
        RefusalReason::PolicyViolated => "policy-violated",
        RefusalReason::PayloadMismatch => "payload-mismatch",
        RefusalReason::EvidenceRejected => "evidence-rejected",
        RefusalReason::StaleHead => "stale-head",
        RefusalReason::AttemptConflict => "attempt-conflict",
        RefusalReason::LabelUsed => "label-used",
        RefusalReason::ShareMismatch => "share-mismatch",
        RefusalReason::DeadlinePassed => "deadline-passed",
        RefusalReason::UnknownRuntime => "unknown-runtime",
    }
}
