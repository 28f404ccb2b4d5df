"""Jobs that are submitted: the dialog, what there is to choose, and the words for it."""
