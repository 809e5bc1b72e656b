"""A platform that does not exist, and its channel, made by the guide's walk through a new one."""
