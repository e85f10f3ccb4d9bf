"""Real or honest stand-ins for a municipality's systems, for dev and tests."""
