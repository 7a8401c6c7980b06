"""Signing in by code and by WeChat, signed-in devices, changing phone and password.

The tables are of the rooms below: members and messages.
"""
