"""What single calls make of pages in place of a run: one file a kind, one line in the registry."""
