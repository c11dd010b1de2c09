//! A bundle's one encoding. Keys are written in the order of their encodings: shorter ones first.

use regent_primitives::H256;

use super::{
    Ancestry, Blocks, Bundle, Handoff, Head, Included, Log, OperationEvidence, Origin,
    PolicyEvidence, RefusalEvidence, ReleaseEvidence, TokenEvidence, SCHEMA, VERSION,
};
use crate::{cbor::Writer, field::Field};

struct Encoder {
    writer: Writer,
    genesis: H256,
    /// Whether every field is to be withheld.
    withheld: bool,
}

/// Encodes a bundle.
pub(super) fn bundle(bundle: &Bundle) -> Vec<u8> {
    let genesis = bundle.genesis;
    let mut encoder = Encoder { writer: Writer::default(), genesis, withheld: false };
    encoder.writer.map(12);
    encoder.hash("id", &bundle.id);
    encoder.bundle(bundle)
}

/// Encodes what a bundle's id is the hash of: the bundle with every field withheld, without the id.
pub(super) fn for_id(bundle: &Bundle) -> Vec<u8> {
    let genesis = bundle.genesis;
    let mut encoder = Encoder { writer: Writer::default(), genesis, withheld: true };
    encoder.writer.map(11);
    encoder.bundle(bundle)
}

impl Encoder {
    /// All of it after the id.
    fn bundle(mut self, bundle: &Bundle) -> Vec<u8> {
        self.log(&bundle.log);
        self.head(&bundle.head);
        self.blobs("nodes", &bundle.nodes);
        self.origin(&bundle.origin);
        self.writer.text("schema");
        self.writer.text(SCHEMA);
        self.list("tokens", &bundle.tokens, Encoder::token);
        self.hash("genesis", &bundle.genesis);
        self.uint("version", VERSION);
        self.list("handoffs", &bundle.handoffs, Encoder::handoff);
        self.list("policies", &bundle.policies, Encoder::policy);
        self.list("operations", &bundle.operations, Encoder::operation);
        self.writer.into_bytes()
    }

    fn uint(&mut self, key: &str, value: u64) {
        self.writer.text(key);
        self.writer.uint(value);
    }

    fn bytes(&mut self, key: &str, value: &[u8]) {
        self.writer.text(key);
        self.writer.bytes(value);
    }

    fn hash(&mut self, key: &str, value: &H256) {
        self.bytes(key, value.as_bytes());
    }

    fn hashes(&mut self, key: &str, items: &[H256]) {
        self.list(key, items, |this, item| this.writer.bytes(item.as_bytes()));
    }

    fn list<T>(&mut self, key: &str, items: &[T], write: impl Fn(&mut Self, &T)) {
        self.writer.text(key);
        self.writer.array(items.len());
        items.iter().for_each(|item| write(self, item));
    }

    fn blobs(&mut self, key: &str, items: &[Vec<u8>]) {
        self.list(key, items, |this, item| this.writer.bytes(item));
    }

    fn field(&mut self, key: &str, field: &Field) {
        self.writer.text(key);
        self.field_value(field);
    }

    fn optional(&mut self, key: &str, field: Option<&Field>) {
        if let Some(field) = field {
            self.field(key, field);
        }
    }

    fn field_value(&mut self, field: &Field) {
        match field {
            Field::Disclosed { salt, value } if !self.withheld => {
                self.writer.map(2);
                self.hash("salt", salt);
                self.bytes("value", value);
            }
            field => {
                let digest = field.digest(self.genesis);
                self.writer.map(1);
                self.hash("digest", &digest);
            }
        }
    }

    fn log(&mut self, log: &Log) {
        self.writer.text("log");
        self.writer.map(8 + usize::from(log.ancestry.is_some()));
        self.uint("from", log.from);
        self.hash("head", &log.head);
        self.hash("root", &log.root);
        self.uint("count", log.count);
        self.list("blocks", &log.blocks, Self::blocks);
        self.uint("leaves", log.leaves);
        self.blobs("entries", &log.entries);
        if let Some(ancestry) = &log.ancestry {
            self.ancestry(ancestry);
        }
        self.list("included", &log.included, Self::included);
    }

    fn blocks(&mut self, blocks: &Blocks) {
        self.writer.map(2);
        self.hashes("items", &blocks.items);
        self.blobs("leaves", &blocks.leaves);
    }

    fn ancestry(&mut self, ancestry: &Ancestry) {
        self.writer.text("ancestry");
        self.writer.map(4);
        self.hash("root", &ancestry.root);
        self.hashes("items", &ancestry.items);
        self.hashes("peaks", &ancestry.peaks);
        self.uint("leaves", ancestry.leaves);
    }

    fn included(&mut self, included: &Included) {
        self.writer.map(3);
        self.hashes("path", &included.path);
        self.uint("count", included.count.into());
        self.bytes("entry", &included.entry);
    }

    fn head(&mut self, head: &Head) {
        self.writer.text("head");
        self.writer.map(2);
        self.blobs("run", &head.run);
        self.bytes("justification", &head.justification);
    }

    fn origin(&mut self, origin: &Origin) {
        self.writer.text("origin");
        self.writer.map(2);
        self.blobs("nodes", &origin.nodes);
        self.bytes("header", &origin.header);
    }

    fn handoff(&mut self, handoff: &Handoff) {
        self.writer.map(2);
        self.bytes("header", &handoff.header);
        self.bytes("justification", &handoff.justification);
    }

    fn token(&mut self, token: &TokenEvidence) {
        self.writer.map(3);
        self.hash("key", &token.key.0);
        self.uint("epoch", token.epoch.into());
        self.field("token", &token.token);
    }

    fn policy(&mut self, policy: &PolicyEvidence) {
        self.writer.map(2 + usize::from(policy.successor.is_some()));
        self.hash("hash", &policy.hash.0);
        self.field("record", &policy.record);
        if let Some(successor) = &policy.successor {
            self.hash("successor", &successor.0);
        }
    }

    fn operation(&mut self, operation: &OperationEvidence) {
        let optional =
            [&operation.payload, &operation.receipt, &operation.released, &operation.approvals];
        let there = optional.iter().filter(|field| field.is_some()).count();
        self.writer.map(6 + there);
        self.hash("id", &operation.id.0);
        self.field("record", &operation.record);
        self.field("history", &operation.history);
        self.optional("payload", operation.payload.as_ref());
        self.optional("receipt", operation.receipt.as_ref());
        self.list("refusals", &operation.refusals, Self::refusal);
        self.optional("released", operation.released.as_ref());
        self.list("releases", &operation.releases, Self::release);
        self.list("sessions", &operation.sessions, Self::field_value);
        self.optional("approvals", operation.approvals.as_ref());
    }

    fn release(&mut self, release: &ReleaseEvidence) {
        self.writer.map(3);
        self.list("leaf", &release.leaf, |this, child| this.writer.uint((*child).into()));
        self.field("note", &release.note);
        self.uint("attempt", release.attempt.into());
    }

    fn refusal(&mut self, refusal: &RefusalEvidence) {
        self.writer.map(3);
        self.field("note", &refusal.note);
        self.hash("agent", &refusal.agent.0);
        self.uint("attempt", refusal.attempt.into());
    }
}
