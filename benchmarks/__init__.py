"""What the README claims about speed, runnable: ``python -m benchmarks``, see README.md beside this file."""
