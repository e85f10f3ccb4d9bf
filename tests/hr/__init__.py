"""HR files."""
