"""A simulated AWS account behind the real wire protocols of Batch, CloudWatch Logs and STS, on loopback."""
