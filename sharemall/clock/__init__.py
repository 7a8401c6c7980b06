"""The one clock: the time everywhere; the demo can move it forward, nothing else can."""
