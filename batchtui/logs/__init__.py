"""Where a job's log is, its tail, and what of it is kept, searched and shown."""
