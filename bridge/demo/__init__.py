"""The whole town on one machine: stand-in platforms, the bridge, the case store."""
