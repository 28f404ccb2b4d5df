"""The commands beside the monitor: doctor, watch and submit. They write lines; nothing of Textual is in them."""
