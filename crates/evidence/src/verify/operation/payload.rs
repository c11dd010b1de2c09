//! Rule `payload-effect` (section 9): what a payload does is what was declared and approved.

use regent_payload::check;
use regent_primitives::PayloadFormat;

use super::{Case, Judged};
use crate::{field::Field, rule::Rule, verdict::Failure};

impl<'a> Case<'a> {
    /// The payload, if it can be seen.
    pub(super) fn payload(&self) -> Option<&'a [u8]> {
        self.item.payload.as_ref().and_then(Field::value)
    }

    /// Parses it as agents and enclaves do before they use a key.
    pub(super) fn judge_payload_effect(&mut self) -> Judged {
        let (Some(body), Some(payload)) = (self.body(), self.payload()) else { return Ok(()) };
        let format = body.operation.format();
        if !matches!(format, PayloadFormat::EthereumTransaction | PayloadFormat::BitcoinPsbt) {
            return Ok(());
        }
        let Some(token) = self.own_token()? else { return Ok(()) };
        check(format, payload, token.algorithm, &token.public_key, &body.effect)
            .map(drop)
            .map_err(|error| Failure::new(Rule::PayloadEffect, error))
    }
}
