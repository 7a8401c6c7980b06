"""What staff type in, read exactly; rules are the services'."""
