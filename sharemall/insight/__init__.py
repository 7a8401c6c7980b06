"""What the mall's rooms say together to those who run it: figures, alerts, stories. Only reads."""
