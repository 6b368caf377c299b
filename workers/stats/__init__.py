"""What the records of a file hold, counted a batch at a time in bounded memory. Pure: no I/O."""
