"""From the committed records of a process to its stored file, and the copies of single pages."""
