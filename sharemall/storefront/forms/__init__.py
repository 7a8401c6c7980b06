"""What shoppers may send, checked."""
