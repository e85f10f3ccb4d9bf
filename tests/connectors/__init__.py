"""Tests of the room where access goes."""
