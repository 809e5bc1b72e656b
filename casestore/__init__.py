"""The case store: it remembers, on purpose, what a youth has agreed may be written down."""
