"""YAML of the organisation becomes a Catalogue, or a list of all mistakes."""
