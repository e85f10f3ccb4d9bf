"""Processes in the organisation's words; decisions only, no I/O."""
