"""Durable JSON Lines, rejects, manifest, schema."""
