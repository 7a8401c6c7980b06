"""The wallet as a member meets it."""
