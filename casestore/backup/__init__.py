"""Backups of the case store, and restoring one without undoing what has been closed since."""
