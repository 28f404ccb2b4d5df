"""The simulated account, driven by a client that we did not write."""
