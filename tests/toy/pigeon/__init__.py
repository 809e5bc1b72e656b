"""Notes by pigeon."""
