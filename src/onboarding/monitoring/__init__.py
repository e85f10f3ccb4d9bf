"""What an operator and a machine may ask a running process: is it alive, can it do its work, and the figures."""
