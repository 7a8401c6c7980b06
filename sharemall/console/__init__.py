"""Plain working screens for the platform's staff."""
