"""Mutants of sound evidence bundles, and what both verifiers say of them."""
