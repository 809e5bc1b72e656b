"""Channels whose messages people carry, because the platform lets no program in: Snapchat."""
