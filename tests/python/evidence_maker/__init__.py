"""Makes a chain and evidence bundles of it, without Regent."""
