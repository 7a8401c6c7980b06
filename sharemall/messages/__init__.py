"""What the mall tells its members: in the mall, by SMS and through WeChat."""
