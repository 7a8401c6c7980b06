"""What buyers say about what they bought."""
