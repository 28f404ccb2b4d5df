"""The filter language and sorting over model values: pure functions."""
