"""What is said at the meeting, once (`content`), and the papers made of it."""
