"""What the detail view says: pure functions from values to lines, one for each tab."""
