"""Logging in with the municipality's own log-in (OpenID Connect), where one is set up."""
