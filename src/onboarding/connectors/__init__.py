"""Where access goes: one protocol, found by entry points."""
