"""Tests of the policy: what authors write, what is wrong with it, what it becomes."""
