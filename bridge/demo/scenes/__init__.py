"""One file for each youth or trouble; each scene begins where the last one ended."""
