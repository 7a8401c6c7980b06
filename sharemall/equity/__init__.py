"""What a member sees of and does with shares, quota and coins."""
