"""Stand-ins on loopback for the platforms, written to the platforms' own documentation."""
