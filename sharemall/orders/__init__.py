"""From buying to a completed order that earns shares."""
