"""A verifier of evidence bundles, written from docs/evidence.md alone."""
