"""Pictures of the program for the README, made from the demo account: ``make screenshots``."""
