"""Rows become Temporal's work: starts, rings, cases whose workflow is missing."""
