"""Histories of cases as Temporal wrote them, and the command that records them."""
