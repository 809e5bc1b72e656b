"""Meta's channels, over one Graph client: Messenger."""
