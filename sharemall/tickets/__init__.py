"""Questions and complaints of members, each with a deadline."""
