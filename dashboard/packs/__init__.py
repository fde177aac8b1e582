"""The papers of a meeting as somebody asked for them: what is asked, the content of it, the packs that were made."""
