"""What keeps every page honest: claims, notes, and the gate of live mode."""
