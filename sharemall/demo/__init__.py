"""The demo mall: real purchases, an invented catalogue."""
