//! How trusted measurements are written in a genesis.

/// A list of measurements as `{"kind": "simulated", "digest": "0x..", "until": block}`. The types of
/// the boundary have no textual form of their own: their one encoding is SCALE.
pub(crate) mod measurements {
    use alloc::vec::Vec;
    use regent_primitives::{BlockNumber, EvidenceKind, Measurement, H256};
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    #[derive(Serialize, Deserialize)]
    #[serde(rename_all = "camelCase")]
    enum Kind {
        Simulated,
    }

    #[derive(Serialize, Deserialize)]
    #[serde(rename_all = "camelCase", deny_unknown_fields)]
    struct Trusted {
        kind: Kind,
        digest: H256,
        until: BlockNumber,
    }

    pub fn serialize<S: Serializer>(
        measurements: &[(Measurement, BlockNumber)],
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(measurements.iter().map(|(measurement, until)| Trusted {
            kind: match measurement.kind {
                EvidenceKind::Simulated => Kind::Simulated,
            },
            digest: measurement.digest,
            until: *until,
        }))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Vec<(Measurement, BlockNumber)>, D::Error> {
        let trusted = Vec::<Trusted>::deserialize(deserializer)?;
        Ok(trusted
            .into_iter()
            .map(|Trusted { kind, digest, until }| {
                let kind = match kind {
                    Kind::Simulated => EvidenceKind::Simulated,
                };
                (Measurement { kind, digest }, until)
            })
            .collect())
    }
}
