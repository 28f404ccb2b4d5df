"""What is remembered of jobs after AWS has forgotten them: a file on this machine, shared by several instances."""
