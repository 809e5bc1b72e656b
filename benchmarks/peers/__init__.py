"""Programs that others have made, each installed by its hashes in a place of its own."""
