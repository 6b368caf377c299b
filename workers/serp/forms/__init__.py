"""What a text is by its form, whatever element it stands in: pure, no page and no I/O."""
