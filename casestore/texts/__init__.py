"""What the pages say, in bokmål, nynorsk and English (docs/decisions/0017)."""
