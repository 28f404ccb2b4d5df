"""Pure rules: why a job waits, why it failed, where it stands."""
