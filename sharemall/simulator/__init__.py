"""What-if: whole populations run through the engine, and what came of them in words and pictures."""
