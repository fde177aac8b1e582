"""From an office's files to the database: read, recognise, clean, assign, load."""
