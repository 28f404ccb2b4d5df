"""What a person can do to jobs."""
