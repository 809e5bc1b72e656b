"""What a restored backup must not undo, kept outside the database."""
