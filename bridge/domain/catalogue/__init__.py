"""The bot's own sentences, one file per language, and the words it understands."""
